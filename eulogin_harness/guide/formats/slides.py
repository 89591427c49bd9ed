# mypy: untyped-calls-exclude=pptx
"""A guide as slides of PowerPoint: one a chapter, one a step with its sentence at the left and its picture beside."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pptx import Presentation
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_AUTO_SIZE, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.shapes.placeholder import PicturePlaceholder
from pptx.util import Length, Pt

from eulogin_harness.guide.formats.archive import date_archive
from eulogin_harness.guide.formats.office import DECORATION, language_tag, logo_image, set_properties, template_of
from eulogin_harness.guide.formats.slides_template import (
    CHAPTER,
    SENTENCE,
    STEP,
    TEXT,
    TITLE,
    default_template,
    iter_placeholders,
    px,
)
from eulogin_harness.guide_text.content import Chapter, Content, Entry, Picture, Run, Sentence, Step, plain
from eulogin_harness.guide_text.errors import GuideError

if TYPE_CHECKING:
    from pptx.presentation import Presentation as Slides
    from pptx.shapes.base import BaseShape
    from pptx.shapes.picture import Picture as PictureShape
    from pptx.slide import Slide, SlideLayout
    from pptx.text.text import TextFrame, _Paragraph

    from eulogin_harness.guide.formats import Tools

_TEMPLATE = "slides.pptx"
_LAYOUTS = {
    TITLE: 0,
    TEXT: 1,
    CHAPTER: 2,
    SENTENCE: 7,
    STEP: 8,
}  # places in PowerPoint's own, whose names differ by language
_NEEDED = {TITLE: {0, 1}, TEXT: {0, 1}, CHAPTER: {0, 1}, SENTENCE: {0, 2}, STEP: {0, 1, 2}}
_REPEATED = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_LARGEST = 1.25  # of a picture on a slide: beyond, its pixels show
_CAPTION = px(40)
_NUMBERS = {CHAPTER: Pt(80), SENTENCE: Pt(54), STEP: Pt(40)}
_FITTING = {SENTENCE: 90, STEP: 130}  # letters of a title in full size
_LETTERS = 640  # of questions or terms on a slide
_SMALLEST = 0.5  # of the size of a text: beyond, nobody reads it in a hall


def write(content: Content, folder: Path, tools: "Tools") -> list[Path]:
    """Write `<name>.pptx` into `folder`. `slides.pptx` of the templates replaces the design.

    Raises GuideError where that file is none, or lacks a layout or a placeholder, OSError where nothing can be written.
    """
    own = tools.templates / _TEMPLATE if tools.templates else None
    slides = _opened(own) if own and own.is_file() else default_template(content.theme)
    _Deck(slides, content).fill(logo_image(content, tools))
    set_properties(slides.core_properties, content)
    archive = BytesIO()
    slides.save(archive)
    return [date_archive(archive, folder / f"{content.name}.pptx", content.day)]


def _opened(template: Path) -> "Slides":
    """A network's own template, without the slides that it holds."""
    slides = template_of(Presentation, template)
    entries = slides.slides._sldIdLst  # noqa: SLF001 - python-pptx removes no slides
    for entry in list(entries):
        slides.part.drop_rel(entry.rId)
        entries.remove(entry)
    for name, needed in _NEEDED.items():
        there = {placeholder.placeholder_format.idx for placeholder in iter_placeholders(_layout(slides, name))}
        if missing := sorted(needed - there):
            raise GuideError(
                f"expected placeholders {sorted(needed)} in the layout {name!r} of {_TEMPLATE}, but {missing} are "
                "missing; begin with an empty presentation of PowerPoint, whose layouts have them"
            )
    return slides


def _layout(slides: "Slides", name: str) -> "SlideLayout":
    if layout := slides.slide_layouts.get_by_name(name):
        return layout
    if len(slides.slide_layouts) > _LAYOUTS[name]:
        return slides.slide_layouts[_LAYOUTS[name]]
    got = ", ".join(repr(layout.name) for layout in slides.slide_layouts)
    raise GuideError(f"expected a layout {name!r} in {_TEMPLATE}, but got {got}; rename one, or add it")


class _Deck:
    """Slides that are filled with a guide."""

    def __init__(self, slides: "Slides", content: Content) -> None:
        self._slides, self._content = slides, content
        self._language = language_tag(content.language)

    def fill(self, logo: bytes | None) -> None:
        """Add all slides, in the guide's order."""
        guide, words = self._content, self._content.words
        self._title(logo)
        contents = self._text(words.contents, [(Run(f"{one.number}  {one.title}"),) for one in guide.chapters])
        if guide.needs:
            self._text(words.needs, guide.needs)
        _link(contents, [self._chapter(chapter) for chapter in guide.chapters])
        for title, entries in ((words.troubles, guide.troubles), (words.glossary, guide.glossary)):
            for number, some in enumerate(_portions(entries), 1):
                self._text(
                    f"{title} ({number})" if number > 1 else title,
                    [(Run(f"{entry.term}\u2002", bold=True), *entry.meaning) for entry in some],
                )
        self._text(words.contact, [*guide.contact, guide.imprint])

    def _title(self, logo: bytes | None) -> None:
        guide = self._content
        slide = self._add(TITLE, (Run(guide.title),))
        about = (Run(f"{guide.date_text} · {guide.words.version}"),)
        self._fill(slide, 1, [*([(Run(guide.subtitle),)] if guide.subtitle else []), about])
        if logo:
            _describe(slide.shapes.add_picture(BytesIO(logo), px(96), px(64), height=px(104)), guide.network)

    def _text(self, title: str, sentences: Sequence[Sentence]) -> "Slide":
        slide = self._add(TEXT, (Run(title),))
        self._fill(slide, 1, sentences, fitting=900)
        return slide

    def _chapter(self, chapter: Chapter) -> "Slide":
        slide = self._add(CHAPTER, (Run(chapter.title),), str(chapter.number))
        self._fill(slide, 1, chapter.introduction, fitting=400)
        for step in chapter.steps:
            self._step(chapter, step)
        return slide

    def _step(self, chapter: Chapter, step: Step) -> None:
        number, heading = f"{chapter.number}.{step.number}", f"{chapter.number}  {chapter.title}"
        slide = self._add(STEP if step.picture else SENTENCE, step.sentence, number, heading)
        self._fill(slide, 2, [(Run(self._content.words.note, bold=True),), step.note] if step.note else [])
        if step.picture:
            self._picture(slide, step.picture)
        else:
            _remove(slide, 1)
        if step.note and (notes := slide.notes_slide.notes_text_frame):
            self._write(notes, [step.note])

    def _add(self, layout: str, title: Sentence, number: str = "", footer: str = "") -> "Slide":
        """A slide with title, footer and number, the latter two of which python-pptx leaves out."""
        source = _layout(self._slides, layout)
        slide: Slide = self._slides.slides.add_slide(source)
        for placeholder in iter_placeholders(source):
            if placeholder.placeholder_format.type in _REPEATED:
                _repeat(slide, placeholder, self._language)
        for shape in slide.placeholders:
            if shape.placeholder_format.type == PP_PLACEHOLDER.FOOTER:
                self._write(shape.text_frame, [(Run(footer or self._content.title),)])
        frame = slide.placeholders[0].text_frame
        if number:
            self._number(frame.paragraphs[0], number, layout)
        self._runs(frame.paragraphs[0], title)
        _shrink(frame, len(plain(title)), _FITTING.get(layout, 90))
        return slide

    def _number(self, paragraph: "_Paragraph", number: str, layout: str) -> None:
        """Write a large number on a line of its own."""
        self._runs(paragraph, (Run(number, bold=True),))
        font = paragraph.runs[0].font
        font.size = _NUMBERS[layout]
        if layout != CHAPTER:
            font.color.theme_color = MSO_THEME_COLOR.ACCENT_2
        paragraph.add_line_break()

    def _fill(self, slide: "Slide", place: int, sentences: Sequence[Sentence], fitting: int = 200) -> None:
        """Write into a placeholder, or remove it where there is nothing to write. fitting: letters of full size."""
        if not sentences:
            _remove(slide, place)
            return
        frame = slide.placeholders[place].text_frame
        self._write(frame, sentences)
        _shrink(frame, sum(len(plain(sentence)) for sentence in sentences), fitting)

    def _write(self, frame: "TextFrame", sentences: Sequence[Sentence]) -> None:
        for place, sentence in enumerate(sentences):
            self._runs(frame.add_paragraph() if place else frame.paragraphs[0], sentence)

    def _runs(self, paragraph: "_Paragraph", sentence: Sentence) -> None:
        for part in sentence:
            run = paragraph.add_run()
            run.text = part.text
            run.font.bold = part.bold or None
            if part.address:
                run.hyperlink.address = part.address
            run._r.get_or_add_rPr().set("lang", self._language)  # noqa: SLF001 - python-pptx knows some languages only

    def _picture(self, slide: "Slide", picture: Picture) -> None:
        """Put a picture into its placeholder, whole, as large as it fits."""
        place = slide.placeholders[1]
        assert isinstance(place, PicturePlaceholder), "checked with the layouts"  # noqa: S101 - for types
        left, top, width, height = place.left, place.top, place.width, place.height
        free = height - (_CAPTION if picture.caption else 0)
        scale = min(width / px(picture.width), free / px(picture.height), _LARGEST)
        shape = place.insert_picture(str(picture.file))
        shape.crop_left = shape.crop_right = shape.crop_top = shape.crop_bottom = 0
        shape.width, shape.height = Length(round(px(picture.width) * scale)), Length(round(px(picture.height) * scale))
        shape.left = Length(left + (width - shape.width) // 2)
        shape.top = Length(top + (free - shape.height) // 2)
        _describe(shape, picture.alt)
        if picture.caption:
            box = slide.shapes.add_textbox(left, Length(shape.top + shape.height), width, _CAPTION)
            self._write(box.text_frame, [picture.caption])
            paragraph = box.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.CENTER
            for run in paragraph.runs:
                run.font.size = Pt(12)


def _portions(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Entries in portions that a slide holds."""
    portion: list[Entry] = []
    for entry in entries:
        if portion and sum(len(one.term) + len(plain(one.meaning)) for one in [*portion, entry]) > _LETTERS:
            yield portion
            portion = []
        portion.append(entry)
    if portion:
        yield portion


def _link(contents: "Slide", chapters: "Sequence[Slide]") -> None:
    """Let each line of the contents lead to the slide of its chapter."""
    for paragraph, chapter in zip(contents.placeholders[1].text_frame.paragraphs, chapters, strict=True):
        properties = paragraph.runs[0]._r.get_or_add_rPr()  # noqa: SLF001 - python-pptx links runs to addresses only
        link = properties.add_hlinkClick(contents.part.relate_to(chapter.part, RELATIONSHIP_TYPE.SLIDE))
        link.set("action", "ppaction://hlinksldjump")


def _remove(slide: "Slide", place: int) -> None:
    """Remove a placeholder, where there is one, that would ask for a text or a picture."""
    for shape in slide.placeholders:
        if shape.placeholder_format.idx == place:
            shape.element.getparent().remove(shape.element)


def _repeat(slide: "Slide", placeholder: "BaseShape", language: str) -> None:
    """Copy a placeholder of a layout, which keeps its place."""
    copy = deepcopy(placeholder.element)
    shapes = slide.shapes.element
    for shape in copy.iter("{*}cNvPr"):
        shape.set("id", str(len(slide.shapes) + 2))
    (place,) = copy.iter("{*}spPr")
    place.clear()
    for element in copy.iter("{*}rPr", "{*}endParaRPr"):
        element.set("lang", language)
    shapes.append(copy)


def _shrink(frame: "TextFrame", letters: int, fitting: int) -> None:
    """Make a text smaller that is longer than its place. fitting: letters that have room in full size."""
    frame.auto_size = MSO_AUTO_SIZE.TEXT_TO_FIT_SHAPE
    if letters > fitting:
        scale = max(_SMALLEST, (fitting / letters) ** 0.5)
        for fit in frame._txBody.iter("{*}normAutofit"):  # noqa: SLF001 - python-pptx sets no scale
            fit.set("fontScale", str(round(scale * 100) * 1000))


def _describe(picture: "PictureShape", text: str) -> None:
    """Set the text that is read to who cannot see a picture; without one it is a decoration."""
    (properties,) = picture.element.iter("{*}cNvPr")
    properties.set("descr", text)
    if not text:
        properties.append(parse_xml(DECORATION))
