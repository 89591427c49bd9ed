"""A guide as PDF, as pypdf reads it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from eulogin_harness.guide.formats import FORMATS, Tools
from eulogin_harness.guide_text.content import Content, Run, Step
from eulogin_harness.guide_text.errors import GuideError

MILLIMETRE = 72 / 25.4  # points


def read(content: Content, folder: Path, tools: Tools) -> PdfReader:
    (file,) = FORMATS["pdf"](content, folder, tools)
    return PdfReader(file)


def children(element: DictionaryObject) -> list[DictionaryObject]:
    below: Any = element.get("/K", [])
    objects = [child.get_object() for child in (below if isinstance(below, list) else [below])]
    return [child for child in objects if isinstance(child, DictionaryObject)]


def elements(parent: DictionaryObject, kind: str) -> Iterator[DictionaryObject]:
    """Structure elements of a kind below another one."""
    for child in children(parent):
        if str(child.get("/S")) == kind:
            yield child
        yield from elements(child, kind)


def pages_of(element: DictionaryObject) -> set[int]:
    """Object numbers of the pages on which an element and what is in it stand."""
    here = {element.raw_get("/Pg").idnum} if "/Pg" in element else set()
    return here.union(*map(pages_of, children(element)))


@pytest.fixture(scope="module")
def pdf(content: Content, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    return read(content, tmp_path_factory.mktemp("pdf"), Tools(lambda: browser))


def test_a_browser_that_is_too_old_is_refused(content: Content, tmp_path: Path) -> None:
    old = cast("Any", SimpleNamespace(version="130.0.6723.58"))
    with pytest.raises(GuideError, match=r"expected Chromium 131 or newer .* is 130.0.6723.58; update it"):
        FORMATS["pdf"](content, tmp_path, Tools(lambda: old))


@pytest.mark.slow
def test_a_pdf_is_alike_to_the_byte(content: Content, tmp_path: Path, browser_tools: Tools) -> None:
    (file,) = FORMATS["pdf"](content, tmp_path, browser_tools)
    before = file.read_bytes()
    FORMATS["pdf"](content, tmp_path, browser_tools)
    assert file.read_bytes() == before


@pytest.mark.slow
def test_a_pdf_says_title_author_language_and_the_day_of_the_guide(pdf: PdfReader) -> None:
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Accéder à CPMS\u00a02.0"
    assert pdf.metadata.author == "Réseau d'essai"
    assert str(pdf.metadata["/CreationDate"]) == str(pdf.metadata["/ModDate"]) == "D:20261201000000Z"
    assert str(pdf.root_object["/Lang"]) == "fr"


@pytest.mark.slow
def test_contents_and_outline_name_the_page_of_each_chapter(pdf: PdfReader) -> None:
    places = {str(item.title): (pdf.get_destination_page_number(item) or 0) + 1 for item in cast("Any", pdf.outline)}
    assert list(places) == [
        "1 Créer un compte", "2 L'application, écran par écran", "En cas de problème", "Les mots employés", "Questions",
    ]  # fmt: skip
    contents = pdf.pages[1].extract_text()
    for title, number in places.items():
        text = title.lstrip("12 ")
        assert text in pdf.pages[number - 1].extract_text()
        assert re.search(rf"{text}\s+{number}\b", contents), contents


@pytest.mark.slow
def test_every_page_but_the_cover_has_its_number(pdf: PdfReader) -> None:
    count = len(pdf.pages)
    assert "Page" not in pdf.pages[0].extract_text()
    for number, page in enumerate(pdf.pages[1:], 2):
        assert f"Page {number} sur {count}" in page.extract_text()


@pytest.mark.slow
def test_a_pdf_is_tagged_and_pictures_have_their_texts(pdf: PdfReader) -> None:
    root = cast("DictionaryObject", pdf.root_object["/StructTreeRoot"])
    texts = [figure.get("/Alt") for figure in elements(root, "/Figure")]
    assert texts == [f"L'écran « {name} »" for name in (
        "account.register", "app.open", "app.scan", "app.pin", "app.ready", "app.long",
    )]  # fmt: skip
    assert len(list(elements(root, "/H1"))) == 1
    assert len(list(elements(root, "/H2"))) >= 4


@pytest.mark.slow
def test_no_step_is_split(pdf: PdfReader) -> None:
    lists = list(elements(cast("DictionaryObject", pdf.root_object["/StructTreeRoot"]), "/L"))
    steps = [item for each in lists[2:] for item in elements(each, "/LI")]  # after needs and contents
    assert len(steps) == 12
    assert [len(pages_of(step)) for step in steps] == [1] * 12
    assert pages_of(steps[1]) == pages_of(steps[2])  # two phones stand side by side


@pytest.mark.slow
def test_a_long_step_begins_on_a_new_page_rather_than_being_split(
    content: Content, tmp_path: Path, browser_tools: Tools
) -> None:
    long = (Run("Lisez ceci. " * 150),)
    steps = tuple(Step(f"app.long-{number}", number, long) for number in range(1, 6))
    more = replace(content, chapters=(content.chapters[0], replace(content.chapters[1], steps=steps)))
    root = cast("DictionaryObject", read(more, tmp_path, browser_tools).root_object["/StructTreeRoot"])
    items = list(elements(list(elements(root, "/L"))[-1], "/LI"))
    assert [len(pages_of(item)) for item in items] == [1] * 5
    assert len(set.union(*map(pages_of, items))) > 1
