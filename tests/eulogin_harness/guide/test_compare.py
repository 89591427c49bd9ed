"""What changed in a guide since it was built: named in words, and shown on a page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from shutil import copyfile

import pytest
from PIL import Image, ImageDraw

from eulogin_harness.guide import structure
from eulogin_harness.guide.baseline import Baseline, Comparison
from eulogin_harness.guide.building import plan
from eulogin_harness.guide.compare import Version, changes, difference, differing_words
from eulogin_harness.guide.report import write_report
from eulogin_harness.guide_text.content import Chapter, Content, Picture, Run, Step
from eulogin_harness.guide_text.errors import GuideError
from eulogin_harness.guide_text.words import words

Drawn = Callable[..., Picture]


@pytest.fixture
def drawn(tmp_path: Path) -> Drawn:
    """Draws a picture of a name, with a rectangle somewhere."""

    def draw(name: str, box: tuple[int, int, int, int] = (10, 10, 30, 20), size: tuple[int, int] = (80, 60)) -> Picture:
        picture = Image.new("RGB", (size[0] * 2, size[1] * 2), "#eef3f5")
        ImageDraw.Draw(picture).rectangle(box, fill="#0e5a6b")
        file = tmp_path / f"{name}-{len(list(tmp_path.iterdir()))}.png"
        picture.save(file)
        return Picture(name, file, *size, alt="Press Next")

    return draw


def step(name: str, text: str = "Press it", picture: Picture | None = None) -> Step:
    return Step(name, 1, (Run(text),), picture=picture)


def guide(**chapters: tuple[Step, ...]) -> Content:
    return Content(
        name="cpms",
        language="en",
        title="Your access",
        subtitle="",
        day=date(2026, 11, 27),
        date_text="27 November 2026",
        version="1",
        introduction=(),
        needs=(),
        chapters=tuple(
            Chapter(name, number, name.title(), (), steps) for number, (name, steps) in enumerate(chapters.items(), 1)
        ),
        troubles=(),
        glossary=(),
        contact=(),
        imprint=(),
        words=words("en", "1"),
    )


def version(content: Content, browser: str = "chromium 1") -> Version:
    made = structure.structure_of(content, lambda picture: str(picture.file), device="desktop", browser=browser)
    return Version(made, Path())


def said(before: Content, after: Content, browser: str = "chromium 1") -> list[str]:
    return [str(change) for change in changes(version(before), version(after, browser))]


def test_what_is_alike_has_no_changes(drawn: Drawn) -> None:
    content = guide(one=(step("one.a", picture=drawn("one.a")), step("one.b")))
    again = guide(one=(step("one.a", picture=drawn("one.a")), step("one.b")))
    assert said(content, again) == []


def test_steps_that_come_go_and_move_are_named() -> None:
    before = guide(one=(step("one.a"), step("one.b"), step("one.c")), two=(step("two.a"), step("two.b")))
    after = guide(one=(step("one.c"), step("one.a"), step("two.b")), two=(step("two.a"), step("two.c")))
    assert said(before, after) == [
        "chapter one, step one.b: the step is gone",
        "chapter one, step one.c: the step moved within its chapter",
        "chapter one, step two.b: the step moved here from chapter two",
        "chapter two, step two.c: the step is new",
    ]


def test_chapters_that_come_go_and_move_are_named() -> None:
    before = guide(one=(step("one.a"),), two=(step("two.a"),), three=(step("three.a"),))
    after = guide(two=(step("two.a"),), one=(step("one.a"),), four=(step("four.a"),))
    assert said(before, after)[:3] == [
        "chapter three: the chapter is gone",
        "chapter four: the chapter is new",
        "chapter two: the chapter moved",
    ]


def test_changed_sentences_are_named_with_what_they_are(drawn: Drawn) -> None:
    picture = drawn("one.a")
    before = guide(one=(step("one.a", picture=picture),))
    noted = replace(step("one.a", "Press that", replace(picture, alt="A page")), note=(Run("Once"),))
    after = replace(guide(one=(noted,)), title="Access", imprint=(Run("Ours"),))
    assert said(before, after) == [
        "guide: its title changed",
        "guide: its imprint is new",
        "chapter one, step one.a: its sentence changed",
        "chapter one, step one.a: its note is new",
        "chapter one, step one.a: its alternative text changed",
    ]


def test_an_address_or_a_label_that_changes_is_a_change() -> None:
    before = guide(
        one=(
            replace(
                step("one.a"), sentence=(Run("Next", bold=True), Run(" or "), Run("there", address="https://a.example"))
            ),
        )
    )
    after = guide(
        one=(replace(step("one.a"), sentence=(Run("Next"), Run(" or "), Run("there", address="https://b.example"))),)
    )
    (change,) = changes(version(before), version(after))
    assert (change.before, change.after) == (
        "**Next** or [there](https://a.example)",
        "Next or [there](https://b.example)",
    )


def test_a_changed_picture_is_named_with_its_pixels(drawn: Drawn) -> None:
    before = guide(one=(step("one.a", picture=drawn("one.a")),))
    after = guide(one=(step("one.a", picture=drawn("one.a", (10, 10, 30, 21))),))
    assert said(before, after) == ["chapter one, step one.a: its picture changed: 21 pixels, 0.11 %"]


def test_another_browser_draws_other_pixels_so_only_sizes_are_compared(drawn: Drawn) -> None:
    before = guide(one=(step("one.a", picture=drawn("one.a")), step("one.b", picture=drawn("one.b"))))
    after = guide(
        one=(
            step("one.a", picture=drawn("one.a", (0, 0, 50, 50))),
            step("one.b", picture=drawn("one.b", size=(80, 61))),
        )
    )
    assert said(before, after, "chromium 2") == [
        "chapter one, step one.b: its picture changed from 80 x 60 to 80 x 61 CSS pixels"
    ]


@pytest.mark.parametrize(("first", "second", "what"), [(1, 0, "no picture any more"), (0, 1, "a picture now")])
def test_pictures_that_come_and_go_are_named(drawn: Drawn, first: int, second: int, what: str) -> None:
    one = [guide(one=(step("one.a", picture=picture),)) for picture in (None, drawn("one.a"))]
    changed = said(one[first], one[second])
    assert f"chapter one, step one.a: it has {what}" in changed


def test_the_difference_of_pictures_counts_pixels_and_shows_them() -> None:
    before = Image.new("RGB", (40, 30), "#ffffff")
    after = before.copy()
    after.putpixel((20, 10), (255, 255, 254))
    count, images = difference(before, after)
    assert count == 1
    assert images is not None
    shown = Image.open(BytesIO(images.difference)).convert("RGB")
    assert shown.getpixel((20, 10)) == shown.getpixel((22, 12)) == (200, 0, 40)
    assert shown.getpixel((26, 10)) == (255, 255, 255)


def test_pictures_of_unlike_sizes_differ_where_only_one_of_them_is() -> None:
    count, _ = difference(Image.new("RGB", (10, 10), "#ffffff"), Image.new("RGB", (10, 12), "#ffffff"))
    assert count == 20


def test_alike_pictures_have_no_difference() -> None:
    assert difference(Image.new("RGB", (9, 9)), Image.new("RGB", (9, 9))) == (0, None)


def test_words_that_differ_are_set_apart() -> None:
    assert differing_words("Press Next now", "Press Back now") == [
        ("equal", "Press "),
        ("delete", "Next"),
        ("insert", "Back"),
        ("equal", " now"),
    ]


def test_a_picture_of_the_baseline_that_is_missing_is_named(drawn: Drawn) -> None:
    before = guide(one=(step("one.a", picture=drawn("one.a")),))
    old = version(before)
    (picture,) = (each.picture for each in before.chapters[0].steps if each.picture)
    picture.file.unlink()
    after = guide(one=(step("one.a", picture=drawn("one.b")),))
    with pytest.raises(GuideError, match=r"expected the picture .*one.a-0.png as it was built, but got: No such file"):
        list(changes(old, version(after)))


def test_the_structure_that_is_written_names_the_files_of_pictures(drawn: Drawn, tmp_path: Path) -> None:
    drawing, folder = drawn("one.a"), tmp_path / "built"
    content = guide(one=(step("one.a", picture=drawing),))
    (folder / "pictures").mkdir(parents=True)
    copyfile(drawing.file, folder / "pictures" / "one.a.png")
    file = structure.write("markdown", content, folder, device="desktop", browser="chromium 1")
    before = Version(structure.Structure.model_validate_json(file.read_bytes()), folder)
    assert list(changes(before, version(content))) == []
    picture = before.structure.chapters[0].steps[0].picture
    assert picture is not None
    assert picture.file == "pictures/one.a.png"


def test_the_report_shows_sentences_and_pictures_and_needs_no_other_file(drawn: Drawn, tmp_path: Path) -> None:
    before = version(guide(one=(step("one.a", "Press <Next>", drawn("one.a")),)))
    after = version(guide(one=(step("one.a", "Press <Back>", drawn("one.a", (0, 0, 9, 9))),)))
    file = tmp_path / "new" / "report.html"
    baseline = Baseline(tmp_path, before, plan("cpms"))
    write_report("cpms", [Comparison(baseline, "chromium 1", tuple(changes(before, after)))], file)
    page = file.read_text()
    assert "Press <del>&lt;Next&gt;</del><ins>&lt;Back&gt;</ins>" in page
    assert page.count('src="data:image/') == 3
    assert "http" not in page


def test_the_report_says_where_pixels_were_not_compared(tmp_path: Path) -> None:
    content = guide(one=(step("one.a"),))
    comparison = Comparison(Baseline(tmp_path, version(content), plan("cpms")), "chromium 2", ())
    write_report("cpms", [comparison], tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "chromium 1 drew the baseline, and chromium 2 is here" in page
    assert "Everything is as it was built." in page
