"""Cards of text and pictures, drawn: covers and frames of films."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from math import ceil

from PIL import Image, ImageDraw, ImageFont

from mock_world.fonts import FOLDER

_LINE = 1.25  # of the size of the letters
_SMALLER = 0.92
_LEAST = 12  # pixels of a letter


@cache
def font(size: int, weight: str = "Regular") -> ImageFont.FreeTypeFont:
    """The project's font. size: pixels. weight: Regular, Semibold or Bold.

    Letters are set by the means that every machine has, not by Raqm where there is one: pictures are alike on all.
    """
    return ImageFont.truetype(FOLDER / f"SourceSansPro-{weight}.ttf", size, layout_engine=ImageFont.Layout.BASIC)


def draw_text(
    image: Image.Image, box: tuple[int, int, int, int], text: str, size: int, colour: str, weight: str = "Regular"
) -> int:
    """Draw a text into a box (left, top, width, height), smaller where it is too long; the pixel below it."""
    left, top, width, height = box
    letters = font(size, weight)
    while len(lines := list(_lines(text, letters, width))) * letters.size * _LINE > height and letters.size > _LEAST:
        letters = font(int(letters.size * _SMALLER), weight)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((left, top + round(number * letters.size * _LINE)), line, colour, letters)
    return top + round(len(lines) * letters.size * _LINE)


def _lines(text: str, letters: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    """A text in lines of at most a width."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if letters.getlength(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        *parts, line = _parts(word, letters, width)
        yield from parts
    yield line


def _parts(word: str, letters: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    """A word such as an address in parts of at most a width, which end behind a slash where there is one."""
    while letters.getlength(word) > width and len(word) > 1:
        end = max(
            1, bisect_right(range(len(word)), width, key=lambda length: ceil(letters.getlength(word[:length]))) - 1
        )
        end = word.rfind("/", 0, end) + 1 or end
        yield word[:end]
        word = word[end:]
    yield word


def put_picture(image: Image.Image, box: tuple[int, int, int, int], picture: Image.Image, largest: float) -> None:
    """Put a picture into the middle of a box (left, top, width, height), whole. largest: of its own size."""
    left, top, width, height = box
    scale = min(width / picture.width, height / picture.height, largest)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    small = picture.convert("RGBA").resize(size, Image.Resampling.LANCZOS, reducing_gap=2)
    image.paste(small, (left + (width - size[0]) // 2, top + (height - size[1]) // 2), small)
