"""QR codes: found in a picture, and the address in them understood."""

import base64
import io
import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from mock_phone import refusals as no
from mock_world.addresses import port_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from mock_world.world import World

_MOST_PIXELS = 50_000_000  # a phone's camera makes up to that many
_LONGEST_SIDE = 20_000  # pixels; the picture of a long page
_ONE_AT_A_TIME = threading.Lock()  # a decoded picture takes up to 200 MB
SIGN_IN = "eulogin-mock"
_ENROLMENT = re.compile(r"[A-Za-z0-9_-]{1,200}")
_CHALLENGE = 64  # bytes (facts, shapes of codes)
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")  # Pillow knows more, some by other programs
_SCHEMES = frozenset({"otpauth", SIGN_IN, "http", "https", "mailto", "tel", "fido", "wifi"})  # that may be named


@dataclass(frozen=True)
class EnrolmentCode:
    """The QR code of a new device. `server`: back-channel base of EU Login."""

    account: str
    enrolment: str = field(repr=False)
    server: str


@dataclass(frozen=True)
class SignInCode:
    """The QR code of a sign-in by the QR Code method (facts, the app, 12.3). `challenge`: 64 bytes.

    server: back-channel base of EU Login; empty where the code does not say.
    """

    account: str
    challenge: bytes = field(repr=False)
    server: str = ""


Code = EnrolmentCode | SignInCode


def read_code(world: "World", picture: bytes) -> tuple[str | None, str]:
    """The address of the QR code in a picture (a whole screen will do), None without one; and the picture's size.

    Of several codes it is the one that is EU Login's. Raises Refusal (phone.picture_unreadable, .picture_too_large).
    """
    with _ONE_AT_A_TIME:
        image = _open_picture(world, picture)
        return _find_code(image), _size(image)


def _open_picture(world: "World", picture: bytes) -> "Image":
    """A picture of a format that screens and cameras make, in shades of grey."""
    from PIL import Image

    try:
        image = Image.open(io.BytesIO(picture), formats=_FORMATS)
        if image.width * image.height <= _MOST_PIXELS and max(image.size) <= _LONGEST_SIDE:
            image.draft("L", image.size)
            return image.convert("L")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise world.refuse(no.PICTURE_TOO_LARGE, got="hundreds of millions of pixels") from None
    except (OSError, SyntaxError, ValueError) as error:
        got = f"{len(picture)} bytes: {type(error).__name__}"
        raise world.refuse(no.PICTURE_UNREADABLE, got=got) from None
    raise world.refuse(no.PICTURE_TOO_LARGE, got=f"{_size(image)} pixels")


def _size(image: "Image") -> str:
    return f"{image.width} x {image.height}"


def _find_code(image: "Image") -> str | None:
    import zxingcpp

    codes = zxingcpp.read_barcodes(image, formats=zxingcpp.barcode_formats_from_str("QRCode"))
    texts: list[str] = [code.text for code in codes]
    return next((text for text in texts if parse(text)), texts[0] if texts else None)


def understand(world: "World", payload: str) -> Code:
    """What a QR code says, by its address. Raises Refusal (phone.code_foreign, .code_of_other_world)."""
    code = parse(payload)
    if code is None:
        raise world.refuse(no.CODE_FOREIGN, got=f"an address of {len(payload)} characters, {_scheme(payload)}")
    if _is_of_other_world(world, code.server):
        raise world.refuse(no.CODE_OF_OTHER_WORLD, got="the QR code of another world", account=code.account)
    return code


def _scheme(payload: str) -> str:
    """Which one it has. What is no address may be a secret that was copied alone: nothing of it is told."""
    scheme = payload.partition(":")[0].strip().lower()
    return f"scheme {scheme!r}" if scheme in _SCHEMES else "no known scheme"


def parse(payload: str) -> Code | None:
    """What a QR code says; None where it is none of EU Login's."""
    try:
        parts = urlsplit(payload.strip())
        query = parse_qs(parts.query)
    except ValueError:
        return None
    values = {name: given[0] for name, given in query.items()}
    return _sign_in(parts, values) if parts.scheme == SIGN_IN else _enrolment(parts, values)


def _enrolment(parts: SplitResult, values: dict[str, str]) -> EnrolmentCode | None:
    enrolment, server = values.get("enrolment", ""), values.get("server", "")
    if (parts.scheme, parts.netloc) != ("otpauth", "totp") or not _ENROLMENT.fullmatch(enrolment):
        return None
    if not _can_call(server):
        return None
    account = unquote(parts.path.lstrip("/")).rpartition(":")[2]
    return EnrolmentCode(account.strip(), enrolment, server.rstrip("/"))


def _sign_in(parts: SplitResult, values: dict[str, str]) -> SignInCode | None:
    try:
        challenge = decoded(values.get("challenge", ""))
    except ValueError:
        return None
    account, server = values.get("account", "").strip(), values.get("server", "")
    if parts.netloc != "sign-in" or not account or len(challenge) != _CHALLENGE:
        return None
    if server and not _can_call(server):
        return None
    return SignInCode(account, challenge, server.rstrip("/"))


def _can_call(address: str) -> bool:
    """Whether it is an address of the web whose host and port have the form of one."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and host != b"" and port != 0


def _is_of_other_world(world: "World", server: str) -> bool:
    """Whether `server` is the EU Login of this process, but not of this world: the prefix is another one."""
    own = {world.addresses.internal("idp"), world.addresses.public("idp")}
    return server not in own and _place(server) in map(_place, own)


def _place(address: str) -> tuple[str, int | None]:
    parts = urlsplit(address)
    return parts.hostname or "", port_of(address)


def decoded(text: str) -> bytes:
    """Bytes out of base64url, with or without padding (contract, "The app's interface"). Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
