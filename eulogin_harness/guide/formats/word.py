# mypy: untyped-calls-exclude=docx
"""A guide as a Word document: to be changed by who publishes it, and printed."""

import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm

from eulogin_harness.guide.formats.archive import date_archive
from eulogin_harness.guide.formats.office import DECORATION, language_tag, logo_image, set_properties, template_of
from eulogin_harness.guide.formats.word_template import (
    ABOUT,
    INDENT,
    LINK,
    NOTE,
    PICTURE,
    STEP,
    TERM,
    add_numbering,
    add_styles,
    set_design,
    set_language,
)
from eulogin_harness.guide_text.content import Chapter, Content, Entry, Picture, Run, Sentence, Step

if TYPE_CHECKING:
    from docx.document import Document
    from docx.shape import InlineShape
    from docx.text.paragraph import Paragraph

    from eulogin_harness.guide.formats import Tools

_TEMPLATE = "word.docx"
_COUNTED = {"{number}": "PAGE", "{pages}": "NUMPAGES"}


def write(content: Content, folder: Path, tools: "Tools") -> list[Path]:
    """Write `<name>.docx` into `folder`. `word.docx` of the templates gives styles, paper, head and foot.

    Raises GuideError where that file is no document, OSError where nothing can be written.
    """
    own = tools.templates / _TEMPLATE if tools.templates else None
    if own and own.is_file():
        document = template_of(docx.Document, own)
        _empty(document)
    else:
        document = docx.Document()
        set_design(document, content.theme)
    add_styles(document, content.theme)
    set_language(document, language_tag(content.language))
    _Text(document, content).fill(logo_image(content, tools))
    set_properties(document.core_properties, content)
    archive = BytesIO()
    document.save(archive)
    return [date_archive(archive, folder / f"{content.name}.docx", content.day)]


def _empty(document: "Document") -> None:
    body = document.element.body
    for element in list(body):
        if element.tag != qn("w:sectPr"):
            body.remove(element)


class _Text:
    """A document that is filled with a guide."""

    def __init__(self, document: "Document", content: Content) -> None:
        self._document, self._content = document, content
        self._numbers = add_numbering(document, content.theme)
        section = document.sections[0]
        self._width = Length((section.page_width or Mm(210)) - (section.left_margin or 0) - (section.right_margin or 0))

    def fill(self, logo: bytes | None) -> None:
        """Add everything, in the guide's order."""
        guide, words = self._content, self._content.words
        self._head(logo)
        self._paragraphs(guide.introduction)
        self._contents()
        if guide.needs:
            self._heading(words.needs, "needs")
            self._paragraphs(guide.needs, "List Bullet")
        for chapter in guide.chapters:
            self._chapter(chapter)
        for title, name, entries in self._entries_by_title:
            self._heading(title, name, page=name == "troubles")
            self._entries(entries)
        self._heading(words.contact, "contact")
        self._paragraphs(guide.contact)
        self._paragraphs([guide.imprint] if guide.imprint else [])
        self._foot()

    def _head(self, logo: bytes | None) -> None:
        guide = self._content
        if logo:
            run = self._document.add_paragraph().add_run()
            _describe(run.add_picture(BytesIO(logo), height=Mm(16)), guide.network)
        self._document.add_paragraph(guide.title, "Title")
        if guide.subtitle:
            self._document.add_paragraph(guide.subtitle, "Subtitle")
        self._document.add_paragraph(f"{guide.date_text} · {guide.words.version}", ABOUT)

    @property
    def _entries_by_title(self) -> list[tuple[str, str, tuple[Entry, ...]]]:
        guide, words = self._content, self._content.words
        both = (words.troubles, "troubles", guide.troubles), (words.glossary, "glossary", guide.glossary)
        return [part for part in both if part[2]]

    def _contents(self) -> None:
        """A field of contents. It holds links without page numbers, which Word alone can count, until it is updated."""
        words = self._content.words
        parts = [(words.needs, "needs")] if self._content.needs else []
        parts += [
            (f"{chapter.number}  {chapter.title}", f"chapter-{chapter.number}") for chapter in self._content.chapters
        ]
        parts += [(title, name) for title, name, _ in self._entries_by_title]
        parts += [(words.contact, "contact")]
        self._document.add_paragraph(words.contents, "TOC Heading")
        paragraphs = [self._document.add_paragraph() for _ in parts]
        _field_begins(paragraphs[0], r'TOC \o "1-1" \h \z \u')
        for paragraph, (title, name) in zip(paragraphs, parts, strict=True):
            self._link(paragraph, Run(title), anchor=_bookmark(name))
        _field_ends(paragraphs[-1])

    def _heading(self, text: str, name: str, *, page: bool = False, numbered: bool = False) -> None:
        heading = self._document.add_heading(text, 1)
        heading.paragraph_format.page_break_before = page or None
        _number(heading, 0, self._numbers if numbered else 0)
        marks = heading._p  # noqa: SLF001 - python-docx has no bookmarks
        place = len(self._document.element.body)
        marks.insert(1, parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="{place}" w:name="{_bookmark(name)}"/>'))
        marks.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{place}"/>'))

    def _chapter(self, chapter: Chapter) -> None:
        self._heading(chapter.title, f"chapter-{chapter.number}", page=True, numbered=True)
        self._paragraphs(chapter.introduction)
        for step in chapter.steps:
            self._step(step)

    def _step(self, step: Step) -> None:
        """A sentence, its picture with caption, and its note, on one page."""
        paragraphs = [self._paragraph(step.sentence, STEP)]
        _number(paragraphs[0], 1, self._numbers)
        if step.picture:
            paragraphs += self._picture(step.picture)
        if step.note:
            label = Run(f"{self._content.words.note}\u2002", bold=True)
            paragraphs.append(self._paragraph((label, *step.note), NOTE))
            paragraphs[-1].paragraph_format.left_indent = Mm(INDENT + 3)
        for paragraph in paragraphs:
            paragraph.paragraph_format.keep_together = True
        for paragraph in paragraphs[:-1]:
            paragraph.paragraph_format.keep_with_next = True

    def _picture(self, picture: Picture) -> list["Paragraph"]:
        width = min(picture.millimetres, self._width.mm)
        indent = Mm(INDENT) if width + INDENT <= self._width.mm else Mm(0)
        paragraph = self._document.add_paragraph(style=PICTURE)
        paragraph.paragraph_format.left_indent = indent
        _describe(paragraph.add_run().add_picture(str(picture.file), width=Mm(width)), picture.alt)
        if not picture.caption:
            return [paragraph]
        caption = self._paragraph(picture.caption, "Caption")
        caption.paragraph_format.left_indent = indent
        return [paragraph, caption]

    def _entries(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._document.add_paragraph(entry.term, TERM).paragraph_format.keep_with_next = True
            self._paragraph(entry.meaning)

    def _paragraphs(self, sentences: Sequence[Sentence], style: str | None = None) -> None:
        for sentence in sentences:
            self._paragraph(sentence, style)

    def _paragraph(self, sentence: Sentence, style: str | None = None) -> "Paragraph":
        paragraph = self._document.add_paragraph(style=style)
        for part in sentence:
            if part.address:
                self._link(paragraph, part)
            else:
                paragraph.add_run(part.text).bold = part.bold or None
        return paragraph

    def _link(self, paragraph: "Paragraph", part: Run, anchor: str = "") -> None:
        """Add a link to an address, or to a bookmark of the document."""
        link = OxmlElement("w:hyperlink")
        if anchor:
            link.set(qn("w:anchor"), anchor)
        else:
            relation = paragraph.part.relate_to(part.address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            link.set(qn("r:id"), relation)
        run = paragraph.add_run(part.text, LINK)
        run.bold = part.bold or None
        link.append(run._r)  # noqa: SLF001 - python-docx has no links
        paragraph._p.append(link)  # noqa: SLF001

    def _foot(self) -> None:
        """Title and page number in the foot, unless a template says something there."""
        foot = self._document.sections[0].footer
        if any(paragraph.text for paragraph in foot.paragraphs):
            return
        paragraph = foot.paragraphs[0]
        for stop in list(paragraph.style.paragraph_format.tab_stops if paragraph.style else ()):
            paragraph.paragraph_format.tab_stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
        paragraph.paragraph_format.tab_stops.add_tab_stop(self._width, WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(f"{self._content.title}\t")
        for part in re.split(r"(\{number\}|\{pages\})", self._content.words.page):
            if part in _COUNTED:
                _field_begins(paragraph, _COUNTED[part])
                paragraph.add_run("1")
                _field_ends(paragraph)
            else:
                paragraph.add_run(part)


def _bookmark(name: str) -> str:
    return "_" + name.replace("-", "_")


def _number(paragraph: "Paragraph", level: int, numbers: int) -> None:
    """Make a paragraph a part of a list; of none where numbers is 0."""
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001 - python-docx has no lists
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = numbers


def _field_begins(paragraph: "Paragraph", instruction: str) -> None:
    for part in (_FIELD.format("begin"), f"<w:instrText>{instruction}</w:instrText>", _FIELD.format("separate")):
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{part}</w:r>"))  # noqa: SLF001 - python-docx has no fields


def _field_ends(paragraph: "Paragraph") -> None:
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{_FIELD.format('end')}</w:r>"))  # noqa: SLF001


_FIELD = '<w:fldChar w:fldCharType="{}"/>'


def _describe(shape: "InlineShape", text: str) -> None:
    """Set the text that is read to who cannot see a picture; without one it is a decoration."""
    properties = shape._inline.docPr  # noqa: SLF001 - python-docx has no alternative texts
    properties.set("descr", text)
    if not text:
        properties.append(parse_xml(DECORATION))
