"""What the app and an authenticator do with the QR codes of pages, made without the code under test."""

import base64
import hmac
from urllib.parse import parse_qs, urlsplit

import pyotp

from mock_idp.factors.devices.enrolment import Enrolled
from mock_world import World
from tests.mock_idp.conftest import Browser
from tests.qr_codes import picture_on, read

TOKEN = "PASSWORD_SOFTWARE_TOKEN"


def scanned(browser: Browser) -> str:
    """The address in the QR code of the page."""
    return read(picture_on(browser.page.text))


def asked(payload: str) -> dict[str, str]:
    """The parts of an address, one value each."""
    return {name: value for name, (value,) in parse_qs(urlsplit(payload).query).items()}


def app_code(secret: str, payload: str) -> str:
    """What EU Login's app shows for the QR code of a sign-in."""
    key, challenge = (base64.urlsafe_b64decode(text + "==") for text in (secret, asked(payload)["challenge"]))
    bits = "".join(f"{byte:08b}" for byte in hmac.digest(key, challenge, "sha512")[:5])
    return "".join("23456789ABCDEFGHJKLMNPQRSTUVWXYZ"[int(bits[at : at + 5], 2)] for at in range(0, 40, 5))


def shown(device: Enrolled, browser: Browser) -> str:
    """The same for the page at hand."""
    return app_code(device.secret, scanned(browser))


def authenticator(payload: str) -> pyotp.TOTP:
    """Any authenticator app that scanned the QR code of a device."""
    return pyotp.TOTP(asked(payload)["secret"])


def digits(world: World, totp: pyotp.TOTP, seconds: int = 0) -> str:
    """What it shows so many seconds from now."""
    return totp.at(int(world.clock.now().timestamp()) + seconds)
