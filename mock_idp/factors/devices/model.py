"""Mobile devices and the requests that wait for them."""

import base64
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from mock_world.correlation import correlation_column
from mock_world.database import Base

WAITING, ACTIVE, BLOCKED = "waiting", "active", "blocked"
PENDING, APPROVED, DENIED = "pending", "approved", "denied"
CANCELLED, TIMED_OUT, USED = "cancelled", "timed-out", "used"
OPEN = frozenset({PENDING, APPROVED})  # what may still become a sign-in


class Device(Base):
    """A phone linked to an account. `state`: `waiting` for the QR scan, `active`, `blocked` by wrong PINs.

    page: the opened form that added it; empty where none did. identifier: of the app; None for an authenticator
    that is not our app. code_step: the half minute of the last six digits that were accepted; 0 before the first.
    """

    __tablename__ = "idp_device"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    uid: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    state: Mapped[str]
    pin_hash: Mapped[str]
    pin_failures: Mapped[int]
    code_step: Mapped[int]
    enrolment: Mapped[str] = mapped_column(unique=True)
    secret: Mapped[str]
    added_at: Mapped[datetime]
    page: Mapped[str]
    identifier: Mapped[str | None] = mapped_column(unique=True)
    os: Mapped[str]
    manufacturer: Mapped[str]
    model: Mapped[str]


class SignInRequest(Base):
    """A request to the phone: "is this you?". It waits from `sent_at` until `expires_at`.

    pushed_at: when it reaches the phone; None where it never does. twice: it is shown there two times.
    counts: towards the most that an account may send; an approval ends the counting. address: the service that asked,
    empty where none did. started_at: when the first of those sent again was sent, which is when the password was typed.
    """

    __tablename__ = "idp_request"

    id: Mapped[str] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(index=True)
    browser: Mapped[str]
    challenge: Mapped[str]
    service: Mapped[str]
    address: Mapped[str]
    strength: Mapped[str]
    started_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[str]
    sent_again: Mapped[bool]
    counts: Mapped[bool]
    pushed_at: Mapped[datetime | None]
    twice: Mapped[bool]
    correlation_id: Mapped[str] = correlation_column()


def device_topic(uid: str) -> str:
    """What to wait for when a device of this account changes."""
    return f"devices:{uid}"


def secret_bytes(base64url: str) -> bytes:
    """A secret or challenge as bytes; it is stored as base64url without padding."""
    return base64.urlsafe_b64decode(base64url + "=" * (-len(base64url) % 4))
