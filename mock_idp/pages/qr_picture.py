"""QR codes as pictures."""

import base64
import io


def qr_picture(payload: str) -> str:
    """The QR code as a PNG in a data address, so that no cache or history keeps it."""
    import qrcode

    file = io.BytesIO()
    qrcode.make(payload, box_size=4, border=4).save(file)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
