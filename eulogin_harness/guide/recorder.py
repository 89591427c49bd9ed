"""Takes the pictures of a guide while a scenario walks through it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from eulogin_harness.guide.capture import SCALE, take
from eulogin_harness.guide.document import GuideFile, PictureOptions
from eulogin_harness.guide.drawing import beside as composed
from eulogin_harness.guide.drawing import drawn, save, signed

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from eulogin_harness.guide.capture import Crop, Shot


@dataclass(frozen=True)
class Taken:
    """A picture that was taken. smallest: CSS pixels of the smallest text in it."""

    file: str
    width: int
    height: int
    smallest: float


@dataclass
class PictureRecorder:
    """Writes a picture for each step that is wanted, and what is known of it.

    options: of the guide's file, by the names of steps.
    """

    folder: Path
    options: Mapping[str, PictureOptions]
    colour: str
    taken: dict[str, Taken] = field(default_factory=dict)

    def record(
        self, name: str, *, show: "Locator | None", page: "Page | None", beside: "Page | None", crop: "Crop"
    ) -> None:
        """Take the picture of a step, before it is done."""
        options = self.options.get(name)
        if options is not None and page is not None:
            shots = [take(page, show, options.crop or crop, options.blur)]
            if beside is not None:
                shots.append(take(beside, None, "card"))
            self._keep(name, shots, options)

    def _keep(self, name: str, shots: "list[Shot]", options: PictureOptions) -> None:
        number = 1 + len(self.taken)
        pictures = [(shot.is_phone, drawn(shot, options.mark or "box", self.colour, number)) for shot in shots]
        pictures.sort(key=lambda each: each[0])  # the computer stands at the left
        whole = pictures[0][1] if len(pictures) == 1 else composed(pictures[0][1], pictures[1][1])
        file = self.folder / f"{name}.png"
        save(signed(whole), file)
        smallest = min(shot.smallest for shot in shots)
        self.taken[name] = Taken(str(file), whole.width // SCALE, whole.height // SCALE, smallest)


def pictured_steps(guide: GuideFile) -> dict[str, PictureOptions]:
    """How the pictures of a guide's steps are made, by their names; a step without a picture has none."""
    return {
        step.do: step.picture
        for chapter in guide.chapters
        for step in chapter.steps
        if step.do is not None and step.picture is not False and not step.picture.file
    }
