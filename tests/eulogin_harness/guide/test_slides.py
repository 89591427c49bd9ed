"""Slides of a guide, read back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from pptx import Presentation
from pptx.shapes.placeholder import PlaceholderPicture
from pptx.slide import Slide

from eulogin_harness.guide_text.content import Content, Entry, Run, plain
from eulogin_harness.guide_text.errors import GuideError
from tests.eulogin_harness.guide.written import is_alike_twice, write

if TYPE_CHECKING:
    from pptx.presentation import Presentation as Slides


@pytest.fixture(scope="module")
def slides(content: Content, tmp_path_factory: pytest.TempPathFactory) -> "Slides":
    (path,) = write("slides", content, tmp_path_factory.mktemp("slides") / "out")
    return Presentation(str(path))


def _titles(slides: "Slides") -> list[str]:
    return [slide.shapes.title.text_frame.text if slide.shapes.title else "" for slide in slides.slides]


def _of_step(slides: "Slides", number: str) -> Slide:
    return list[Slide](slides.slides)[next(n for n, title in enumerate(_titles(slides)) if title.startswith(number))]


def _pictures(slides: "Slides") -> Iterator[PlaceholderPicture]:
    return (shape for slide in slides.slides for shape in slide.shapes if isinstance(shape, PlaceholderPicture))


def test_each_chapter_and_each_step_has_a_slide_with_its_title(slides: "Slides", content: Content) -> None:
    titles = _titles(slides)
    for chapter in content.chapters:
        place = titles.index(f"{chapter.number}\v{chapter.title}")
        steps = [f"{chapter.number}.{step.number}\v{plain(step.sentence)}" for step in chapter.steps]
        assert titles[place + 1 : place + 1 + len(steps)] == steps


def test_every_slide_has_a_title_of_its_own(slides: "Slides") -> None:
    titles = _titles(slides)
    assert all(titles)
    assert len(set(titles)) == len(titles)


def test_contents_lead_to_the_slides_of_chapters(slides: "Slides", content: Content) -> None:
    contents = slides.slides[1]
    actions = [link.get("action") for link in contents.shapes.element.iter("{*}hlinkClick")]
    assert actions == ["ppaction://hlinksldjump"] * len(content.chapters)
    targets = [relation.target_part for relation in contents.part.rels.values() if "slide" in relation.reltype]
    titles = {
        slide.shapes.title.text_frame.text for slide in slides.slides if slide.part in targets and slide.shapes.title
    }
    assert titles == {f"{chapter.number}\v{chapter.title}" for chapter in content.chapters}


def test_pictures_say_what_they_show(slides: "Slides", content: Content) -> None:
    described = [name.get("descr") for picture in _pictures(slides) for name in picture.element.iter("{*}cNvPr")]
    assert described == [step.picture.alt for _, step in content.steps if step.picture]


def test_pictures_are_whole_and_inside_of_the_slide(slides: "Slides", content: Content) -> None:
    shown = [step.picture for _, step in content.steps if step.picture]
    for shape, picture in zip(_pictures(slides), shown, strict=True):
        assert shape.width / shape.height == pytest.approx(picture.width / picture.height, rel=0.01)
        assert (shape.crop_left, shape.crop_right, shape.crop_top, shape.crop_bottom) == (0, 0, 0, 0)
        assert shape.left >= 0
        assert shape.left + shape.width <= (slides.slide_width or 0)
        assert shape.top + shape.height <= (slides.slide_height or 0)


def test_no_placeholder_asks_for_a_text_or_a_picture(slides: "Slides") -> None:
    for slide in slides.slides:
        for shape in slide.placeholders:
            assert isinstance(shape, PlaceholderPicture) or shape.text_frame.text


def test_a_note_stands_on_its_slide_and_in_the_speakers_notes(slides: "Slides", content: Content) -> None:
    chapter, step = next((chapter, step) for chapter, step in content.steps if step.note)
    slide = _of_step(slides, f"{chapter.number}.{step.number}\v")
    assert plain(step.note) in "".join(element.text for element in slide.shapes.element.iter("{*}t"))
    assert slide.notes_slide.notes_text_frame
    assert slide.notes_slide.notes_text_frame.text == plain(step.note)


def test_runs_carry_the_language_labels_are_bold_and_links_lead_there(content: Content, tmp_path: Path) -> None:
    sentence = (Run("Open "), Run("CPMS", address="https://cpms.example/"), Run(", "), Run("Next", bold=True))
    chapter = content.chapters[0]
    step = replace(chapter.steps[0], sentence=sentence)
    guide = replace(content, language="fr", chapters=(replace(chapter, steps=(step,)),))
    (path,) = write("slides", guide, tmp_path / "out")
    title = _of_step(Presentation(str(path)), f"{chapter.number}.{step.number}\v").shapes.title
    assert title
    runs = {run.text: run for run in title.text_frame.paragraphs[0].runs}
    assert {run._r.get_or_add_rPr().get("lang") for run in runs.values()} == {"fr-FR"}
    assert (runs["Next"].font.bold, runs["Open "].font.bold) == (True, None)
    assert runs["CPMS"].hyperlink.address == "https://cpms.example/"


def test_slides_are_wide_numbered_and_in_the_colours_of_the_network(content: Content, tmp_path: Path) -> None:
    theme = replace(content.theme, primary="#123456", fonts=("Some Font", "Arial"))
    (path,) = write("slides", replace(content, theme=theme), tmp_path / "out")
    slides = Presentation(str(path))
    assert (slides.slide_width or 0) / (slides.slide_height or 1) == pytest.approx(16 / 9)
    with ZipFile(path) as archive:
        theme_part = archive.read("ppt/theme/theme1.xml").decode()
        assert '<a:accent1><a:srgbClr val="123456"/>' in theme_part
        assert theme_part.count('<a:latin typeface="Some Font"/>') == 2
        assert 'type="slidenum"' in archive.read("ppt/slides/slide5.xml").decode()


def test_a_long_text_is_made_smaller(content: Content, tmp_path: Path) -> None:
    chapter = content.chapters[0]
    step = replace(chapter.steps[0], sentence=(Run("A long sentence goes on. " * 20),))
    guide = replace(content, chapters=(replace(chapter, steps=(step,)),))
    (path,) = write("slides", guide, tmp_path / "out")
    title = _of_step(Presentation(str(path)), f"{chapter.number}.{step.number}\v").shapes.title
    assert title
    (fit,) = title.element.iter("{*}normAutofit")
    assert 50_000 <= int(fit.get("fontScale")) < 60_000


def test_a_template_replaces_the_design_and_its_own_slides_are_gone(content: Content, tmp_path: Path) -> None:
    template = Presentation()
    template.slides.add_slide(template.slide_layouts[0])
    (tmp_path / "templates").mkdir()
    template.save(str(tmp_path / "templates" / "slides.pptx"))
    (path,) = write("slides", content, tmp_path / "out", tmp_path / "templates")
    slides = Presentation(str(path))
    assert slides.slide_width == template.slide_width
    titles = _titles(slides)
    assert titles[0] == content.title
    assert len(set(titles)) == len(titles)


def test_a_template_that_lacks_a_layout_is_named(content: Content, tmp_path: Path) -> None:
    template = Presentation()
    for layout in list(template.slide_layouts)[1:]:
        template.slide_layouts.remove(layout)
    (tmp_path / "templates").mkdir()
    template.save(str(tmp_path / "templates" / "slides.pptx"))
    with pytest.raises(GuideError, match=r"layout 'Title and Content' in slides\.pptx, but got 'Title Slide'"):
        write("slides", content, tmp_path / "out", tmp_path / "templates")


def test_two_builds_give_the_same_bytes_dated_as_the_guide(content: Content, tmp_path: Path) -> None:
    assert is_alike_twice("slides", content, tmp_path)
    with ZipFile(tmp_path / "first" / f"{content.name}.pptx") as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {tuple(content.day.timetuple()[:3])}
    properties = Presentation(str(tmp_path / "first" / f"{content.name}.pptx")).core_properties
    assert properties.created
    assert properties.modified
    assert (properties.created.date(), properties.modified.date()) == (content.day, content.day)
    assert (properties.title, properties.language) == (content.title, "fr-FR")


def test_many_questions_stand_on_several_slides_with_titles_of_their_own(content: Content, tmp_path: Path) -> None:
    questions = tuple(Entry(f"Question {number}?", (Run("An answer. " * 20),)) for number in range(5))
    (path,) = write("slides", replace(content, troubles=questions), tmp_path / "out")
    slides = Presentation(str(path))
    titles = [title for title in _titles(slides) if title.startswith(content.words.troubles)]
    assert titles == [content.words.troubles, f"{content.words.troubles} (2)", f"{content.words.troubles} (3)"]
    text = "".join(element.text or "" for slide in slides.slides for element in slide.shapes.element.iter("{*}t"))
    assert all(entry.term in text for entry in questions)
