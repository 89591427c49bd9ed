"""What a one-time password answers."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from mock_world.database import Base

PENDING, FAILED, USED, TIMED_OUT = "pending", "failed", "used", "timed-out"


class CodeChallenge(Base):
    """What the sign-in page asks a one-time password for: in the browser that asked, before `expires_at`.

    challenge: 64 bytes, base64url. address: the service that one signs in to, empty where none asked.
    state: `pending`; `failed` after too many failed attempts; `used` when one was right, or when none counts any more.
    counts: towards the most that an account may ask for; the right one ends the counting.
    """

    __tablename__ = "idp_code_challenge"

    id: Mapped[str] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(index=True)
    browser: Mapped[str]
    address: Mapped[str]
    challenge: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    failures: Mapped[int]
    state: Mapped[str]
    counts: Mapped[bool]
