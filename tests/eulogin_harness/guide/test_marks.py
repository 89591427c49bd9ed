"""Marks of pictures cover no text and stand within their picture."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from PIL.ImageFont import core

from eulogin_harness.guide.capture import SCALE, Box, Shot
from eulogin_harness.guide.drawing import LINE, arrow_box, badge_box, drawn, framed, mark_box, signed
from eulogin_harness.guide.formats.drawing import font
from eulogin_harness.guide_text.document import MarkStyle

WIDTH, HEIGHT = 300, 200
TARGET = Box(120, 90, 60, 20)
COLOUR = "#c2410c"
INK = (0xC2, 0x41, 0x0C)
EVERYWHERE = (Box(0, 0, WIDTH, 84), Box(0, 116, WIDTH, 84), Box(0, 84, 113, 32), Box(187, 84, 113, 32))


def shot(*lines: Box, target: Box | None = TARGET) -> Shot:
    written = BytesIO()
    Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), "#ffffff").save(written, "PNG")
    return Shot(written.getvalue(), WIDTH, HEIGHT, target, lines, is_phone=False)


def is_marked(picture: Image.Image, box: Box) -> bool:
    x, y, right, bottom = (round(each * SCALE) for each in (box.x, box.y, box.x + box.width, box.y + box.height))
    part = picture.crop((x, y, right, bottom))
    return any(colour != (255, 255, 255) for _, colour in part.getcolors(part.width * part.height) or [])


def reaches(box: Box) -> Box:
    """What the line of a box covers at most."""
    return box.grown(LINE / 2)


def test_a_box_leaves_room_where_there_is_some() -> None:
    assert mark_box(shot()) == TARGET.grown(5 + LINE / 2)


@pytest.mark.parametrize(
    "line",
    [Box(120, 116, 60, 14), Box(120, 70, 60, 14), Box(187, 92, 40, 14), Box(90, 92, 24, 14)],
    ids=["below", "above", "right", "left"],
)
def test_a_box_covers_no_text_beside_its_element(line: Box) -> None:
    box = mark_box(shot(line))
    assert box is not None
    assert not reaches(box).meets(line)
    assert not is_marked(drawn(shot(line), "box", COLOUR), line)


def test_a_box_may_stand_around_the_text_of_its_element() -> None:
    label = Box(125, 93, 50, 14)
    assert mark_box(shot(label)) == TARGET.grown(5 + LINE / 2)
    assert not is_marked(drawn(shot(label), "box", COLOUR), label)


@pytest.mark.parametrize("target", [Box(0, 0, 60, 20), Box(240, 180, 60, 20), Box(0, 0, WIDTH, HEIGHT)])
def test_a_box_stands_within_its_picture(target: Box) -> None:
    box = mark_box(shot(target=target))
    assert box is not None
    covered = reaches(box)
    assert covered.x >= 0
    assert covered.y >= 0
    assert covered.x + covered.width <= WIDTH
    assert covered.y + covered.height <= HEIGHT


def test_nothing_is_marked_where_nothing_is_pressed() -> None:
    nothing = shot(target=None)
    assert mark_box(nothing) is arrow_box(nothing) is None
    assert not is_marked(drawn(nothing, "box", COLOUR), Box(0, 0, WIDTH, HEIGHT))


def test_an_arrow_points_from_the_right_else_from_the_left() -> None:
    right, left = arrow_box(shot()), arrow_box(shot(Box(200, 90, 40, 14)))
    assert right is not None
    assert left is not None
    assert right.x > TARGET.x + TARGET.width
    assert left.x + left.width < TARGET.x


@pytest.mark.parametrize("side", ["right", "left"])
def test_an_arrow_covers_no_text_and_stands_within_its_picture(side: str) -> None:
    line = Box(200, 90, 40, 14) if side == "right" else Box(80, 90, 30, 14)
    target = TARGET if side == "right" else Box(230, 90, 60, 20)
    picture = drawn(shot(line, target=target), "arrow", COLOUR)
    assert not is_marked(picture, line)
    assert is_marked(picture, Box(0, 0, WIDTH, HEIGHT))


def test_a_box_stands_for_an_arrow_that_has_no_room() -> None:
    crowded = shot(*EVERYWHERE)
    assert arrow_box(crowded) is None
    assert drawn(crowded, "arrow", COLOUR).tobytes() == drawn(crowded, "box", COLOUR).tobytes()


@pytest.mark.parametrize(
    ("lines", "is_left", "is_above"),
    [
        ((), True, True),
        ((Box(100, 70, 30, 20),), True, False),
        ((Box(100, 70, 30, 20), Box(100, 110, 30, 20)), False, True),
    ],
)
def test_a_number_stands_at_a_corner_where_it_covers_no_text(
    lines: tuple[Box, ...], *, is_left: bool, is_above: bool
) -> None:
    badge = badge_box(shot(*lines))
    assert (badge.x < TARGET.x, badge.y < TARGET.y) == (is_left, is_above)
    assert not any(badge.meets(line) for line in lines)


@pytest.mark.parametrize("target", [Box(0, 90, 60, 20), Box(120, 0, 60, 20), Box(240, 90, 60, 20), Box(0, 0, 60, 20)])
def test_a_number_is_seen_as_a_whole(target: Box) -> None:
    badge = badge_box(shot(target=target))
    assert badge.x >= 0
    assert badge.y >= 0
    assert badge.x + badge.width <= WIDTH
    assert badge.y + badge.height <= HEIGHT


@pytest.mark.parametrize("style", ["box", "arrow", "spotlight", "none"])
def test_each_style_leaves_what_is_pressed_as_it_is(style: MarkStyle) -> None:
    assert not is_marked(drawn(shot(), style, COLOUR, 7), TARGET)


@pytest.mark.parametrize(
    ("style", "is_inked"), [("box", True), ("number", True), ("arrow", True), ("spotlight", False)]
)
def test_marks_have_the_colour_of_the_guide(style: MarkStyle, *, is_inked: bool) -> None:
    picture = drawn(shot(), style, COLOUR, 7)
    assert (INK in {colour for _, colour in picture.getcolors(10**6) or []}) == is_inked


@pytest.mark.parametrize("thick", [2, 30], ids=["small text", "a heading"])
def test_what_is_blurred_cannot_be_read_and_all_else_can(thick: int) -> None:
    striped = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), "#ffffff")
    for x in range(0, striped.width, 2 * thick):
        striped.paste((0, 0, 0), (x, 0, x + thick, striped.height))
    written = BytesIO()
    striped.save(written, "PNG")
    secret = Box(100, 160, 250, 80)  # reaches beyond the picture
    picture = drawn(replace(shot(), png=written.getvalue(), blurred=(secret,)), "none", COLOUR)
    inside = picture.crop((320, 330, 480, 390)).convert("L").getextrema()
    assert isinstance(inside[0], int)
    assert inside[1] - inside[0] < 24
    assert picture.crop((0, 0, 600, 320)).tobytes() == striped.crop((0, 0, 600, 320)).tobytes()


def test_our_pictures_say_below_that_they_are_none_of_the_real_site() -> None:
    picture = drawn(shot(), "none", COLOUR)
    sign = signed(picture.copy())
    assert sign.height > picture.height
    assert is_marked(sign, Box(WIDTH - 60, HEIGHT + 1, 50, (sign.height - picture.height) / SCALE - 3))
    assert framed(picture).height == picture.height


def test_letters_are_alike_on_machines_with_and_without_a_layout_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def letters(*, is_there: bool) -> tuple[bytes, bytes]:
        font.cache_clear()
        monkeypatch.setattr(core, "HAVE_RAQM", is_there)
        numbered = drawn(shot(), "number", COLOUR, 17)
        return numbered.tobytes(), signed(numbered).tobytes()

    if not core.HAVE_RAQM:
        pytest.skip("Pillow is built without Raqm here, so there is nothing to compare with")
    assert letters(is_there=True) == letters(is_there=False)
