"""Security keys, trusted platforms and passkeys of an account (WebAuthn)."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from mock_world.database import Base


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
