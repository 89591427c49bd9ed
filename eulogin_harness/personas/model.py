"""What is remembered of the people that were made."""

from sqlalchemy.orm import Mapped, mapped_column

from eulogin_harness.documents.people import Stage
from mock_world.database import Base


class PersonaRow(Base):
    """Somebody who was made by the desk. What EU Login and CPMS know stands in their tables.

    password, pin: as created. stage: as made. hospital, country, role: as told to CPMS.
    """

    __tablename__ = "desk_persona"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    uid: Mapped[str] = mapped_column(index=True)
    stage: Mapped[Stage]
    phone_id: Mapped[str]
    password: Mapped[str | None]
    pin: Mapped[str | None]
    country: Mapped[str | None]
    hospital: Mapped[str | None]
    role: Mapped[str | None]
    networks: Mapped[list[str]]
    helpdesk_for: Mapped[list[str]]
    seed: Mapped[int]
    device_id: Mapped[int | None]
