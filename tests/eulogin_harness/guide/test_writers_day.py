"""A writer's day: an own guide in German, as Word document and slides, without a line of Python."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml
from click.testing import CliRunner
from docx import Document
from PIL import Image
from pptx import Presentation

from eulogin_harness.cli import main

pytestmark = pytest.mark.slow

SENTENCE = {"en": "Ask Ms Lind for the form.", "de": "Fragen Sie Frau Lind nach dem Formular."}
OWN_CHAPTER = {
    "name": "before",
    "title": {"en": "Before you begin", "de": "Bevor Sie beginnen"},
    "steps": [{"name": "form", "text": SENTENCE, "picture": {"file": "form.png"}}],
}
OWN_COLOUR = "#7a1f5c"


@pytest.fixture(scope="module")
def day(same_walkers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The writer's folder at the end of the day."""
    folder = tmp_path_factory.mktemp("writer")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run("guide", "new", "paedcan")
        write_guide(folder / "guides" / "paedcan.yaml")
        formats = ("--format", "word", "--format", "slides")
        chapters = ("--chapter", "before", "--chapter", "search")  # the others would say the same
        build = ("guide", "build", "paedcan", *formats, *chapters)
        run(*build)
        (folder / "build" / "guides" / "paedcan" / "de" / "notes.txt").write_text("mine", encoding="utf-8")
        run(*build)
        yield folder


def run(*words: str) -> str:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    return result.output


def write_guide(file: Path) -> None:
    """What the writer changes in the file that was begun."""
    guide = yaml.safe_load(file.read_text(encoding="utf-8"))
    guide["network"] |= {"name": "ERN Lind", "primary": OWN_COLOUR, "logo": "logo.png"}
    guide["languages"] = ["de"]
    kept = {chapter["name"]: chapter for chapter in guide["chapters"]}
    kept["search"]["steps"][0]["text"] = {"en": "Look it up.", "de": "Schlagen Sie nach: [Search]."}
    guide["chapters"] = [OWN_CHAPTER, *(kept[name] for name in kept if name != "app")]  # which is left out
    kept["using-the-app"]["introduction"] = []  # it speaks of the chapter that is left out
    file.write_text(yaml.safe_dump(guide, allow_unicode=True, sort_keys=False), encoding="utf-8")
    Image.new("RGB", (400, 300), "#88bbee").save(file.with_name("form.png"))
    Image.new("RGB", (200, 100), OWN_COLOUR).save(file.with_name("logo.png"))


def test_nothing_of_the_writers_is_lost(day: Path) -> None:
    built = day / "build" / "guides" / "paedcan" / "de"
    assert {file.name for file in built.iterdir()} == {"manifest.json", "notes.txt", "paedcan.docx", "paedcan.pptx"}
    assert {file.name for file in (day / "guides").iterdir()} == {"paedcan.yaml", "form.png", "logo.png"}


def test_the_document_says_what_the_writer_wrote(day: Path) -> None:
    document = Document(str(day / "build" / "guides" / "paedcan" / "de" / "paedcan.docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "ERN Lind" in text
    assert SENTENCE["de"] in text
    assert "Schlagen Sie nach: Suchen." in text
    assert "Bevor Sie beginnen" in text
    assert "Bildschirm für Bildschirm" not in text


def test_the_slides_have_the_networks_colour_logo_and_the_own_picture(day: Path) -> None:
    file = day / "build" / "guides" / "paedcan" / "de" / "paedcan.pptx"
    slides = Presentation(str(file)).slides
    texts = [shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame]
    assert any(SENTENCE["de"] in text for text in texts)
    with ZipFile(file) as archive:
        theme = archive.read("ppt/theme/theme1.xml").decode()
    assert OWN_COLOUR.removeprefix("#").upper() in theme.upper()
    sizes = {shape.image.size for slide in slides for shape in slide.shapes if hasattr(shape, "image")}
    assert {(800, 600), (200, 100)} <= sizes
