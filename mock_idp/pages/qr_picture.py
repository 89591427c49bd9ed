"""QR codes as pictures."""

import base64
import io
from typing import TYPE_CHECKING

from mock_world.fault_types import QR_FOREIGN, QR_HIDDEN

if TYPE_CHECKING:
    from PIL.Image import Image

    from mock_world import World

_FOREIGN = "https://canteen.hospital.example/menu"


def qr_picture(world: "World", payload: str, person: str) -> str:
    """The QR code as a PNG in a data address, so that no cache or history keeps it.

    person: e-mail address of who scans it, for the faults qr.hidden and qr.foreign.
    """
    import qrcode

    foreign = world.faults.inject(QR_FOREIGN, person)
    picture = qrcode.make(_FOREIGN if foreign else payload, box_size=4, border=4).get_image()
    if world.faults.inject(QR_HIDDEN, person):
        _cover(picture)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _cover(picture: "Image") -> None:
    """Lay a note over the picture, with one of the three corners by which cameras find a QR code."""
    from PIL import ImageDraw

    width, height = picture.size
    ImageDraw.Draw(picture).rectangle((0, 0, width * 2 // 3, height * 2 // 3), fill=1, outline=0, width=2)
