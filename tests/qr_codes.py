"""QR codes of pages: on a computer's screen, out of a page, and what they hold."""

import base64
import io
import re

import qrcode
import zxingcpp
from PIL import Image, ImageDraw


def screenshot(payload: str) -> bytes:
    """A desktop with a page that shows a QR code."""
    screen = Image.new("RGB", (1280, 900), "#eef3f5")
    draw = ImageDraw.Draw(screen)
    draw.rectangle((400, 120, 880, 800), fill="white")
    draw.text((440, 150), "Scan the QR code with the EU Login app", fill="#16242c")
    screen.paste(qrcode.make(payload, box_size=4).get_image().convert("RGB"), (460, 220))
    file = io.BytesIO()
    screen.save(file, "PNG")
    return file.getvalue()


def picture_on(page: str) -> bytes:
    """The QR code of a page of EU Login."""
    found = re.search(r'id="qr" src="data:image/png;base64,([^"]+)"', page)
    assert found
    return base64.b64decode(found[1])


def codes_in(picture: bytes) -> list[str]:
    """What the QR codes of a picture hold."""
    only = zxingcpp.barcode_formats_from_str("QRCode")  # a chance pattern may look like another kind
    return [str(code.text) for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)), formats=only)]


def read(picture: bytes) -> str:
    """What the only QR code of a picture holds."""
    (code,) = codes_in(picture)
    return code
