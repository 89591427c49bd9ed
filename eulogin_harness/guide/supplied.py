"""Pictures that a writer supplies: of a step of their own, or in place of those of the mock."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from PIL import Image, ImageOps
from pydantic import Field

from eulogin_harness.guide.capture import SCALE, Box, Shot
from eulogin_harness.guide.drawing import draw_mark, framed, save
from eulogin_harness.guide_text.content import Picture
from eulogin_harness.guide_text.document import ChapterText, GuideFile, Part, StepText, step_name
from eulogin_harness.guide_text.errors import GuideError
from eulogin_harness.guide_text.loading import read_as

_WIDE = 900  # pixels: what is wider has two pixels for a CSS pixel
_KINDS = (".png", ".jpg", ".jpeg", ".webp")
_SIDE = ".yaml"
_FIRST = {"blur": 0, "spotlight": 1}

Pixels = Annotated[float, Field(ge=0)]
Length = Annotated[float, Field(gt=0)]


class Area(Part):
    """A rectangle of a picture, in its pixels, from its upper left corner."""

    x: Pixels
    y: Pixels
    width: Length
    height: Length


class MarkOf(Area):
    """A mark at what the rectangle holds. number: what a mark of style `number` says, else that of the step."""

    style: Literal["box", "number", "arrow", "blur", "spotlight"] = "box"
    number: Annotated[int, Field(ge=1, le=99)] | None = None


class SideFile(Part):
    """What stands beside a supplied picture. scale: its pixels for a CSS pixel."""

    marks: tuple[MarkOf, ...] = ()
    crop: Area | None = None
    scale: Literal[1, 2] | None = None


@dataclass(frozen=True)
class Real:
    """A picture that stands in place of ours. number: of its step."""

    name: str
    file: Path
    number: int
    about: SideFile


def real_pictures(folder: Path, guide: GuideFile) -> dict[str, Real]:
    """The pictures in a folder, by the steps for which they stand. Raises GuideError, a line for each mistake.

    guide: with all its chapters. `<step>.png`, `.jpg` or `.webp` is a picture, `<step>.yaml` says what is drawn on it.
    """
    try:
        files = sorted(file for file in folder.iterdir() if not file.name.startswith("."))
    except OSError as error:
        raise GuideError(f"expected {folder} to be a folder of pictures, but got: {error.strerror}") from None
    steps = steps_by_name(guide)
    pictures: dict[str, Real] = {}
    wrong: list[str] = []
    for file in sorted(files, key=lambda file: file.suffix == _SIDE):  # they are looked for beside their pictures
        try:
            _check_name(file, {name: step for name, (_, step) in steps.items()}, pictures)
            if file.suffix != _SIDE:
                pictures[file.stem] = _real(file, steps[file.stem][0])
        except GuideError as error:
            wrong.append(str(error))
    if wrong:
        raise GuideError("\n".join(wrong))
    return pictures


def _check_name(file: Path, steps: Mapping[str, StepText], pictures: Mapping[str, Real]) -> None:
    if not _is_picture(file) and file.suffix != _SIDE:
        raise GuideError(
            f"{file}: expected pictures (PNG, JPEG or WebP) and what is drawn on them (.yaml), but this is neither; "
            "move it away"
        )
    if file.stem not in steps:
        raise GuideError(f"{file}: expected the name of a step, one of {', '.join(steps)}, but got {file.stem!r}")
    if steps[file.stem].picture is False:
        raise GuideError(f"{file}: expected a step with a picture, but the guide says `picture: false` for this one")
    if file.suffix != _SIDE and file.stem in pictures:
        raise GuideError(f"{file}: expected one picture of this step, but there is {pictures[file.stem].file.name} too")
    if file.suffix == _SIDE and not any(_is_picture(other) for other in file.parent.glob(f"{file.stem}.*")):
        raise GuideError(f"{file}: expected a picture {file.stem}.png beside it, but there is none")


def _is_picture(file: Path) -> bool:
    return file.suffix.lower() in _KINDS


def _real(file: Path, number: int) -> Real:
    picture, side = loaded(f"step {file.stem}", file), file.with_suffix(_SIDE)
    about = read_as(SideFile, side) if side.exists() else SideFile()
    whole = Area(x=0, y=0, width=picture.width, height=picture.height)
    _check_within(side, "crop", about.crop or whole, whole)
    for count, mark in enumerate(about.marks, 1):
        _check_within(side, f"mark {count}", mark, about.crop or whole)
    if sum(mark.style == "spotlight" for mark in about.marks) > 1:
        raise GuideError(f"{side}: expected at most one mark of style spotlight, since it darkens everything else")
    return Real(file.stem, file, number, about)


def _check_within(side: Path, what: str, area: Area, whole: Area) -> None:
    def reach(each: Area) -> str:
        return f"x {each.x:g} to {each.x + each.width:g}, y {each.y:g} to {each.y + each.height:g}"

    is_left = area.x < whole.x or area.y < whole.y
    is_right = area.x + area.width > whole.x + whole.width or area.y + area.height > whole.y + whole.height
    if is_left or is_right:
        raise GuideError(f"{side}: expected {what} within the picture, {reach(whole)}, but got {reach(area)}")


def without_pictures(guide: GuideFile, names: Collection[str]) -> GuideFile:
    """A guide in which these steps have no picture, so that none is taken."""

    def step(chapter: ChapterText, number: int, each: StepText) -> StepText:
        return each.model_copy(update={"picture": False}) if step_name(chapter, number, each) in names else each

    chapters = (
        chapter.model_copy(update={"steps": tuple(step(chapter, *each) for each in enumerate(chapter.steps, 1))})
        for chapter in guide.chapters
    )
    return guide.model_copy(update={"chapters": tuple(chapters)})


def draw(real: Real, colour: str, folder: Path) -> Picture:
    """A picture with its marks and a frame, as the formats take it, as PNG in `folder`. colour: `#rrggbb`."""
    picture = loaded(f"step {real.name}", real.file)
    scale = real.about.scale or _scale(picture)
    crop = real.about.crop or Area(x=0, y=0, width=picture.width, height=picture.height)
    picture = picture.crop((int(crop.x), int(crop.y), int(crop.x + crop.width), int(crop.y + crop.height)))
    picture = _enlarged(picture, scale)
    marks = [(mark, Box(*((each / scale) for each in _of(mark, crop)))) for mark in real.about.marks]
    shot = Shot(b"", picture.width // SCALE, picture.height // SCALE, None, (), is_phone=False)
    # What is blurred or darkened comes first, so that no mark is.
    for mark, box in sorted(marks, key=lambda each: _FIRST.get(each[0].style, len(_FIRST))):
        draw_mark(picture, replace(shot, target=box), mark.style, colour, mark.number or real.number)
    return _saved(real.name, framed(picture), folder)


def _of(mark: MarkOf, crop: Area) -> tuple[float, float, float, float]:
    return mark.x - crop.x, mark.y - crop.y, mark.width, mark.height


def own_pictures(guide: GuideFile, base: Path, folder: Path) -> dict[str, Picture]:
    """The writer's own pictures, by the names of their steps, as PNG in `folder`; base: folder of the guide's file.

    Raises GuideError.
    """
    return {name: picture_of(name, base / file, folder) for name, file in _named(guide)}


def check_files(guide: GuideFile, base: Path) -> None:
    """Raises GuideError where a picture or the logo that the guide names is not there, or is none."""
    if guide.network.logo:
        _check_logo(base / guide.network.logo)
    for name, file in _named(guide):
        loaded(f"step {name}", base / file)


def _check_logo(file: Path) -> None:
    if file.suffix.lower() != ".svg":
        loaded("network.logo", file)
    elif not file.is_file() or b"<svg" not in file.read_bytes():
        raise GuideError(f"network.logo: expected {file} to be a drawing (SVG), but it is none, or not there")


def _named(guide: GuideFile) -> Iterator[tuple[str, str]]:
    for name, (_, step) in steps_by_name(guide).items():
        if step.picture is not False and step.picture.file:
            yield name, step.picture.file


def steps_by_name(guide: GuideFile) -> dict[str, tuple[int, StepText]]:
    """The steps of a guide, each with its number within its chapter."""
    return {step_name(chapter, number, step): (number, step) for chapter, number, step in guide.steps}


def picture_of(name: str, file: Path, folder: Path) -> Picture:
    """A picture of a file as the formats take it, with two pixels for a CSS pixel. Raises GuideError."""
    picture = loaded(f"step {name}", file)
    return _saved(name, _enlarged(picture, _scale(picture)), folder)


def _scale(picture: Image.Image) -> int:
    return SCALE if picture.width > _WIDE else 1


def _enlarged(picture: Image.Image, scale: int) -> Image.Image:
    larger = SCALE // scale
    return picture.resize((picture.width * larger, picture.height * larger), Image.Resampling.LANCZOS)


def _saved(name: str, picture: Image.Image, folder: Path) -> Picture:
    target = folder / f"{name}.png"
    save(picture, target)
    return Picture(name, target, picture.width // SCALE, picture.height // SCALE, alt="")


def loaded(place: str, file: Path) -> Image.Image:
    """A picture, upright, on white where it is transparent. place: where it is named, for errors. Raises GuideError."""
    try:
        with Image.open(file) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except Image.DecompressionBombError:
        raise GuideError(
            f"{place}: expected {file} to be a picture that is smaller; save it with fewer pixels"
        ) from None
    except (OSError, ValueError, SyntaxError) as error:
        reason = getattr(error, "strerror", None) or "it is no picture, or a damaged one"
        raise GuideError(f"{place}: expected {file} to be a picture (PNG, JPEG or WebP), but got: {reason}") from None
    paper = Image.new("RGBA", upright.size, "#ffffff")
    return Image.alpha_composite(paper, upright).convert("RGB")
