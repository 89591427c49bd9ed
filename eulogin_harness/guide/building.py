"""Builds a guide: pictures by walking through its scenarios, then its formats, each in every language."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from eulogin_harness.guide import structure
from eulogin_harness.guide.formats import FORMATS, Tools, overview
from eulogin_harness.guide.legibility import hardly_legible
from eulogin_harness.guide.output import generated, put
from eulogin_harness.guide.supplied import (
    Real,
    check_files,
    draw,
    own_pictures,
    real_pictures,
    steps_by_name,
    without_pictures,
)
from eulogin_harness.guide.walking import Device, Job, browser_of, browser_version, jobs_of, walk
from eulogin_harness.guide_text.content import Content, Picture
from eulogin_harness.guide_text.document import GuideFile, place_of, step_name
from eulogin_harness.guide_text.errors import GuideError, mistakes_in
from eulogin_harness.guide_text.loading import check_language, content_of, file_of, read
from eulogin_harness.guide_text.sentences import Speaker
from eulogin_harness.guide_text.story import check_story

if TYPE_CHECKING:
    from eulogin_harness.guide.recorder import Taken

Progress = Callable[[int, str], None]
"""Is called with what was done, in units of `Plan.units`, and a word about it."""


@dataclass(frozen=True)
class Plan:
    """What is to be built. file: of the guide. whole: with all its chapters; guide: with those that are built.

    folder: for it all. pictures: those that stand in place of ours, by their steps. templates: a folder searched
    first for templates of formats. by_language: there is a folder below for each language and device. by_format: one
    for each format of several files.
    """

    name: str
    file: Path
    whole: GuideFile
    guide: GuideFile
    folder: Path
    languages: tuple[str, ...]
    devices: tuple[Device, ...]
    formats: tuple[str, ...]
    pictures: Mapping[str, Real] = field(default_factory=dict)
    templates: Path | None = None
    by_language: bool = True
    by_format: bool = True

    @property
    def units(self) -> int:
        """How much there is to do, for a progress bar."""
        jobs = len(list(self.jobs(Path())))
        return jobs * _WALK + len(self.formats) * len(self.languages) * len(self.devices)

    def jobs(self, folder: Path) -> Iterator[Job]:
        """The scenarios to walk through, their pictures below `folder`."""
        return jobs_of(
            without_pictures(self.guide, self.pictures), self.file.parent, self.languages, self.devices, folder
        )

    def content(self, language: str, pictures: Mapping[str, Picture]) -> tuple[Content, Speaker]:
        """The guide in a language, and what its catalogue lacks. Raises GuideError."""
        chosen = [chapter.name for chapter in self.guide.chapters]
        return content_of(self.name, self.whole, language, self.file.parent, pictures, chosen)

    def place(self, language: str, device: Device) -> Path:
        """Where the guide of a language and device goes."""
        if not self.by_language:
            return self.folder
        return self.folder / (language if device == "desktop" else f"{language}-{device}")


@dataclass
class Built:
    """What was built.

    lacking: texts that a language's catalogue lacks, of how many. remarks: sentences about pictures to be mended.
    """

    files: list[Path] = field(default_factory=list)
    lacking: dict[str, tuple[int, int]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


SHARED = "overview"  # the folder of the overview of several languages or devices
_WALK = 4  # a scenario takes as long as about so many formats
_ENCODED = ("html", "pictures", "overview")


def plan(
    name: str,
    *,
    folder: Path | None = None,
    languages: Sequence[str] = (),
    devices: Sequence[Device] = (),
    formats: Sequence[str] = (),
    chapters: Sequence[str] = (),
    pictures: Path | None = None,
    templates: Path | None = None,
) -> Plan:
    """Check everything that can be checked before a browser is started. Raises GuideError."""
    file = file_of(name)
    whole = read(file)
    guide = _with_chapters(whole, chapters)
    for each in formats:
        if each not in FORMATS:
            raise GuideError(f"expected formats of {', '.join(FORMATS)}, but got {each!r}")
    for language in languages:
        check_language(language)
    made = Plan(
        file.stem,
        file,
        whole,
        guide,
        folder or Path("build", "guides", file.stem),
        tuple(languages) or guide.languages,
        tuple(devices) or ("desktop",),
        tuple(formats) or tuple(FORMATS),
        real_pictures(pictures, whole) if pictures else {},
        templates,
    )
    is_single = len(made.languages) == len(made.devices) == len(made.formats) == 1
    made = replace(made, by_language=not is_single, by_format=not is_single)
    with mistakes_in(file):
        _check_steps(guide)
        check_files(guide, file.parent)
        check_story(without_pictures(guide, made.pictures), file.parent)
        for language in made.languages:
            made.content(language, {})
    for language in made.languages:
        for device in made.devices:
            generated(made.place(language, device))
    return made


def build(made: Plan, progress: Progress) -> Built:
    """Build what is planned. Raises GuideError, after which what stood there before stands there still."""
    is_shared = "overview" in made.formats and len(made.languages) * len(made.devices) > 1
    return build_all([made], progress, made.folder / SHARED if is_shared else None)


def build_all(plans: Sequence[Plan], progress: Progress, shared: Path | None) -> Built:
    """Build several plans of one guide. shared: folder for the overview of all their languages and devices.

    Raises GuideError, as `build` does.
    """
    with TemporaryDirectory(prefix="guide-") as temporary, worker_pool() as pool:
        built, made = Built(), []
        for number, plan_of in enumerate(plans):
            here = Path(temporary, str(number))
            guides, lacking = contents(plan_of, pool, here, progress)
            built.lacking |= lacking
            built.remarks += hardly_legible(guides.values())
            _write_formats(pool, plan_of, guides, here / "formats", progress)
            made += [_Made(plan_of, *key, content, here / "formats" / Path(*key)) for key, content in guides.items()]
        for each in made:
            built.files += _put(each, pool.submit(browser_version, each.language).result())
        if shared is not None:
            built.files += _put_overview(made, pool, Path(temporary, SHARED), shared)
    return built


@dataclass(frozen=True)
class _Made:
    """A guide in one language for one device, and the folder in which its formats were written."""

    plan: Plan
    language: str
    device: Device
    content: Content
    folder: Path


def _put_overview(made: Sequence[_Made], pool: ProcessPoolExecutor, written: Path, folder: Path) -> list[Path]:
    """Write the overview of guides, each a column, into its folder."""
    columns = {(each.language, str(each.device)): each.content for each in made}
    pool.submit(write_overview, columns, written, made[0].plan.templates).result()
    about = {"guide": made[0].plan.name, "columns": [list(column) for column in columns]}
    return put(written, folder, {file.name: "overview" for file in written.iterdir()}, about)


def contents(
    made: Plan, pool: ProcessPoolExecutor, folder: Path, progress: Progress
) -> tuple[dict[tuple[str, Device], Content], dict[str, tuple[int, int]]]:
    """Walk, and say the guide in each language for each device; and what each language's catalogue lacks.

    folder: for the pictures, as long as the guides are used. Raises GuideError.
    """
    with mistakes_in(made.file):
        pictures = _walked(pool, list(made.jobs(folder / "pictures")), progress)
    guides: dict[tuple[str, Device], Content] = {}
    lacking: dict[str, tuple[int, int]] = {}
    for language in made.languages:
        for device in made.devices:
            shown = _pictures(made, pictures.get((language, device), {}), folder / f"own-{language}-{device}")
            guides[language, device], speaker = made.content(language, shown)
            lacking[language] = len(speaker.lacking), len(speaker.said)
    return guides, lacking


def _with_chapters(guide: GuideFile, names: Sequence[str]) -> GuideFile:
    known = [chapter.name for chapter in guide.chapters]
    if wrong := next((name for name in names if name not in known), None):
        raise GuideError(f"expected chapters of {', '.join(known)}, but got {wrong!r}")
    chosen = tuple(chapter for chapter in guide.chapters if not names or chapter.name in names)
    return guide.model_copy(update={"chapters": chosen})


def _check_steps(guide: GuideFile) -> None:
    """Raises GuideError where a step is done by no scenario, comes twice, or in another order than it is done."""
    from eulogin_harness.guide.scenarios import scenario_of, steps

    last: dict[str, int] = {}
    names: set[str] = set()
    for chapter, number, step in guide.steps:
        place = place_of(chapter, number, step)
        if step.do is None:
            name = step_name(chapter, number, step)
            if name in names:
                raise GuideError(f"{place}: expected a name of its own, but an earlier step has it")
            names.add(name)
            continue
        scenario = scenario_of(step.do)
        if scenario is None:
            known = [name for each in steps().values() for name in each]
            raise GuideError(f"{place}: expected a step that a scenario does, one of {', '.join(known)}")
        at = steps()[scenario].index(step.do)
        if at == last.get(scenario):
            raise GuideError(f"{place}: expected it once, but it is the step before, too")
        if at <= last.get(scenario, -1):
            before = steps()[scenario][last[scenario]]
            raise GuideError(f"{place}: expected it before {before}, since that is the order that was tried, and once")
        last[scenario] = at


def _pictures(made: Plan, taken: "Mapping[str, Taken]", folder: Path) -> dict[str, Picture]:
    """Pictures of steps: those that were supplied, the writer's own, and those that were taken."""
    ours = {
        name: Picture(name, Path(one.file), one.width, one.height, alt="", letters=one.letters)
        for name, one in taken.items()
    }
    folder.mkdir(parents=True)
    own = own_pictures(made.guide, made.file.parent, folder)
    real = [made.pictures[name] for name in steps_by_name(made.guide) if name in made.pictures]
    return ours | own | {each.name: draw(each, made.guide.network.accent, folder) for each in real}


@contextmanager
def worker_pool() -> Iterator[ProcessPoolExecutor]:
    """Processes that walk and write, each with a mock and a browser of its own."""
    pool = ProcessPoolExecutor(os.cpu_count() or 1, get_context("spawn"))
    try:
        yield pool
    except BaseException as error:
        pool.shutdown(wait=True, cancel_futures=True)
        if isinstance(error, BrokenProcessPool):
            raise GuideError(
                "expected each process that walks to run to its end, but one was ended from outside, maybe for lack of "
                "memory; run the command again"
            ) from None
        raise
    pool.shutdown()


def _walked(
    pool: ProcessPoolExecutor, jobs: list[Job], progress: Progress
) -> dict[tuple[str, Device], dict[str, "Taken"]]:
    """Pictures of all jobs, by language and device, then by step."""
    ahead = ("app", "phone", "sign-in", "access")  # the longest, so that no process waits for another at the end
    running = {
        pool.submit(walk, job): job for job in sorted(jobs, key=lambda job: (job.scenario not in ahead, job.language))
    }
    taken: dict[tuple[str, Device], dict[str, Taken]] = {}
    for done in as_completed(running):
        job = running[done]
        taken.setdefault((job.language, job.device), {}).update(done.result())
        progress(_WALK, f"{job.language}: {job.scenario}")
    return taken


def _write_formats(
    pool: ProcessPoolExecutor,
    made: Plan,
    contents: Mapping[tuple[str, Device], Content],
    folder: Path,
    progress: Progress,
) -> None:
    running: dict[Future[None], tuple[int, str]] = {}
    for (language, device), content in contents.items():
        for names in _together(made.formats):
            done = pool.submit(write_formats, names, content, device, folder / language / device, made.templates)
            running[done] = len(names), f"{language}: {', '.join(names)}"
    for done in as_completed(running):
        done.result()
        progress(*running[done])


def _together(formats: Sequence[str]) -> list[list[str]]:
    """Formats that one process writes: those of pictures as WebP, which are encoded once, and each of the others."""
    encoded = [name for name in formats if name in _ENCODED]
    return [*filter(None, [encoded]), *([name] for name in formats if name not in _ENCODED)]


def write_formats(names: Sequence[str], content: Content, device: Device, folder: Path, templates: Path | None) -> None:
    """Write formats of a guide, each into a folder of its name, which is new."""
    for name in names:
        place = folder / name
        place.mkdir(parents=True)
        FORMATS[name](content, place, Tools(partial(browser_of, content.language), templates))
        if name in structure.FORMATS:
            structure.write(name, content, place, device=device, browser=browser_version(content.language))


def write_overview(contents: Mapping[tuple[str, str], Content], folder: Path, templates: Path | None) -> None:
    """Write the overview of a guide in several languages, or for several devices, into a folder that is new."""
    folder.mkdir(parents=True)
    language = next(iter(contents))[0]
    overview.write_all(contents, folder, Tools(partial(browser_of, language), templates))


def _put(made: _Made, browser: str) -> list[Path]:
    """Move what was built to its place: formats of one file side by side, the others in a folder of their name."""
    plan_of, built, formats = made.plan, made.folder, dict[str, str]()
    for name in plan_of.formats:
        files = sorted(path for path in (built / name).rglob("*") if path.is_file())
        for file in files:
            path = file.relative_to(built if len(files) > 1 and plan_of.by_format else built / name)
            (built / path).parent.mkdir(parents=True, exist_ok=True)
            file.rename(built / path)
            formats[path.as_posix()] = name
    about = {
        "guide": plan_of.name,
        "language": made.language,
        "device": made.device,
        "version": made.content.version,
        "browser": browser,
    }
    return put(built, plan_of.place(made.language, made.device), formats, about)
