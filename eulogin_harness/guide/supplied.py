"""Pictures that a writer supplies."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from eulogin_harness.guide.capture import SCALE
from eulogin_harness.guide.content import Picture
from eulogin_harness.guide.document import ChapterText, GuideFile, StepText
from eulogin_harness.guide.drawing import save
from eulogin_harness.guide.errors import GuideError
from eulogin_harness.guide.loading import step_name

_WIDE = 900  # pixels: what is wider has two pixels for a CSS pixel


def own_pictures(guide: GuideFile, base: Path, folder: Path) -> dict[str, Picture]:
    """The writer's own pictures, by the names of their steps, as PNG in `folder`; base: folder of the guide's file.

    Raises GuideError.
    """
    return {name: picture_of(name, base / file, folder) for name, file in _named(guide)}


def check_own_pictures(guide: GuideFile, base: Path) -> None:
    """Raises GuideError where a picture is not there, or is none."""
    for name, file in _named(guide):
        opened(name, base / file).close()


def _named(guide: GuideFile) -> Iterator[tuple[str, str]]:
    for chapter, number, step in _steps(guide):
        if step.picture is not False and step.picture.file:
            yield step_name(chapter, number, step), step.picture.file


def _steps(guide: GuideFile) -> Iterator[tuple[ChapterText, int, StepText]]:
    return ((chapter, number, step) for chapter in guide.chapters for number, step in enumerate(chapter.steps, 1))


def picture_of(name: str, file: Path, folder: Path) -> Picture:
    """A picture of a file as the formats take it, with two pixels for a CSS pixel. Raises GuideError."""
    with opened(name, file) as found:
        picture = found.convert("RGB")
    if picture.width <= _WIDE:
        picture = picture.resize((picture.width * SCALE, picture.height * SCALE), Image.Resampling.LANCZOS)
    target = folder / f"{name}.png"
    save(picture, target)
    return Picture(name, target, picture.width // SCALE, picture.height // SCALE, alt="")


def opened(name: str, file: Path) -> Image.Image:
    """A picture, opened. Raises GuideError."""
    try:
        return Image.open(file)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        reason = getattr(error, "strerror", None) or "it is no picture"
        raise GuideError(
            f"step {name}: expected {file} to be a picture (PNG, JPEG or WebP), but got: {reason}"
        ) from None
