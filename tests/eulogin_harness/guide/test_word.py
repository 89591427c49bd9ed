"""A guide as a Word document, read back."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from PIL import Image

from eulogin_harness.guide_text.content import Content, plain
from tests.eulogin_harness.guide.written import is_alike_twice, write

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

TWIP = 635  # a twentieth of a point: Word counts in them


@pytest.fixture(scope="module")
def file(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (path,) = write("word", content, tmp_path_factory.mktemp("word") / "out")
    return path


@pytest.fixture(scope="module")
def document(file: Path) -> "Document":
    return docx.Document(str(file))


def _part(file: Path, name: str) -> str:
    with ZipFile(file) as archive:
        return archive.read(f"word/{name}.xml").decode()


def _of_style(document: "Document", style: str) -> "list[Paragraph]":
    return [paragraph for paragraph in document.paragraphs if paragraph.style and paragraph.style.name == style]


def _list_place(paragraph: "Paragraph") -> tuple[str, str]:
    (properties,) = paragraph._p.iter(qn("w:numPr"))
    return tuple(properties.find(qn(f"w:{name}")).get(qn("w:val")) for name in ("ilvl", "numId"))


def _after_steps(document: "Document") -> "Iterator[list[Paragraph]]":
    """Each step with what belongs to it."""
    group: list[Paragraph] = []
    for paragraph in document.paragraphs:
        style = paragraph.style.name if paragraph.style else ""
        if group and style not in {"Step Picture", "Caption", "Step Note"}:
            yield group
            group = []
        if style == "Step" or group:
            group.append(paragraph)


def test_words_navigation_sees_chapters_and_what_stands_around_them(document: "Document", content: Content) -> None:
    words = content.words
    assert [heading.text for heading in _of_style(document, "Heading 1")] == [
        words.needs,
        *(chapter.title for chapter in content.chapters),
        words.troubles,
        words.glossary,
        words.contact,
    ]


def test_steps_are_a_list_that_starts_again_in_each_chapter(document: "Document", content: Content, file: Path) -> None:
    steps = _of_style(document, "Step")
    chapters = [heading for heading in _of_style(document, "Heading 1") if _list_place(heading)[1] != "0"]
    assert [paragraph.text for paragraph in steps] == [plain(step.sentence) for _, step in content.steps]
    assert [heading.text for heading in chapters] == [chapter.title for chapter in content.chapters]
    ((_, number),) = {_list_place(heading) for heading in chapters}
    assert {_list_place(step) for step in steps} == {("1", number)}
    numbering = _part(file, "numbering")
    (abstract,) = re.findall(rf'<w:num [^>]*w:numId="{number}"[^>]*>\s*<w:abstractNumId w:val="(\d+)"', numbering)
    (levels,) = re.findall(rf'(?s)<w:abstractNum [^>]*w:abstractNumId="{abstract}".*?</w:abstractNum>', numbering)
    assert re.findall(r'lvlText w:val="([^"]*)"', levels) == ["%1", "%1.%2"]


def test_a_step_stays_with_its_picture_and_note(document: "Document", content: Content) -> None:
    groups = list(_after_steps(document))
    parts = [
        1 + bool(step.picture) + bool(step.picture and step.picture.caption) + bool(step.note)
        for _, step in content.steps
    ]
    assert [len(group) for group in groups] == parts
    assert any(part > 1 for part in parts)
    for group in groups:
        assert all(paragraph.paragraph_format.keep_together for paragraph in group)
        assert [paragraph.paragraph_format.keep_with_next for paragraph in group] == [True] * (len(group) - 1) + [None]


def test_pictures_say_what_they_show_and_have_the_size_of_print(document: "Document", content: Content) -> None:
    pictures = [step.picture for _, step in content.steps if step.picture]
    for shape, picture in zip(document.inline_shapes, pictures, strict=True):
        assert shape._inline.docPr.get("descr") == picture.alt
        assert shape.width == pytest.approx(Mm(picture.millimetres), abs=TWIP)
        assert shape.width / shape.height == pytest.approx(picture.width / picture.height, rel=0.01)


def test_labels_are_bold_and_links_lead_there(document: "Document", content: Content, file: Path) -> None:
    bold = {run.text for _, step in content.steps for run in step.sentence if run.bold}
    links = {run.address for _, step in content.steps for run in step.sentence if run.address}
    assert bold
    assert bold == {run.text for step in _of_style(document, "Step") for run in step.runs if run.bold}
    assert links
    with ZipFile(file) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
    assert all(f'Target="{link}" TargetMode="External"' in relations for link in links)


def test_contents_are_a_field_whose_lines_lead_to_headings(content: Content, file: Path) -> None:
    text = _part(file, "document")
    anchors = re.findall(r'w:anchor="([^"]*)"', text)
    assert r'TOC \o "1-1" \h \z \u' in text
    assert len(anchors) == len(content.chapters) + 4
    assert anchors == re.findall(r'w:bookmarkStart [^>]*w:name="([^"]*)"', text)


def test_the_foot_counts_pages(content: Content, file: Path) -> None:
    foot = _part(file, "footer1")
    assert re.findall(r"<w:instrText>(.*?)</w:instrText>", foot) == ["PAGE", "NUMPAGES"]
    assert content.title in foot


def test_the_document_knows_its_language_and_the_colours_of_the_network(content: Content, tmp_path: Path) -> None:
    theme = replace(content.theme, primary="#123456", fonts=("Some Font", "Arial"))
    (path,) = write("word", replace(content, theme=theme), tmp_path / "out")
    assert set(re.findall(r'<w:lang [^>]*w:val="([^"]*)"', _part(path, "styles"))) == {"fr-FR"}
    assert 'w:val="123456"' in _part(path, "styles")
    assert 'typeface="Some Font"' in _part(path, "theme/theme1")
    assert '<w:font w:name="Some Font"><w:altName w:val="Arial"/>' in _part(path, "fontTable")


def test_a_template_gives_paper_and_styles_but_not_its_text(content: Content, tmp_path: Path) -> None:
    template = docx.Document()
    template.add_paragraph("an old text")
    template.sections[0].page_width = Mm(150)
    template.styles["Heading 1"].font.size = Pt(9)
    (tmp_path / "templates").mkdir()
    template.save(str(tmp_path / "templates" / "word.docx"))
    (path,) = write("word", content, tmp_path / "out", tmp_path / "templates")
    document = docx.Document(str(path))
    section = document.sections[0]
    assert section.page_width == pytest.approx(Mm(150), abs=TWIP)
    assert document.styles["Heading 1"].font.size == Pt(9)
    assert "an old text" not in [paragraph.text for paragraph in document.paragraphs]
    between = Mm(150) - (section.left_margin or 0) - (section.right_margin or 0)
    assert all(shape.width <= between + TWIP for shape in document.inline_shapes)


def test_two_builds_give_the_same_bytes_dated_as_the_guide(content: Content, tmp_path: Path) -> None:
    assert is_alike_twice("word", content, tmp_path)
    with ZipFile(tmp_path / "first" / f"{content.name}.docx") as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {tuple(content.day.timetuple()[:3])}
    properties = docx.Document(str(tmp_path / "first" / f"{content.name}.docx")).core_properties
    assert properties.created
    assert properties.modified
    assert (properties.created.date(), properties.modified.date()) == (content.day, content.day)
    assert (properties.title, properties.author, properties.language) == (content.title, content.network, "fr-FR")


def test_the_logo_stands_above_the_title_and_is_read_as_the_networks_name(content: Content, tmp_path: Path) -> None:
    Image.new("RGB", (40, 20), "#0e5a6b").save(tmp_path / "logo.png")
    (path,) = write("word", replace(content, logo=tmp_path / "logo.png"), tmp_path / "out")
    document = docx.Document(str(path))
    assert document.paragraphs[0]._p.findall(f".//{qn('w:drawing')}")
    assert document.inline_shapes[0]._inline.docPr.get("descr") == content.network
