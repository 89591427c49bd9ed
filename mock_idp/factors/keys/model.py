"""Security keys, trusted platforms and passkeys of an account (WebAuthn)."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from mock_world.database import Base

ADD, SIGN_IN = "add", "sign-in"
PENDING, FAILED, USED, TIMED_OUT = "pending", "failed", "used", "timed-out"


class SecurityKey(Base):
    """A WebAuthn credential. `credential_id` and `public_key` (COSE) are base64url; `sign_count` as last seen."""

    __tablename__ = "idp_security_key"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    uid: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    credential_id: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    sign_count: Mapped[int]
    transports: Mapped[list[str]]
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class KeyChallenge(Base):
    """What a key has to answer: once, in the browser that asked, before `expires_at`.

    purpose: `add` or `sign-in`. name: of the key that is added. challenge: 32 bytes, base64url. address: the service
    that one signs in to, empty where none asked. started_at: when the first of those tried again was made.
    state: `pending`; `failed` once there was an answer; `used` when that was right, or when none
    counts any more.
    """

    __tablename__ = "idp_key_challenge"

    id: Mapped[str] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(index=True)
    browser: Mapped[str]
    purpose: Mapped[str]
    name: Mapped[str]
    address: Mapped[str]
    challenge: Mapped[str]
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[str]
