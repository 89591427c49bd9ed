"""What a phone keeps, and what it tells about it."""

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mock_world.database import Base

Biometrics = Literal["", "fingerprint", "face"]
Permission = Literal["notifications", "camera"]
State = Literal[
    "not-installed", "welcome", "reinstalled", "not-linked", "blocked", "trouble", "other-account", "waiting", "ready"
]

_LONGEST = timedelta(days=3652)  # by which a phone's clock may be wrong


class PhoneRow(Base):
    """A phone. `scanned` is what the QR code held that was scanned last, until it is used or given up; else empty.

    name: its id; made of the number where none was given, so for a moment a new phone has none. active: the account
    that the app shows (its id); None is the one linked last. to_ask: permissions that the app has not asked for yet
    (`notifications`, `camera`).
    lost: accounts whose link broke when the app was removed. sensor: what the app knows of the fingerprint or face
    that was enrolled on its page (WebAuthn); None where biometrics were switched on without one.
    """

    __tablename__ = "phone_phone"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's form; no number comes twice

    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True, nullable=True)
    owner: Mapped[str]
    installed: Mapped[bool]
    scanned: Mapped[str] = mapped_column(default="")
    settings: Mapped[dict[str, Any]]
    active: Mapped[int | None]
    to_ask: Mapped[list[str]] = mapped_column(default=list)
    lost: Mapped[list[str]] = mapped_column(default=list)
    sensor: Mapped[dict[str, Any] | None]
    accounts: Mapped[list["AccountRow"]] = relationship(order_by="AccountRow.id", cascade="all, delete-orphan")


class AccountRow(Base):
    """An account in the app. `secret`: base64url, as EU Login handed it out; it never leaves the phone.

    server: back-channel base of EU Login; empty is that of the phone's own world.
    """

    __tablename__ = "phone_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[int] = mapped_column(ForeignKey("phone_phone.number"), index=True)
    account: Mapped[str]
    server: Mapped[str]
    device_identifier: Mapped[str]
    secret: Mapped[str]
    linked_at: Mapped[datetime]
    known: Mapped[bool] = mapped_column(default=True)


class PhoneSettings(BaseModel):
    """Switches of a phone. `biometrics` names the kind that stands in for the PIN; empty is none.

    Without network, notifications, camera or screen lock the app cannot be initialised (facts, the app, 12.1).
    auto_approve: the phone approves each request by itself. clock_offset: by how much its clock is wrong.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    online: bool = True
    notifications: bool = True
    camera: bool = True
    screen_lock: bool = True
    biometrics: Biometrics = ""
    auto_approve: bool = False
    clock_offset: timedelta = Field(default=timedelta(0), ge=-_LONGEST, le=_LONGEST)


class LinkedAccount(BaseModel):
    """An account of the app. `known`: EU Login still has this device, as far as the app knows.

    server: back-channel base of EU Login; empty is that of the phone's own world. active: the app shows this one.
    """

    model_config = ConfigDict(from_attributes=True, frozen=True)

    account: str
    server: str
    device_identifier: str
    linked_at: datetime
    known: bool
    active: bool


class OpenRequest(BaseModel):
    """A sign-in that waits for this phone. Times are UTC; `service` is empty for EU Login itself.

    device: identifier of the device that was asked.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    account: str
    server: str
    service: str
    strength: str
    sent_at: datetime
    expires_at: datetime
    device: str = Field(repr=False, exclude=True)
    challenge: bytes = Field(repr=False, exclude=True)
