"""Takes the pictures of a guide while a scenario walks through it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from eulogin_harness.guide.capture import SCALE, take
from eulogin_harness.guide.drawing import beside as composed
from eulogin_harness.guide.drawing import drawn, save, signed
from eulogin_harness.guide_text.document import GuideFile, PictureOptions, place_of
from eulogin_harness.guide_text.errors import GuideError

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from eulogin_harness.guide.capture import Crop, Shot


@dataclass(frozen=True)
class Taken:
    """A picture that was taken.

    width, height: CSS pixels, and letters, those of the smallest text, 0 where there is none.
    """

    file: str
    width: int
    height: int
    letters: float


@dataclass
class PictureRecorder:
    """Writes a picture for each step of the guide's file that has one, and what is known of it."""

    folder: Path
    steps: "Mapping[str, PicturedStep]"
    colour: str
    taken: dict[str, Taken] = field(default_factory=dict)

    def record(
        self,
        name: str,
        *,
        show: "Locator | None",
        page: "Page | None",
        beside: "Page | None",
        also: "Locator | None",
        crop: "Crop",
    ) -> None:
        """Take the picture of a step, before it is done; parameters as of `Walkthrough.step`."""
        step = self.steps.get(name)
        if step is not None and page is not None:
            _check_blurred(step, page)
            shots = [take(page, show, step.options.crop or crop, step.options.blur)]
            if beside is not None:
                shots.append(take(beside, also, "card"))
            self._keep(name, shots, step)

    def _keep(self, name: str, shots: "list[Shot]", step: "PicturedStep") -> None:
        mark = step.options.mark or "box"
        pictures = [(shot.is_phone, drawn(shot, mark, self.colour, step.number)) for shot in shots]
        pictures.sort(key=lambda each: each[0])  # the computer stands at the left
        whole = pictures[0][1] if len(pictures) == 1 else composed(pictures[0][1], pictures[1][1])
        file = self.folder / f"{name}.png"
        save(signed(whole), file)
        letters = min((shot.letters for shot in shots if shot.letters), default=0)
        self.taken[name] = Taken(str(file), whole.width // SCALE, whole.height // SCALE, letters)


@dataclass(frozen=True)
class PicturedStep:
    """How the picture of a step is made.

    number: of the step, within its chapter. place: where it stands, for errors.
    """

    number: int
    options: PictureOptions
    place: str


def check_selectors(page: "Page", steps: "Iterable[PicturedStep]") -> None:
    """Raises GuideError where what is to be blurred is not named by a selector. page: any page."""
    from playwright.sync_api import Error

    for step in steps:
        for selector in step.options.blur:
            try:
                page.locator(selector).count()
            except Error as error:
                reason = error.message.splitlines()[0].removeprefix("Locator.count: ")
                raise GuideError(
                    f"{step.place}: expected blur to list selectors of CSS, such as .account, but got {selector!r}: "
                    f"{reason}"
                ) from None


def _check_blurred(step: PicturedStep, page: "Page") -> None:
    for selector in step.options.blur:
        count = page.locator(selector).count()
        if not page.locator(f"{selector} >> visible=true").count():
            raise GuideError(
                f"{step.place}: expected blur {selector!r} to match what the page shows, but {count} match, none of "
                "them visible; name what stands in the picture"
            )


def pictured_steps(guide: GuideFile) -> dict[str, PicturedStep]:
    """The steps of a guide of which a scenario takes the picture, by their names."""
    return {
        step.do: PicturedStep(number, step.picture, place_of(chapter, number, step))
        for chapter, number, step in guide.steps
        if step.do is not None and step.picture is not False and not step.picture.file
    }
