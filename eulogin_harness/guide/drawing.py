"""Pictures of a guide: what a browser showed, with a mark at what is pressed, a frame, and a phone beside it."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageColor, ImageDraw, ImageFilter

from eulogin_harness.guide.capture import SCALE, Box, Shot
from eulogin_harness.guide.formats.drawing import font

if TYPE_CHECKING:
    from eulogin_harness.guide_text.document import MarkStyle

LINE = 3  # CSS pixels of a mark's line
_ROOM = 5.0  # CSS pixels between an element and its mark, where no text stands
_ROUND = 8
_ARROW = 44  # CSS pixels of an arrow's length
_BADGE = 13  # radius of a number's disc
_BORDER = "#c9d2d9"
_GAP = 24  # CSS pixels between a computer and a phone
_SIGN = "mock-up"  # what every picture says of itself
_SIGN_HEIGHT = 14  # CSS pixels
_BLUR = 14, 60  # least and most pixels over which a colour spreads: a heading needs more than small text
_SMOOTH = 2  # marks are drawn so much larger, and made smaller again


def drawn(shot: Shot, mark: "MarkStyle", colour: str, number: int = 0) -> Image.Image:
    """A picture with its mark. colour: `#rrggbb`. number: what a mark of style `number` says."""
    picture = Image.open(BytesIO(shot.png)).convert("RGB")
    for box in shot.blurred:
        blur(picture, box)
    draw_mark(picture, shot, mark, colour, number)
    return picture


def beside(computer: Image.Image, phone: Image.Image) -> Image.Image:
    """What a computer and a phone show at the same moment."""
    gap = _GAP * SCALE
    height = max(computer.height, phone.height)
    ground = computer.getpixel((0, 0))
    paper = Image.new("RGB", (computer.width + gap + phone.width, height), ground)
    paper.paste(computer, (0, (height - computer.height) // 2))
    paper.paste(phone, (computer.width + gap, (height - phone.height) // 2))
    return paper


def framed(picture: Image.Image) -> Image.Image:
    """With a thin frame."""
    corner = picture.width - 1, picture.height - 1
    ImageDraw.Draw(picture).rectangle((0, 0, *corner), outline=_BORDER, width=SCALE)
    return picture


def signed(picture: Image.Image) -> Image.Image:
    """With a thin frame, and below it the word that says that it shows no real site."""
    paper = Image.new("RGB", (picture.width, picture.height + _SIGN_HEIGHT * SCALE), picture.getpixel((0, 0)))
    paper.paste(picture)
    place = paper.width - 6 * SCALE, paper.height - 5 * SCALE
    ImageDraw.Draw(paper).text(place, _SIGN, fill="#6b7a84", font=font(11 * SCALE, "Semibold"), anchor="rs")
    return framed(paper)


def save(picture: Image.Image, file: Path) -> None:
    """As PNG, the same bytes for the same pixels."""
    picture.save(file, "PNG", compress_level=6)


def mark_box(shot: Shot) -> Box | None:
    """Where the line of a box stands: around its element, and over no text of another one."""
    if shot.target is None:
        return None
    others = [line for line in shot.lines if not line.meets(shot.target)]
    room = _ROOM
    while room > 1 and any(shot.target.grown(room + LINE).meets(line) for line in others):
        room -= 1
    return _within(shot.target.grown(room + LINE / 2), shot)


def _within(box: Box, shot: Shot) -> Box:
    left, top = max(LINE, box.x), max(LINE, box.y)
    right, bottom = min(shot.width - LINE, box.x + box.width), min(shot.height - LINE, box.y + box.height)
    return Box(left, top, right - left, bottom - top)


def draw_mark(picture: Image.Image, shot: Shot, mark: "MarkStyle", colour: str, number: int = 0) -> None:
    """Draw a mark at the element of a shot, if it has one, onto its picture. colour, number: as of `drawn`."""
    around = mark_box(shot)
    if shot.target is None or around is None or mark == "none":
        return
    if mark == "blur":
        blur(picture, shot.target)
    elif mark == "spotlight":
        _spotlight(picture, around)
    elif mark == "arrow" and (arrow := arrow_box(shot)):
        _draw_arrow(picture, arrow, colour, points_left=arrow.x > around.x)
    else:
        _draw_box(picture, around, colour)
        if mark == "number":
            _draw_number(picture, badge_box(shot), colour, number)


def arrow_box(shot: Shot) -> Box | None:
    """Where an arrow that points to the element from its right or left covers no text; None where it would."""
    around = mark_box(shot)
    if around is None:
        return None
    middle = around.y + around.height / 2 - _BADGE
    places = (
        Box(around.x + around.width, middle, _ARROW, 2 * _BADGE),
        Box(around.x - _ARROW, middle, _ARROW, 2 * _BADGE),
    )
    return next((each for each in places if _is_free(each, shot) and _within(each, shot) == each), None)


def badge_box(shot: Shot) -> Box:
    """Where the disc with a number stands: at the corner of the box where it covers no text, if there is one."""
    around = mark_box(shot) or Box(0, 0, 0, 0)
    corners = [
        Box(x - _BADGE, y - _BADGE, 2 * _BADGE, 2 * _BADGE)
        for x in (around.x, around.x + around.width)
        for y in (around.y, around.y + around.height)
    ]
    whole = [each for each in corners if _within(each, shot) == each] or corners
    return next((each for each in whole if _is_free(each, shot)), whole[0])


def _is_free(box: Box, shot: Shot) -> bool:
    return not any(box.meets(line) for line in shot.lines)


def _draw_box(picture: Image.Image, box: Box, colour: str) -> None:
    sheet, pen = _sheet(picture)
    pen.rounded_rectangle(_corners(box, _SMOOTH), _ROUND * SCALE * _SMOOTH, outline=255, width=LINE * SCALE * _SMOOTH)
    _ink(picture, sheet, colour)


def _draw_arrow(picture: Image.Image, box: Box, colour: str, *, points_left: bool) -> None:
    sheet, pen = _sheet(picture)
    left, top, right, bottom = _corners(box, _SMOOTH)
    tip, end = (left, right) if points_left else (right, left)
    middle, head = (top + bottom) / 2, (bottom - top) / 2
    neck = tip + (head if tip < end else -head)
    pen.line((end, middle, neck, middle), fill=255, width=LINE * SCALE * _SMOOTH * 2)
    pen.polygon(((tip, middle), (neck, top), (neck, bottom)), fill=255)
    _ink(picture, sheet, colour)


def _draw_number(picture: Image.Image, box: Box, colour: str, number: int) -> None:
    sheet, pen = _sheet(picture)
    pen.ellipse(_corners(box, _SMOOTH), fill=255)
    _ink(picture, sheet, colour)
    centre = ((box.x + box.width / 2) * SCALE, (box.y + box.height / 2) * SCALE)
    ImageDraw.Draw(picture).text(centre, str(number), fill="#ffffff", font=font(16 * SCALE, "Semibold"), anchor="mm")


def _sheet(picture: Image.Image) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A larger sheet that is made smaller again, so that no edge is rough."""
    sheet = Image.new("L", (picture.width * _SMOOTH, picture.height * _SMOOTH), 0)
    return sheet, ImageDraw.Draw(sheet)


def _ink(picture: Image.Image, sheet: Image.Image, colour: str) -> None:
    picture.paste(ImageColor.getrgb(colour), (0, 0), sheet.reduce(_SMOOTH))


def blur(picture: Image.Image, box: Box) -> None:
    """Make what is in a box unreadable for good."""
    left, top, right, bottom = map(round, _corners(box))
    left, top, right, bottom = max(0, left), max(0, top), min(picture.width, right), min(picture.height, bottom)
    part = picture.crop((left, top, right, bottom))
    radius = min(_BLUR[1], max(_BLUR[0], part.height // 2))
    picture.paste(part.filter(ImageFilter.GaussianBlur(radius)), (left, top))


def _spotlight(picture: Image.Image, box: Box) -> None:
    """Darken all but the element."""
    sheet, pen = _sheet(picture)
    pen.rectangle((0, 0, *sheet.size), fill=110)
    pen.rounded_rectangle(_corners(box, _SMOOTH), _ROUND * SCALE * _SMOOTH, fill=0)
    picture.paste((16, 24, 32), (0, 0), sheet.reduce(_SMOOTH))


def _corners(box: Box, larger: int = 1) -> tuple[float, float, float, float]:
    scale = SCALE * larger
    return box.x * scale, box.y * scale, (box.x + box.width) * scale, (box.y + box.height) * scale
