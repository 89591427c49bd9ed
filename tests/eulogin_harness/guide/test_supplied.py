"""Pictures of the real pages, which stand in place of ours, with marks that a file beside them describes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from eulogin_harness.guide import building
from eulogin_harness.guide.recorder import Taken
from eulogin_harness.guide.supplied import draw, loaded, real_pictures
from eulogin_harness.guide_text.document import GuideFile
from eulogin_harness.guide_text.errors import GuideError

from .small_guide import AROUND

COLOUR = "#c2410c"
MARK = "marks: [{style: %s, x: 100, y: 80, width: 60, height: 20}]"
GUIDE = {
    **AROUND,
    "chapters": [
        {
            "name": "search",
            "title": "Search",
            "steps": [
                {"do": "search.open", "text": "Open"},
                {"do": "search.result", "text": "Look"},
                {"do": "sign-up.open", "text": "Open"},
                {"name": "own", "text": "Wait", "picture": False},
            ],
        }
    ],
}
Supply = Callable[..., Path]


@pytest.fixture
def guide() -> GuideFile:
    return GuideFile.model_validate(GUIDE)


@pytest.fixture
def supply(tmp_path: Path) -> Supply:
    """Puts a picture of 300 x 200 pixels into the folder, with a rectangle in it, and what is drawn on it."""
    folder = tmp_path / "real"
    folder.mkdir()

    def put(name: str = "search.open.png", side: str = "", size: tuple[int, int] = (300, 200)) -> Path:
        picture = Image.new("RGB", size, "#ffffff")
        pen = ImageDraw.Draw(picture)
        for x in range(100, 160, 2):  # stripes, that a blur makes grey
            pen.line((x, 80, x, 99), fill="#000000")
        picture.save(folder / name)
        if side:
            (folder / name).with_suffix(".yaml").write_text(side)
        return folder

    return put


def shown(folder: Path, guide: GuideFile, tmp_path: Path) -> Image.Image:
    (real,) = real_pictures(folder, guide).values()
    return Image.open(draw(real, COLOUR, tmp_path).file).convert("RGB")


def colours(picture: Image.Image, box: tuple[int, int, int, int]) -> set[tuple[int, ...]]:
    part = picture.crop(box)
    return {colour for _, colour in part.getcolors(part.width * part.height) or [] if isinstance(colour, tuple)}


ACCENT = (0xC2, 0x41, 0x0C)
LEFT_OF_MARK = (180, 180, 196, 180 + 8)  # in the picture, two pixels for each of the writer's


def test_a_picture_without_marks_is_doubled_and_framed_and_bears_no_sign(
    supply: Supply, guide: GuideFile, tmp_path: Path
) -> None:
    picture = shown(supply(size=(300, 200)), guide, tmp_path)
    assert picture.size == (600, 400)
    assert picture.getpixel((0, 0)) == picture.getpixel((599, 399)) == (0xC9, 0xD2, 0xD9)
    assert colours(picture, (300, 300, 590, 390)) == {(255, 255, 255)}


@pytest.mark.parametrize(
    ("kind", "mode"), [("search.open.png", "RGB"), ("search.open.jpg", "RGB"), ("search.open.webp", "RGB")]
)
def test_pictures_are_png_jpeg_or_webp(supply: Supply, guide: GuideFile, kind: str, mode: str) -> None:
    assert [*real_pictures(supply(kind), guide)] == ["search.open"]


def test_a_box_is_drawn_around_what_is_marked(supply: Supply, guide: GuideFile, tmp_path: Path) -> None:
    picture = shown(supply(side=MARK % "box"), guide, tmp_path)
    assert picture.getpixel((187, 180)) == ACCENT  # 5 and a half CSS pixels left of it
    assert ACCENT not in colours(picture, (200, 160, 320, 200))


def test_a_number_is_that_of_its_step_or_its_own(supply: Supply, guide: GuideFile, tmp_path: Path) -> None:
    pictures = [
        shown(supply(side=(MARK % "number").replace("}", f", number: {number}}}")), guide, tmp_path).tobytes()
        for number in (1, 2)
    ]
    assert pictures[0] != pictures[1]
    assert shown(supply(side=MARK % "number"), guide, tmp_path).tobytes() == pictures[0]


def test_a_number_stands_on_a_disc(supply: Supply, guide: GuideFile, tmp_path: Path) -> None:
    picture = shown(supply(side=MARK % "number"), guide, tmp_path)
    corner = colours(picture, (165, 130, 210, 170))
    assert {ACCENT, (255, 255, 255)} <= corner


def test_an_arrow_points_from_its_right(supply: Supply, guide: GuideFile, tmp_path: Path) -> None:
    picture = shown(supply(side=MARK % "arrow"), guide, tmp_path)
    assert picture.getpixel((400, 180)) == ACCENT
    assert ACCENT not in colours(picture, LEFT_OF_MARK)


def test_a_blur_leaves_nothing_to_read(supply: Supply, guide: GuideFile, tmp_path: Path) -> None:
    picture = shown(supply(side=MARK % "blur"), guide, tmp_path)
    inside = [colour[0] for colour in colours(picture, (230, 175, 290, 185))]
    assert max(inside) - min(inside) < 24
    assert (0, 0, 0) not in colours(picture, (200, 160, 320, 200))


def test_a_spotlight_darkens_all_but_what_is_marked(supply: Supply, guide: GuideFile, tmp_path: Path) -> None:
    picture = shown(supply(side=MARK % "spotlight"), guide, tmp_path)
    (dark,) = colours(picture, (20, 20, 100, 100))
    assert max(dark) < 180
    assert (255, 255, 255) in colours(picture, (200, 160, 320, 200))


def test_a_spotlight_darkens_no_other_mark(supply: Supply, guide: GuideFile, tmp_path: Path) -> None:
    side = "marks:\n- {x: 20, y: 20, width: 30, height: 20}\n- {style: spotlight, x: 100, y: 80, width: 60, height: 20}"
    assert shown(supply(side=side), guide, tmp_path).getpixel((27, 60)) == ACCENT


def test_a_crop_leaves_its_part_and_marks_stay_in_place(supply: Supply, guide: GuideFile, tmp_path: Path) -> None:
    side = "crop: {x: 80, y: 60, width: 120, height: 60}\n" + MARK % "box"
    picture = shown(supply(side=side), guide, tmp_path)
    assert picture.size == (240, 120)
    assert picture.getpixel((27, 60)) == ACCENT


@pytest.mark.parametrize(("side", "size"), [("scale: 2", (300, 200)), ("scale: 1", (600, 400)), ("", (600, 400))])
def test_the_scale_says_how_many_pixels_a_css_pixel_has(
    supply: Supply, guide: GuideFile, tmp_path: Path, side: str, size: tuple[int, int]
) -> None:
    assert shown(supply(side=side), guide, tmp_path).size == size


def test_what_is_transparent_becomes_white(supply: Supply, guide: GuideFile, tmp_path: Path) -> None:
    folder = supply()
    Image.new("RGBA", (30, 20), (0, 0, 0, 0)).save(folder / "search.open.png")
    assert shown(folder, guide, tmp_path).getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("side", "complaint"),
    [
        (
            "marks: [{x: 280, y: 80, width: 60, height: 20}]",
            "expected mark 1 within the picture, x 0 to 300, y 0 to 200",
        ),
        ("marks: [{x: -1, y: 80, width: 60, height: 20}]", "marks.0.x: expected greater than or equal to 0; got '-1'"),
        ("crop: {x: 0, y: 0, width: 301, height: 1}", "expected crop within the picture, x 0 to 300, y 0 to 200"),
        (
            "crop: {x: 0, y: 0, width: 90, height: 90}\nmarks: [{x: 80, y: 80, width: 60, height: 9}]",
            "expected mark 1 within the picture, x 0 to 90, y 0 to 90, but got x 80 to 140, y 80 to 89",
        ),
        ("mark: []", "mark: there is no such name"),
        ("marks: [{x: 1, y: 1, width: 1}]", "marks.0.height: expected a value, but got nothing"),
        (MARK % "circle", "expected 'box', 'number', 'arrow', 'blur' or 'spotlight'; got 'circle'"),
        ("scale: 3", "scale: expected 1 or 2; got '3'"),
        ("marks: [", "expected YAML, but got"),
        (
            f"{MARK % 'spotlight'}\n".replace("}]", "}, {style: spotlight, x: 0, y: 0, width: 9, height: 9}]"),
            "at most one",
        ),
    ],
)
def test_a_wrong_side_file_gets_a_sentence(supply: Supply, guide: GuideFile, side: str, complaint: str) -> None:
    with pytest.raises(GuideError) as error:
        real_pictures(supply(side=side), guide)
    assert complaint in str(error.value)
    assert "search.open.yaml" in str(error.value)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("search.opne.png", "expected the name of a step, one of search.open, search.result, sign-up.open, search.own"),
        ("search.open.gif", "expected pictures (PNG, JPEG or WebP) and what is drawn on them (.yaml)"),
        ("search.own.png", "the guide says `picture: false` for this one"),
        ("search.open.jpg", "expected one picture of this step, but there is search.open.jpg too"),
    ],
)
def test_a_wrong_file_gets_a_sentence(supply: Supply, guide: GuideFile, name: str, complaint: str) -> None:
    supply(name)
    with pytest.raises(GuideError) as error:
        real_pictures(supply("search.open.png"), guide)
    assert complaint in str(error.value)


def test_a_side_file_without_its_picture_gets_a_sentence(supply: Supply, guide: GuideFile) -> None:
    folder = supply()
    (folder / "search.result.yaml").write_text("marks: []")
    with pytest.raises(GuideError, match=r"expected a picture search.result.png beside it, but there is none"):
        real_pictures(folder, guide)


@pytest.mark.parametrize("content", [b"no picture", b""])
def test_what_is_no_picture_gets_a_sentence(supply: Supply, guide: GuideFile, content: bytes) -> None:
    folder = supply(side=MARK % "box")
    (folder / "search.open.png").write_bytes(content)
    with pytest.raises(GuideError) as error:
        real_pictures(folder, guide)
    assert str(error.value).endswith("(PNG, JPEG or WebP), but got: it is no picture, or a damaged one")
    assert "\n" not in str(error.value)


def test_a_picture_that_is_cut_off_gets_a_sentence(supply: Supply, guide: GuideFile) -> None:
    folder = supply("search.open.jpg")
    file = folder / "search.open.jpg"
    file.write_bytes(file.read_bytes()[:-500])
    with pytest.raises(GuideError, match="it is no picture, or a damaged one"):
        real_pictures(folder, guide)


def test_a_folder_that_is_not_there_gets_a_sentence(guide: GuideFile, tmp_path: Path) -> None:
    with pytest.raises(GuideError, match="to be a folder of pictures, but got: No such file or directory"):
        real_pictures(tmp_path / "nowhere", guide)


def test_all_mistakes_are_named_at_once_and_hidden_files_are_left_alone(supply: Supply, guide: GuideFile) -> None:
    folder = supply("one.png")
    supply("two.png")
    (folder / ".DS_Store").touch()
    with pytest.raises(GuideError) as error:
        real_pictures(folder, guide)
    assert len(str(error.value).splitlines()) == 2


def plan(guide: GuideFile, folder: Path, supplied: Path) -> building.Plan:
    """How a guide with supplied pictures is built."""
    pictures = real_pictures(supplied, guide)
    return building.Plan("ours", folder / "x.yaml", guide, guide, folder, ("en",), ("desktop",), ("html",), pictures)


def test_what_is_supplied_is_not_walked(supply: Supply, guide: GuideFile, tmp_path: Path) -> None:
    def scenarios(folder: Path) -> list[str]:
        return [job.scenario for job in plan(guide, tmp_path, folder).jobs(tmp_path / "walked")]

    assert scenarios(supply("search.open.png")) == ["search", "sign-up"]
    assert scenarios(supply("search.result.png")) == ["sign-up"]
    assert scenarios(supply("sign-up.open.png")) == []


def test_what_is_supplied_stands_in_place_of_what_was_taken(supply: Supply, guide: GuideFile, tmp_path: Path) -> None:
    planned = plan(guide, tmp_path, supply("search.open.png"))
    taken = {name: Taken(str(tmp_path / name), 1, 1, 0) for name in ("search.open", "search.result")}
    pictures = building._pictures(planned, taken, tmp_path / "own")
    assert (pictures["search.open"].width, pictures["search.result"].width) == (300, 1)


def test_a_picture_with_too_many_pixels_is_called_so(tmp_path: Path) -> None:
    Image.new("1", (20_000, 10_000)).save(tmp_path / "huge.png")
    with pytest.raises(GuideError, match=r"^step search\.open: expected .*huge\.png to be a picture that is smaller"):
        loaded("step search.open", tmp_path / "huge.png")
