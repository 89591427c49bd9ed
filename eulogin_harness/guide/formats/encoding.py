"""Pictures as other files and sizes: WebP without loss, half the size, in the text of a page."""

import base64
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image

from eulogin_harness.guide_text.content import Content, Picture
from eulogin_harness.guide_text.errors import GuideError

# Slower ones gain 10 % of size for up to twenty times the CPU.
_WEBP = {"lossless": True, "method": 1, "quality": 50}
_CACHED = 256  # formats of one guide ask for the same pictures


def pictures(content: Content) -> list[Picture]:
    """The pictures of a guide in its order, one that several steps show once.

    Raises GuideError where different pictures have one name: one file would overwrite the other.
    """
    named: dict[str, Picture] = {}
    for picture in (step.picture for _, step in content.steps if step.picture):
        before = named.setdefault(picture.name, picture)
        if before.file != picture.file:
            raise GuideError(
                f"expected a name of its own for each picture, but {before.file} and {picture.file} are both called "
                f"{picture.name!r}; give one of the two steps a name"
            )
    return list(named.values())


def dark(picture: Picture) -> Path | None:
    """The picture as it looks on a dark screen, where there is one beside it: `<name>.dark.png`."""
    file = picture.file.with_suffix(".dark.png")
    return file if file.is_file() else None


@lru_cache(_CACHED)
def half(png: bytes) -> bytes:
    """A picture of two pixels for a CSS pixel with one: PNG."""
    image = Image.open(BytesIO(png))
    colours = image.convert("RGBA" if image.has_transparency_data else "RGB")  # those of a palette cannot be mixed
    # The mean of four pixels: a filter that looks further makes twice the file for letters hardly crisper.
    return _encoded(colours.reduce(2), "PNG")


@lru_cache(_CACHED)
def webp(png: bytes) -> bytes:
    """A picture as WebP, without loss."""
    return _encoded(Image.open(BytesIO(png)), "WEBP", **_WEBP)


def address(png: bytes) -> str:
    """A picture as a data URI: WebP where that is smaller."""
    small = webp(png)
    return data_uri(small, "image/webp") if len(small) < len(png) else data_uri(png, "image/png")


def data_uri(data: bytes, kind: str) -> str:
    """A file as an address that holds it. kind: its media type."""
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()
