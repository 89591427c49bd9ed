"""Texts and pictures that are drawn."""

import pytest
from PIL import Image

from eulogin_harness.guide.formats.drawing import draw_text, put_picture


@pytest.mark.parametrize("text", ["Une phrase longue. " * 30, "unmotsansfinquinesecoupepas" * 3, "court"])
def test_a_text_stays_in_its_box_and_is_smaller_where_it_is_long(text: str) -> None:
    image = Image.new("L", (400, 300), 255)
    below = draw_text(image, (50, 40, 300, 200), text, 34, "#000000")
    left, top, right, foot = image.point(lambda grey: 255 - grey).getbbox() or (0, 0, 0, 0)
    assert 50 <= left < right <= 350
    assert 40 <= top < foot <= below <= 240


@pytest.mark.parametrize("size", [(300, 2000), (2600, 300), (20, 10)])
def test_a_picture_is_whole_and_in_the_middle_of_its_box(size: tuple[int, int]) -> None:
    image = Image.new("RGB", (400, 300), "#ffffff")
    put_picture(image, (100, 50, 200, 200), Image.new("RGB", size, "#000000"), 1)
    left, top, right, foot = image.convert("L").point(lambda grey: 255 - grey).getbbox() or (0, 0, 0, 0)
    assert (left + right) / 2 == pytest.approx(200, abs=1)
    assert (top + foot) / 2 == pytest.approx(150, abs=1)
    scale = min(200 / size[0], 200 / size[1], 1)
    assert (right - left, foot - top) == pytest.approx((size[0] * scale, size[1] * scale), abs=1)


def test_an_address_keeps_its_size_and_goes_on_in_the_next_line() -> None:
    heights = []
    for text in ("https://www.example/a-long/address/that/fits/no/line", "two words " * 3):
        image = Image.new("L", (400, 300), 255)
        heights.append(draw_text(image, (50, 40, 200, 200), text, 20, "#000000"))
        assert (image.point(lambda grey: 255 - grey).getbbox() or (0, 0, 0, 0))[2] <= 250
    assert heights == [40 + 3 * 25, 40 + 2 * 25]
