"""One-time passwords: how they come about, and whose they are (facts, "QR Code" and shapes of codes; RFC 6238)."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

from mock_idp.factors.devices.enrolment import authenticator_secret
from mock_idp.factors.devices.model import Device, secret_bytes
from mock_idp.factors.devices.rules import devices_of, is_usable
from mock_world import RefusalKind, World
from mock_world import settings as s
from mock_world.i18n import N_

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH, _DIGITS = 8, 6
_BITS_A_SIGN = 5
_PERIOD = timedelta(seconds=30)
_NEIGHBOURS = (-1, 0, 1)  # periods: clocks differ, and typing takes time (RFC 6238, 5.2)

NO_CODE = RefusalKind(
    "otp.form",
    message=N_("Enter the 8 characters that the app shows; there is no 0, 1, I or O among them."),
    expected="8 characters out of 23456789ABCDEFGHJKLMNPQRSTUVWXYZ; blanks, hyphens and small letters do not matter",
    remedy="scan the QR code of the page with the app and type what it shows; no try was counted",
)
NO_DIGITS = RefusalKind(
    "otp.digits",
    message=N_("Enter the 6 digits that your authenticator app shows."),
    expected="6 digits; blanks and hyphens do not matter",
    remedy="type the digits that the authenticator app shows now; no try was counted",
)


@dataclass(frozen=True)
class Match:
    """A device that gave a code. step: the period of 30 seconds that six digits are of; 0 for codes of the app."""

    device: Device
    step: int = 0

    @property
    def is_new(self) -> bool:
        """Whether no code of that period or a later one was accepted before."""
        return not self.step or self.step > self.device.code_step


def by_authenticator(world: World) -> bool:
    """Whether one-time passwords are the six digits of any authenticator, instead of those of EU Login's app."""
    return bool(world.settings[s.ONE_TIME_CODE] == "totp")


def payload(world: World, account: str, challenge: str) -> str:
    """What the QR code of a sign-in holds (our choice)."""
    query = {"account": account, "challenge": challenge, "server": world.addresses.internal("idp")}
    return f"eulogin-mock://sign-in?{urlencode(query, quote_via=quote)}"


def code_for(device: Device, challenge: str) -> str:
    """What the app shows for a challenge: the first 40 bits of the HMAC, five a character (our choice)."""
    digest = hmac.digest(secret_bytes(device.secret), secret_bytes(challenge), "sha512")
    bits = int.from_bytes(digest[: _LENGTH * _BITS_A_SIGN // 8], "big")
    shifts = range((_LENGTH - 1) * _BITS_A_SIGN, -1, -_BITS_A_SIGN)
    return "".join(ALPHABET[bits >> shift & len(ALPHABET) - 1] for shift in shifts)


def read(world: World, typed: str, *, person: str) -> str:
    """What was typed, as a code is written. Raises Refusal (otp.form, otp.digits) where it can be none."""
    code = "".join(typed.split()).replace("-", "").upper()
    if by_authenticator(world):
        kind, fits = NO_DIGITS, len(code) == _DIGITS and code.isascii() and code.isdigit()
    else:
        kind, fits = NO_CODE, len(code) == _LENGTH and set(code) <= set(ALPHABET)
    if not fits:
        raise world.refuse(kind, got=f"{len(code)} characters", person=person, field="otp")
    return code


def find(world: World, uid: str, challenge: str, code: str) -> Match | None:
    """The active device of the account that gave this code; None where none did."""
    devices = [device for device in devices_of(world, uid) if is_usable(world, device)]
    if by_authenticator(world):
        return next((Match(device, step) for device in devices for step in steps(world, device, code)), None)
    given = (device for device in devices if hmac.compare_digest(code_for(device, challenge), code))
    return next((Match(device) for device in given), None)


def steps(world: World, device: Device, code: str) -> Iterator[int]:
    """The periods around now in which an authenticator with the device's secret shows these digits."""
    import pyotp

    totp, now = pyotp.TOTP(authenticator_secret(device)), world.clock.now()
    moments = (now + neighbour * _PERIOD for neighbour in _NEIGHBOURS)
    return (totp.timecode(moment) for moment in moments if totp.verify(code, for_time=moment))
