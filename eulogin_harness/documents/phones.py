"""Phones with the EU Login app."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from eulogin_harness.documents.common import Answer, Body, Duration, ShownDuration, Wait

Biometrics = Literal["", "fingerprint", "face"]
Permission = Literal["notifications", "camera"]
State = Literal[
    "not-installed", "welcome", "reinstalled", "not-linked", "blocked", "trouble", "other-account", "waiting", "ready"
]


def _base64(value: str) -> str:
    try:
        base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ValueError("write the picture in base64") from None
    return value


class PhoneBody(Body):
    id: str | None = None
    """Left out: one is made up."""
    owner: str = ""
    """E-mail address."""
    installed: bool = True
    """Whether the EU Login app is on it."""
    allowed: bool = True
    """Whether the app may send notifications and use the camera; false: it asks when it is opened."""


class PhoneChange(Body):
    online: bool | None = None
    notifications: bool | None = None
    camera: bool | None = None
    screen_lock: bool | None = None
    biometrics: Biometrics | None = None
    """Empty: switched off, and what was enrolled is forgotten."""
    auto_approve: bool | None = None
    """The phone approves each request by itself."""
    clock_offset: Duration | None = None
    """By how much its clock is wrong: `PT5M` is five minutes fast, `-PT5M` slow, ten years at most."""


class InstallBody(Body):
    allowed: bool = True
    """Whether the app may send notifications and use the camera; false: it asks when it is opened."""


class SwitchAccountBody(Body):
    account: str
    """E-mail address."""


class UnlinkBody(Body):
    account: str | None = None
    """E-mail address; left out: the active account."""


class NewPinBody(Body):
    password: str
    """Of the account at EU Login."""
    pin: str
    account: str | None = None
    """E-mail address; left out: the active account."""


class NothingBody(Body):
    """Nothing: `{}`."""


class ScanBody(Body):
    """A picture that shows the QR code (PNG in base64), or what the code holds."""

    image: Annotated[str, AfterValidator(_base64)] | None = None
    payload: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "ScanBody":
        if (self.image is None) == (self.payload is None):
            raise ValueError("give either image or payload")
        return self

    @property
    def picture(self) -> bytes | None:
        return None if self.image is None else base64.b64decode(self.image)


class PinBody(Body):
    pin: str


class ApproveBody(Body):
    """`pin`, or `biometrics` true."""

    pin: str | None = None
    biometrics: bool = False
    request: str | None = None
    """Id of a request, where several are open."""
    wait: Wait = 0

    @model_validator(mode="after")
    def _one_of_both(self) -> "ApproveBody":
        if (self.pin is None) != self.biometrics:
            raise ValueError("give either pin or biometrics: true")
        return self


class DenyBody(Body):
    request: str | None = None
    wait: Wait = 0


class PhoneSwitches(Answer):
    online: bool
    notifications: bool
    camera: bool
    screen_lock: bool
    biometrics: Biometrics
    auto_approve: bool
    clock_offset: ShownDuration
    """By how much its clock is wrong."""


class ScannedCode(Answer):
    kind: Literal["device", "sign-in"]
    account: str
    server: str
    """Back-channel base of EU Login; empty for a sign-in."""


class OneTimeCodeAnswer(Answer):
    code: str
    """Eight characters of EU Login, or six digits."""


class PhoneAccount(Answer):
    account: str
    server: str
    """Back-channel base of EU Login; empty is the phone's own world."""
    device_identifier: str
    linked_at: datetime
    known: bool
    """Whether EU Login still has this device."""
    active: bool
    """Whether the app shows this one."""


class PhoneRequest(Answer):
    id: str
    account: str
    service: str
    strength: str
    sent_at: datetime
    expires_at: datetime


class PhoneAnswer(Answer):
    """What the phone shows."""

    id: str
    owner: str
    url: str
    """The phone's page."""
    now: datetime
    """The phone's own time."""
    installed: bool
    state: State
    """What the app's home is about."""
    to_ask: list[Permission]
    """Permissions that the app asks for when it is opened."""
    settings: PhoneSwitches
    scanned: ScannedCode | None
    accounts: list[PhoneAccount]
    active_account: str | None
    """The account that the app shows."""
    lost: list[str]
    """Accounts whose link broke when the app was removed."""
    requests: list[PhoneRequest]
    trouble: str | None
    """Why requests cannot be seen."""


class PhoneLine(Answer):
    """A phone in the list; ask for it by its id to see its screen."""

    id: str
    owner: str
    url: str
    installed: bool = Field(description="Whether the EU Login app is on it.")
