"""What the account pages keep: addresses that wait for their confirmation."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from mock_world.database import Base


class EmailLink(Base):
    """The link of a mail that confirms a new e-mail address, good until `link.life` after `sent_at`.

    ended_at: when the change was given up, or the password changed.
    """

    __tablename__ = "idp_email_link"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    token: Mapped[str] = mapped_column(unique=True)
    uid: Mapped[str] = mapped_column(index=True)
    email: Mapped[str]
    sent_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
