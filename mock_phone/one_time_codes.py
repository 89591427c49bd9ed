"""One-time passwords: EU Login's own, and those of any authenticator app."""

import base64
import hmac
from dataclasses import dataclass, field
from datetime import datetime

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # facts, shapes of codes
STEP = 30  # seconds that six digits are shown (RFC 6238)
_BITS = 5  # of a character
_LENGTH = 8
_SHARED = 20  # bytes of the secret that stand in the QR code of a new device


@dataclass(frozen=True)
class OneTimeCode:
    """What the app shows of a one-time password: that of a scanned sign-in, or six digits.

    step, seconds: of six digits the number of their time step and for how many more seconds of the phone's clock they
    are shown; None for a scanned sign-in, whose code does not change.
    """

    account: str
    code: str = field(repr=False)
    step: int | None = None
    seconds: int | None = None


def of_challenge(secret: bytes, challenge: bytes) -> str:
    """What the app shows for a scanned sign-in: the first 40 bits of HMAC-SHA-512, five a character (our choice)."""
    digest = hmac.digest(secret, challenge, "sha512")
    number = int.from_bytes(digest) >> (8 * len(digest) - _BITS * _LENGTH)
    places = range(_BITS * (_LENGTH - 1), -1, -_BITS)
    return "".join(ALPHABET[number >> place & (len(ALPHABET) - 1)] for place in places)


def of_time(secret: bytes, at: datetime) -> str:
    """What any authenticator app shows at that time (RFC 6238: SHA-1, 30 seconds, 6 digits)."""
    import pyotp

    return pyotp.TOTP(base64.b32encode(secret[:_SHARED]).decode(), interval=STEP).at(at)
