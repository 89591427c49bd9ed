"""What is remembered of people: of those that were made, and of those who signed up by pages."""

from sqlalchemy.orm import Mapped, mapped_column

from eulogin_harness.documents.people import Origin, Stage
from mock_world.database import Base


class PersonaRow(Base):
    """A person whom the desk knows. What EU Login and CPMS know stands in their tables.

    stage: as made, or when it was seen first. email, names: from then, for who deletes the account. password, pin: as
    created, None where nobody knows them; password_hash and pin_hash are what EU Login had of them, device_enrolment
    names the device of the PIN. hospital, country, role: as told to CPMS. phone_id, seed: None of who signed up.
    """

    __tablename__ = "desk_persona"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    uid: Mapped[str] = mapped_column(index=True)
    origin: Mapped[Origin]
    email: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    stage: Mapped[Stage]
    phone_id: Mapped[str | None]
    password: Mapped[str | None]
    password_hash: Mapped[str | None]
    pin: Mapped[str | None]
    pin_hash: Mapped[str | None]
    country: Mapped[str | None]
    hospital: Mapped[str | None]
    role: Mapped[str | None]
    networks: Mapped[list[str]]
    helpdesk_for: Mapped[list[str]]
    seed: Mapped[int | None]
    device_enrolment: Mapped[str | None]
