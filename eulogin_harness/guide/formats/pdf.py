"""A guide as PDF, set for A4 by Chromium: tagged, with an outline and page numbers in its contents."""

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, ByteStringObject, Destination, Fit, NameObject, NumberObject

from eulogin_harness.guide.formats import Tools
from eulogin_harness.guide.formats.rendering import rendered
from eulogin_harness.guide_text.content import Content, Picture, Step
from eulogin_harness.guide_text.errors import GuideError

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Millimetres. A page has 180 by 250 between its margins.
_HALF = 87.5  # two pictures up to this width stand side by side
_BESIDE = 115.0  # a picture up to this width leaves room for its sentence
_TALL = 110.0  # half as wide and taller than this: two of them fill a page

_OLDEST = 131  # Chromium's first version that sets running heads by @page
_NUMBERS = """(pages) => document.querySelectorAll("[data-of]").forEach((each) => {
  each.textContent = pages["/" + each.dataset.of];
})"""
_HIDE = "img { visibility: hidden; }"


def write(content: Content, folder: Path, tools: Tools) -> list[Path]:
    """Write `<name>.pdf` into the folder; this file. Raises GuideError where the browser is too old."""
    if int(tools.browser.version.partition(".")[0]) < _OLDEST:
        raise GuideError(
            f"expected Chromium {_OLDEST} or newer for the heads of a PDF's pages, but the browser is "
            f"{tools.browser.version}; update it, or leave the format pdf out"
        )
    file = folder / f"{content.name}.pdf"
    file.write_bytes(_finished(_printed(content, tools), content))
    return [file]


def _printed(content: Content, tools: Tools) -> bytes:
    """The PDF as Chromium makes it: a second time with the numbers of pages that the first one shows."""
    page = tools.browser.new_page()
    try:
        with TemporaryDirectory(prefix="guide-") as folder:
            file = Path(folder, "print.html")
            file.write_text(_html(content, tools), encoding="utf-8")
            page.goto(file.as_uri())
            hidden = page.add_style_tag(content=_HIDE)
            page.evaluate(_NUMBERS, _pages(_pdf(page)))
            hidden.evaluate("(style) => style.remove()")
            return _pdf(page)
    finally:
        page.close()


def _html(content: Content, tools: Tools) -> str:
    return rendered(
        "print.html",
        content,
        tools,
        contents=list(_contents(content)),
        layouts={step: layout for chapter in content.chapters for step, layout in _layouts(chapter.steps)},
        width=_width,
        picture_address=lambda picture: picture.file.absolute().as_uri(),
    )


def _contents(content: Content) -> Iterator[tuple[str, str, str]]:
    """Anchor, number and title of what the contents list."""
    words = content.words
    yield from ((chapter.name, str(chapter.number), chapter.title) for chapter in content.chapters)
    if content.troubles:
        yield "_troubles", "", words.troubles
    if content.glossary:
        yield "_glossary", "", words.glossary
    if content.contact:
        yield "_contact", "", words.contact


def _layouts(steps: tuple[Step, ...]) -> Iterator[tuple[Step, str]]:
    """How each step stands: two tall ones side by side, narrow ones beside their sentence, all others below it."""
    for tall, group in groupby(steps, _is_tall):
        members = list(group)
        pairs = len(members) // 2 * 2 if tall else 0
        yield from ((step, "half") for step in members[:pairs])
        yield from ((step, "beside" if _width_of(step) <= _BESIDE else "below") for step in members[pairs:])


def _is_tall(step: Step) -> bool:
    picture = step.picture
    return picture is not None and _width(picture) <= _HALF and _width(picture) * _shape(picture) > _TALL


def _width_of(step: Step) -> float:
    return _width(step.picture) if step.picture else 0.0


def _width(picture: Picture) -> float:
    return round(picture.millimetres, 2)


def _shape(picture: Picture) -> float:
    return picture.height / picture.width


def _pdf(page: "Page") -> bytes:
    return page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)


def _pages(pdf: bytes) -> dict[str, int]:
    """Numbers of the pages to which the contents lead, by the names of their destinations."""
    reader = PdfReader(BytesIO(pdf))
    return {name: _page_of(reader, place) + 1 for name, place in reader.named_destinations.items()}


def _page_of(reader: PdfReader, place: Destination) -> int:
    number = reader.get_destination_page_number(place)
    assert number is not None, "Chromium leads to pages of this document alone"  # noqa: S101
    return number


def _finished(pdf: bytes, content: Content) -> bytes:
    """The PDF with an outline, title, author and the guide's own date, none of the build."""
    reader = PdfReader(BytesIO(pdf))
    # The copy has more objects, since pypdf numbers lists; it would warn of that.
    reader.trailer[NameObject("/Size")] = NumberObject(2 * len(reader.xref[0]))
    writer = PdfWriter(clone_from=reader)
    _outline(writer, reader, content)
    day = f"D:{content.day:%Y%m%d}000000Z"
    writer.metadata = {
        "/Title": content.title,
        "/Author": content.network,
        "/Subject": content.subtitle,
        "/Creator": "eulogin-harness",
        "/CreationDate": day,
        "/ModDate": day,
    }
    digest = sha256(f"{content.name}\n{content.language}\n{content.version}\n{day}".encode()).digest()
    identifier = ByteStringObject(digest[:16])
    writer._ID = ArrayObject([identifier, identifier])  # noqa: SLF001 - there is no public name for it
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _outline(writer: PdfWriter, reader: PdfReader, content: Content) -> None:
    """What the contents list. Chromium's own outline doubles headings and joins words of two lines."""
    places = reader.named_destinations
    for name, number, title in _contents(content):
        place = places[f"/{name}"]
        top = Fit.xyz(left=0, top=place.top)
        writer.add_outline_item(title=f"{number} {title}".strip(), page_number=_page_of(reader, place), fit=top)
    writer.page_mode = "/UseOutlines"
