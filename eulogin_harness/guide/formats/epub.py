"""A guide as EPUB 3, for readers of books."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from PIL import Image

from eulogin_harness.guide.formats.archive import write_archive
from eulogin_harness.guide.formats.colours import on
from eulogin_harness.guide.formats.drawing import draw_text, put_picture
from eulogin_harness.guide.formats.encoding import pictures
from eulogin_harness.guide.formats.office import logo_image
from eulogin_harness.guide.formats.rendering import rendered
from eulogin_harness.guide_text.content import Content

if TYPE_CHECKING:
    from eulogin_harness.guide.formats import Tools

_CONTAINER = b"""<?xml version="1.0" encoding="utf-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_PAGE, _PNG = "application/xhtml+xml", "image/png"


@dataclass(frozen=True)
class _File:
    """A file of the book. kind: media type. properties: what it is to readers, such as `nav`."""

    name: str
    content: bytes
    kind: str = _PAGE
    properties: str = ""

    @property
    def key(self) -> str:
        return "file-" + self.name.replace("/", "-")

    @property
    def is_page(self) -> bool:
        return self.kind == _PAGE


def write(content: Content, folder: Path, tools: "Tools") -> list[Path]:
    """Write `<name>.epub` into `folder`. Its templates are `epub-*.html`, `epub-package.opf` and `epub.css`.

    Raises OSError.
    """
    files = list(_files(content, tools))
    identifier = uuid5(NAMESPACE_URL, f"{content.name}/{content.language}")
    package = rendered("epub-package.opf", content, tools, files=files, identifier=identifier)
    entries = [
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", _CONTAINER),
        ("EPUB/package.opf", package.encode()),
        *((f"EPUB/{file.name}", file.content) for file in files),
    ]
    return [write_archive(folder / f"{content.name}.epub", entries, content.day)]


def _files(content: Content, tools: "Tools") -> Iterator[_File]:
    """Everything that a reader shows, pages in their order."""

    def page(name: str, template: str, properties: str = "", **values: object) -> _File:
        text = rendered(f"epub-{template}.html", content, tools, **values)
        return _File(f"{name}.xhtml", text.encode(), properties=properties)

    yield page("cover", "cover")
    yield page("introduction", "introduction")
    yield page("contents", "nav", "nav", contents=_contents(content))
    for chapter in content.chapters:
        yield page(f"chapter-{chapter.number}", "chapter", chapter=chapter)
    yield page("more", "more")
    yield _File("epub.css", rendered("epub.css", content, tools).encode(), "text/css")
    yield _File("cover.png", _cover(content, logo_image(content, tools)), _PNG, "cover-image")
    for picture in pictures(content):
        yield _File(f"pictures/{picture.name}.png", picture.file.read_bytes(), _PNG)


def _contents(content: Content) -> list[tuple[str, str]]:
    """Addresses and titles of the parts of the book."""
    words = content.words
    more = [("troubles", words.troubles, content.troubles), ("glossary", words.glossary, content.glossary)]
    return [
        ("introduction.xhtml", content.title),
        *((f"chapter-{one.number}.xhtml", f"{one.number}. {one.title}") for one in content.chapters),
        *((f"more.xhtml#{name}", title) for name, title, entries in more if entries),
        ("more.xhtml#contact", words.contact),
    ]


def _cover(content: Content, logo: bytes | None) -> bytes:
    theme, drawn = content.theme, BytesIO()
    image = Image.new("RGB", (1200, 1600), theme.primary)
    image.paste(theme.ground, (0, 1160, 1200, 1600))
    image.paste(theme.accent, (0, 1150, 1200, 1160))
    below = draw_text(image, (96, 320, 1008, 520), content.title, 104, on(theme.primary), "Bold")
    draw_text(image, (96, below + 40, 1008, 1110 - below - 40), content.subtitle, 52, on(theme.primary))
    draw_text(image, (96, 1460, 1008, 60), f"{content.date_text} · {content.words.version}", 40, theme.text)
    if logo:
        put_picture(image, (96, 1210, 1008, 200), Image.open(BytesIO(logo)), 1)
    image.save(drawn, "PNG")
    return drawn.getvalue()
