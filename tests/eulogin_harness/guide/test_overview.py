"""All pictures of a guide on one sheet."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from eulogin_harness.guide.formats import FORMATS, Tools
from eulogin_harness.guide.formats.overview import write_all
from eulogin_harness.guide_text.content import Content

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.slow


def width_of(file: Path) -> int:
    with Image.open(file) as image:
        return image.width


def test_one_guide_is_a_page_that_holds_all_pictures_and_a_sheet_that_shows_them(
    content: Content, tmp_path: Path, browser_tools: Tools
) -> None:
    html, sheet = FORMATS["overview"](content, tmp_path, browser_tools)
    page = html.read_text(encoding="utf-8")
    assert page.count('<img src="data:image/') == 7
    assert page.count("<img") == 7
    assert "<table>" not in page
    assert width_of(sheet) == 1600


def test_several_guides_stand_side_by_side_and_what_one_lacks_is_seen(
    content: Content, tmp_path: Path, browser_tools: Tools
) -> None:
    first, second = content.chapters
    shorter = replace(content, chapters=(first, replace(second, steps=second.steps[1:])))
    contents = {("fr", "desktop"): content, ("de", "desktop"): shorter, ("fr", "phone"): content}
    html, sheet = write_all(contents, tmp_path, browser_tools)
    rows = [row for row in html.read_text(encoding="utf-8").split("<tr>") if 'scope="row"' in row]
    assert len(rows) == 12
    assert [row.count("<img") for row in rows[:3]] == [3, 4, 3]
    (lacking,) = [row for row in rows if "app.open" in row]
    assert [cell.count("<img") for cell in lacking.split("<td>")[1:]] == [2, 0, 2]
    assert width_of(sheet) == 310 + 3 * 340


def test_a_picture_is_enlarged_and_made_small_again(content: Content, tmp_path: Path, browser_tools: Tools) -> None:
    html, _ = FORMATS["overview"](content, tmp_path, browser_tools)
    page = browser_tools.browser.new_page(viewport={"width": 1200, "height": 800})
    page.goto(html.as_uri())
    picture = page.get_by_role("img", name="L'écran « app.ready »")
    widths = [_width(picture)]
    for sign in "+−":  # noqa: RUF001 - it is the sign
        page.get_by_role("link", name=f"L'écran « app.ready » {sign}").click()
        widths.append(_width(picture))
    assert widths[0] < 300
    assert widths[1] > 900
    assert widths[2] == widths[0]
    page.close()


def _width(picture: "Locator") -> float:
    box = picture.bounding_box()
    assert box is not None
    return box["width"]


def test_page_and_sheet_are_alike_to_the_byte(content: Content, tmp_path: Path, browser_tools: Tools) -> None:
    first = [file.read_bytes() for file in FORMATS["overview"](content, tmp_path, browser_tools)]
    assert [file.read_bytes() for file in FORMATS["overview"](content, tmp_path, browser_tools)] == first


def test_no_guide_at_all_is_refused(tmp_path: Path, tools: Tools) -> None:
    with pytest.raises(ValueError, match="expected at least one guide, but got none"):
        write_all({}, tmp_path, tools)
