"""Text of pictures can be read where they are printed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from eulogin_harness.guide.capture import take
from eulogin_harness.guide.formats import FORMATS, Tools
from eulogin_harness.guide.legibility import hardly_legible
from eulogin_harness.guide_text.content import Content, Picture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MILLIMETRE = 72 / 25.4  # points


def picture(width: int, height: int, letters: float) -> Picture:
    return Picture("app.open", Path("app.open.png"), width, height, "", letters=letters)


@pytest.mark.parametrize(
    ("shown", "points"),
    [
        (picture(450, 600, 16), 8.05),
        (picture(800, 600, 16), 8.05),
        (picture(450, 600, 15), 7.5),
        (picture(1200, 600, 16), 6.2),  # wider than a page
        (picture(450, 1400, 16), 6.2),  # higher than a page
        (picture(450, 600, 0), 0),
    ],
)
def test_letters_are_as_large_as_their_picture_is_printed(shown: Picture, points: float) -> None:
    assert shown.points == pytest.approx(points, abs=0.06)


def test_a_card_is_printed_80_millimetres_wide() -> None:
    assert picture(450, 600, 16).millimetres == pytest.approx(80, abs=0.5)


def with_letters(content: Content, letters: float) -> Content:
    """A guide whose first step has a picture with letters of this size."""
    first = content.chapters[0]
    assert first.steps[0].picture
    shown = replace(first.steps[0].picture, letters=letters)
    chapter = replace(first, steps=(replace(first.steps[0], picture=shown), *first.steps[1:]))
    return replace(content, chapters=(chapter, *content.chapters[1:]))


def test_a_picture_whose_text_is_too_small_is_named_with_chapter_step_and_size(content: Content) -> None:
    assert [*hardly_legible([content, with_letters(content, 16)])] == []
    (remark,) = hardly_legible([with_letters(content, 14)])
    assert remark == (
        "fr: chapter account, step account.register: expected text of 8 points or more in print, but the smallest in "
        "this picture, which is 96 mm wide, has 7.0; show less of the page by `crop`, or make that text larger"
    )


PAGE = """
<style>body { margin: 0; font-size: 20px }</style>
<main><p id="card" style="margin: 100px; width: 200px; height: 150px">Text %s</p></main>
<p style="font-size: 7px">Outside</p>
"""


@pytest.fixture(scope="module")
def page(browser: "Browser") -> "Iterator[Page]":
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("more", "letters"),
    [
        ("", 20),
        ("<b style='font-size: 15px'>small</b>", 15),
        ("<input style='font-size: 14px' value='typed'>", 14),
        ("<input type=checkbox style='font-size: 5px'>", 20),
        ("<iframe style='height: 40px; width: 90px' srcdoc='<i style=\"font-size: 13px\">mail</i>'></iframe>", 13),
        ("<b style='font-size: 5px; visibility: hidden'>hidden</b>", 20),
        ("<b style='font-size: 5px; position: absolute; width: 1px; height: 1px; overflow: hidden'>for ears</b>", 20),
    ],
    ids=["text", "smaller", "field", "tick box", "mail", "hidden", "for screen readers"],
)
def test_the_smallest_text_is_measured_within_the_picture(page: "Page", more: str, letters: float) -> None:
    page.set_content(PAGE % more)
    card = page.locator("#card")
    assert take(page, None, (card,)).letters == letters


def widths(pdf: Path) -> list[float]:
    """Of pictures as they are printed, in millimetres."""
    found: list[float] = []

    def note(operator: bytes, _operands: Any, matrix: list[float], _text: Any) -> None:
        if operator == b"Do":
            found.append(round(matrix[0] / MILLIMETRE, 1))

    visitor: Callable[..., None] = note
    for each in PdfReader(pdf).pages:
        each.extract_text(visitor_operand_before=visitor)
    return found


@pytest.mark.slow
def test_a_pdf_prints_pictures_as_wide_as_their_text_needs(
    content: Content, browser_tools: Tools, tmp_path: Path
) -> None:
    (file,) = FORMATS["pdf"](content, tmp_path, browser_tools)
    pictures = [step.picture for _, step in content.steps if step.picture]
    assert widths(file) == pytest.approx([each.millimetres for each in pictures], abs=0.5)
