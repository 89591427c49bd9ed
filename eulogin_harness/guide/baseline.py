"""The baseline of a guide: what was built and accepted, with which each later walk is compared."""

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from eulogin_harness.guide import building, structure
from eulogin_harness.guide.compare import Change, Version, changes
from eulogin_harness.guide.legibility import hardly_legible
from eulogin_harness.guide.output import MANIFEST, Generated, generated
from eulogin_harness.guide.structure import Structure
from eulogin_harness.guide.walking import Device, browser_version
from eulogin_harness.guide_text.content import Content
from eulogin_harness.guide_text.errors import GuideError
from eulogin_harness.guide_text.loading import file_of

IN_CHECKOUT = Path("docs", "guide")


@dataclass(frozen=True)
class Baseline:
    """What was built in one language for one device.

    folder: of its manifest. version: what it says and shows. plan: how it is built again.
    """

    folder: Path
    version: Version
    plan: building.Plan


@dataclass(frozen=True)
class Comparison:
    """A baseline, and what is no longer as it says.

    browser: the one that was used now. remarks: sentences about pictures of now that are to be mended.
    """

    baseline: Baseline
    browser: str
    changes: tuple[Change, ...]
    remarks: tuple[str, ...] = ()

    @property
    def about_pixels(self) -> str:
        """Why no pixels were compared; nothing where they were."""
        recorded = self.baseline.version.structure.browser
        if recorded == self.browser:
            return ""
        return f"pixels were not compared, only sizes: {recorded} drew the baseline, and {self.browser} is here"

    @property
    def title(self) -> str:
        """What was compared, in words."""
        about = self.baseline.version.structure
        return f"{about.guide}, {about.language}{'' if about.device == 'desktop' else f', {about.device}'}"


def baselines(name: str, against: Path | None = None, pictures: Path | None = None) -> list[Baseline]:
    """The baselines of a guide, one for each language and device. Raises GuideError.

    against: their folder. Where it is left out: docs/guide, if the guide of this name was built there, else
    build/guides/NAME. pictures: a folder with pictures that stand in place of ours.
    """
    guide = file_of(name).stem
    folder = against or (IN_CHECKOUT if _guide_in(IN_CHECKOUT) == guide else Path("build", "guides", guide))
    below = sorted(folder.glob(f"*/{MANIFEST}"))
    folders = [folder] if (folder / MANIFEST).exists() else [file.parent for file in below]
    made = [_baseline(name, guide, each, file, pictures) for each in folders if (file := _structure_in(each))]
    if made:
        return made
    forms = " or ".join(structure.FORMATS)
    raise GuideError(
        f"expected a guide in {folder} that was built before in the format {forms}, but there is none; build one with "
        f"`eulogin-harness guide build {name} --format {structure.FORMATS[0]} --to {folder}`"
    )


def _guide_in(folder: Path) -> str | None:
    with suppress(OSError, ValueError, AttributeError):
        name = json.loads((folder / MANIFEST).read_text(encoding="utf-8")).get("guide")
        return str(name)
    return None


def _structure_in(folder: Path) -> Path | None:
    names = [structure.file_of(form) for form in structure.FORMATS]
    return next((folder / path for path in sorted(generated(folder)) if Path(path).name in names), None)


def _baseline(name: str, guide: str, folder: Path, file: Path, pictures: Path | None) -> Baseline:
    version = Version(_read(file), file.parent)
    built = version.structure.guide
    if built != guide:
        raise GuideError(f"expected {folder} to hold the guide {guide}, but it holds {built}; name its folder")
    device: Device = "mobile" if version.structure.device == "mobile" else "desktop"
    formats = sorted({one.format for one in generated(folder).values()})
    plan = building.plan(
        name,
        folder=folder,
        languages=[version.structure.language],
        devices=[device],
        formats=formats,
        pictures=pictures,
    )
    return Baseline(folder, version, replace(plan, by_language=False, by_format=file.parent != folder))


def _read(file: Path) -> Structure:
    try:
        return Structure.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        raise GuideError(f"expected {file} as it was built, but it is not; build the guide again") from None


def check(baseline: Baseline, progress: building.Progress) -> Comparison:
    """Walk again and compare; nothing of the baseline is changed. Raises GuideError."""
    with TemporaryDirectory(prefix="guide-") as folder, building.worker_pool() as pool:
        (content,) = building.contents(baseline.plan, pool, Path(folder), progress)[0].values()
        browser = pool.submit(browser_version, content.language).result()
        return compared(baseline, content, browser)


def compared(baseline: Baseline, content: Content, browser: str) -> Comparison:
    """A baseline compared with a guide whose pictures this browser drew. Raises GuideError."""
    device = baseline.version.structure.device
    now = structure.structure_of(content, lambda picture: str(picture.file), device=device, browser=browser)
    changed = tuple(changes(baseline.version, Version(now, Path())))
    return Comparison(baseline, browser, changed, tuple(hardly_legible([content])))


def accept(made: list[Baseline], progress: building.Progress) -> building.Built:
    """Build again what the baselines hold, in its place, with the overview that they share. Raises GuideError."""
    ordered, shared = _overview(made)
    return building.build_all([each.plan for each in ordered], progress, shared)


def _overview(made: list[Baseline]) -> tuple[list[Baseline], Path | None]:
    """Baselines in the order of the columns of the overview that they share, and its folder; None where there is none.

    Raises GuideError where a column of it is of no baseline, and would be lost.
    """
    folder = made[0].folder.parent / building.SHARED
    if not made[0].plan.by_format or not any(one.format == "overview" for one in _generated(folder).values()):
        return made, None
    columns = json.loads((folder / MANIFEST).read_text(encoding="utf-8")).get("columns", [])
    mine = {(each.version.structure.language, each.version.structure.device): each for each in made}
    if missing := next((column for column in map(tuple, columns) if column not in mine), None):
        raise GuideError(
            f"expected a guide beside {folder} for each of its columns, but there is none for {', '.join(missing)}; "
            "build the guide again in all its languages"
        )
    return [*(mine.pop(tuple(column)) for column in columns), *mine.values()], folder


def _generated(folder: Path) -> dict[str, Generated]:
    return generated(folder) if (folder / MANIFEST).is_file() else {}


def units(made: list[Baseline], *, is_check: bool) -> int:
    """How much there is to do, for a progress bar."""
    plans = (replace(each.plan, formats=()) if is_check else each.plan for each in made)
    return sum(plan.units for plan in plans)
