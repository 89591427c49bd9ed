"""A guide as EPUB 3, read back."""

from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_STORED, ZipFile

import pytest
from defusedxml.ElementTree import fromstring

from eulogin_harness.guide_text.content import Content, plain
from tests.eulogin_harness.guide.written import is_alike_twice, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

HTML, PACKAGE = "{http://www.w3.org/1999/xhtml}", "{http://www.idpf.org/2007/opf}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture(scope="module")
def book(content: Content, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[ZipFile]":
    (path,) = write("epub", content, tmp_path_factory.mktemp("epub") / "out")
    with ZipFile(path) as archive:
        yield archive


def _page(book: ZipFile, name: str) -> "Element":
    return fromstring(book.read(f"EPUB/{name}"))


def _text(element: "Element") -> str:
    return " ".join("".join(element.itertext()).split())


def test_the_type_comes_first_and_uncompressed(book: ZipFile) -> None:
    first = book.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    assert book.read("mimetype") == b"application/epub+zip"


def test_the_package_lists_all_files_and_says_language_title_and_day(book: ZipFile, content: Content) -> None:
    package = _page(book, "package.opf")
    listed = {item.get("href") for item in package.iter(f"{PACKAGE}item")}
    assert {f"EPUB/{name}" for name in listed} == {name for name in book.namelist() if name.startswith("EPUB/")} - {
        "EPUB/package.opf"
    }
    said = {name: package.findtext(f".//{DUBLIN_CORE}{name}") for name in ("title", "language", "date")}
    assert said == {"title": content.title, "language": content.language, "date": content.day.isoformat()}
    modified = package.findtext(f".//{PACKAGE}meta[@property='dcterms:modified']")
    assert modified == f"{content.day.isoformat()}T00:00:00Z"
    properties = {item.get("href"): item.get("properties") for item in package.iter(f"{PACKAGE}item")}
    assert (properties["contents.xhtml"], properties["cover.png"]) == ("nav", "cover-image")


def test_contents_lead_to_places_that_are_there(book: ZipFile, content: Content) -> None:
    links = {link.get("href", ""): _text(link) for link in _page(book, "contents.xhtml").iter(f"{HTML}a")}
    for link in links:
        name, _, place = link.partition("#")
        assert not place or _page(book, name).find(f".//*[@id='{place}']") is not None
    assert [f"{chapter.number}. {chapter.title}" for chapter in content.chapters] == [
        title for link, title in links.items() if link.startswith("chapter-")
    ]


def test_steps_are_numbered_and_their_pictures_say_what_they_show(book: ZipFile, content: Content) -> None:
    for chapter in content.chapters:
        page = _page(book, f"chapter-{chapter.number}.xhtml")
        steps = list(page.iterfind(f".//{HTML}li"))
        assert [step.get("value") for step in steps] == [str(step.number) for step in chapter.steps]
        assert [_text(next(step.iter(f"{HTML}p"))) for step in steps] == [
            " ".join(plain(step.sentence).split()) for step in chapter.steps
        ]
        assert [(image.get("src"), image.get("alt")) for image in page.iter(f"{HTML}img")] == [
            (f"pictures/{step.picture.name}.png", step.picture.alt) for step in chapter.steps if step.picture
        ]


def test_every_page_is_well_formed_and_knows_its_language(book: ZipFile, content: Content) -> None:
    for name in (name for name in book.namelist() if name.endswith(".xhtml")):
        assert fromstring(book.read(name)).get("lang") == content.language


def test_a_template_replaces_a_page(content: Content, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "epub.css").write_text("body { color: {{ content.theme.text }}; }")
    (path,) = write("epub", content, tmp_path / "out", tmp_path / "templates")
    with ZipFile(path) as archive:
        assert archive.read("EPUB/epub.css").decode() == f"body {{ color: {content.theme.text}; }}"


def test_two_builds_give_the_same_bytes(content: Content, tmp_path: Path) -> None:
    assert is_alike_twice("epub", content, tmp_path)
