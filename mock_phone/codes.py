"""QR codes: found in a picture, and the address in them understood."""

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from mock_phone import refusals as no

if TYPE_CHECKING:
    from PIL.Image import Image

    from mock_world.world import World

MOST_PIXELS = 50_000_000  # a phone's camera makes up to that many
_ENROLMENT = re.compile(r"[A-Za-z0-9_-]{1,200}")


@dataclass(frozen=True)
class EnrolmentCode:
    """The QR code of a new device. `server`: back-channel base of EU Login."""

    account: str
    enrolment: str
    server: str


def read_picture(world: "World", picture: bytes) -> str:
    """The address of the QR code in a picture (any format that Pillow opens; a whole screen will do).

    Raises Refusal (phone.picture_unreadable, phone.no_code).
    """
    import zxingcpp

    image = _open(world, picture)
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.barcode_formats_from_str("QRCode"))
    texts: list[str] = [code.text for code in found]
    if not texts:
        raise world.refuse(no.NO_CODE, got=f"a picture of {image.width} x {image.height} without one")
    return next((text for text in texts if _enrolment(text)), texts[0])


def _open(world: "World", picture: bytes) -> "Image":
    from PIL import Image

    try:
        image = Image.open(io.BytesIO(picture))
        if image.width * image.height <= MOST_PIXELS:
            return image.convert("L")
        problem = f"{image.width} x {image.height} pixels"
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        problem = type(error).__name__
    raise world.refuse(no.PICTURE_UNREADABLE, got=f"{len(picture)} bytes: {problem}")


def understand(world: "World", payload: str) -> EnrolmentCode:
    """The code of a new device out of its address. Raises Refusal (phone.code_of_sign_in, phone.code_foreign)."""
    if code := _enrolment(payload):
        return code
    scheme = payload.partition(":")[0]
    if scheme == "eulogin-mock":
        raise world.refuse(no.CODE_OF_SIGN_IN, got="the QR code of a sign-in")
    raise world.refuse(no.CODE_FOREIGN, got=f"an address of {len(payload)} characters, scheme {scheme[:20]!r}")


def _enrolment(payload: str) -> EnrolmentCode | None:
    try:
        parts = urlsplit(payload.strip())
        query = parse_qs(parts.query)
    except ValueError:
        return None
    enrolment, server = query.get("enrolment", [""])[0], query.get("server", [""])[0]
    if (parts.scheme, parts.netloc) != ("otpauth", "totp") or not _ENROLMENT.fullmatch(enrolment):
        return None
    if not _can_be_called(server):
        return None
    account = unquote(parts.path.lstrip("/")).rpartition(":")[2]
    return EnrolmentCode(account.strip(), enrolment, server.rstrip("/"))


def _can_be_called(address: str) -> bool:
    """Whether it is an address of the web whose host and port have the form of one."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and host != b"" and port != 0
