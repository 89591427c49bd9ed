"""Walks through the scenarios of guides in real browsers, on as many processes as there are cores."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from eulogin_harness.guide.document import GuideFile
from eulogin_harness.guide.errors import GuideError
from eulogin_harness.guide.loading import step_name
from eulogin_harness.guide.recorder import PictureRecorder, Taken, wanted_steps
from eulogin_harness.guide.story import story_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from eulogin_harness.client import Harness

Device = Literal["desktop", "mobile"]
NOW = "2026-11-27T10:00:00+01:00"  # a Friday; stands in pictures
SEED = 2026
TIMEOUT = 15_000  # milliseconds until a page that does not come is an error
# The host names of the pages: they stand in mails and in QR codes, so no port may.
NAMES = {"desk": "desk", "idp": "eulogin", "cpms": "cpms", "phone": "phone"}
_LONGEST = ("app", "phone", "sign-in", "access")  # begin with them, so that no process waits for another


@dataclass(frozen=True)
class Job:
    """A scenario to walk through, and where its pictures go."""

    scenario: str
    guide: GuideFile
    base: Path
    language: str
    device: Device
    folder: Path


def walk_all(jobs: Sequence[Job], step_done: Callable[[int], None]) -> dict[tuple[str, Device], dict[str, Taken]]:
    """Do all jobs; pictures by language and device, then by step. step_done: is called with the number of steps done.

    Raises GuideError, which names chapter, step and sentence.
    """
    ordered = sorted(jobs, key=lambda job: (job.scenario not in _LONGEST, job.language, job.scenario))
    taken: dict[tuple[str, Device], dict[str, Taken]] = {}
    workers = max(1, min(len(jobs), os.cpu_count() or 1))
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        running = {pool.submit(walk, job): job for job in ordered}
        try:
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for each in done:
                    job = running.pop(each)
                    pictures = each.result()
                    taken.setdefault((job.language, job.device), {}).update(pictures)
                    step_done(len(pictures))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return taken


def walk(job: Job) -> dict[str, Taken]:
    """Walk through one scenario; the pictures by their steps. Raises GuideError."""
    from playwright.sync_api import Error

    from eulogin_harness.client import ProblemError
    from eulogin_harness.guide.scenarios import SCENARIOS
    from eulogin_harness.guide.walkthrough import COMPUTER, MOBILE, Walkthrough

    harness, browser = _surroundings(job.language)
    recorder = PictureRecorder(job.folder, wanted_steps(job.guide), job.guide.network.accent, lambda _: None)
    with ExitStack() as stack:
        world = harness.worlds.create(now=NOW, frozen=True, seed=SEED, settings=_settings(job, harness))
        stack.callback(world.delete)

        def open_page(**options: Any) -> "Page":
            context = browser.new_context(
                locale=_locale(job.language),
                device_scale_factor=2,
                reduced_motion="reduce",
                color_scheme="light",
                timezone_id="Europe/Brussels",
                **options,
            )
            context.set_default_timeout(TIMEOUT)
            stack.callback(context.close)
            return context.new_page()

        walkthrough = Walkthrough(
            world,
            open_page,
            recorder,
            language=job.language,
            story=story_of(job.guide),
            computer=MOBILE if job.device == "mobile" else COMPUTER,
        )
        try:
            SCENARIOS[job.scenario](walkthrough)
        except (AssertionError, Error, ProblemError) as error:
            raise GuideError(_where(job, walkthrough.at, error)) from None
    return recorder.taken


def _where(job: Job, at: str, error: Exception) -> str:
    """Chapter, step and sentence after which the walk did not go on, and what the browser said."""
    for chapter in job.guide.chapters:
        for number, step in enumerate(chapter.steps, 1):
            if step_name(chapter, number, step) == at:
                text = step.text if isinstance(step.text, str) else step.text["en"]
                place = f"chapter {chapter.name}, step {at} ({text!r})"
                break
        else:
            continue
        break
    else:
        place = f"scenario {job.scenario}, {f'after step {at}' if at else 'at its beginning'}"
    what = str(error).strip().partition("Call log:")[0].strip().replace("\n", " ")
    return f"{place}, in {job.language}: the pages do not go on as the scenario does: {what}"


@cache
def _site() -> "tuple[Harness, Mapping[str, str]]":
    """A mock for this process, and where its host names are."""
    from eulogin_harness.client import Harness
    from eulogin_harness.site import open_site

    site = open_site()
    site.start()
    Finalize(None, site.stop, exitpriority=1)  # before the interpreter ends its threads
    harness = Harness(site.listeners["desk"])
    return harness, {f"{name}.localhost": f"localhost:{harness.ports[actor]}" for actor, name in NAMES.items()}


@cache
def _playwright() -> Any:
    from playwright.sync_api import sync_playwright

    playwright = sync_playwright().start()
    Finalize(None, playwright.stop, exitpriority=2)
    return playwright


@cache
def _browser(language: str) -> "Browser":
    """A browser whose own words are in this language."""
    from eulogin_harness.browser.chromium import resolving
    from eulogin_harness.browser.find import launch_options

    options = launch_options(_playwright().chromium)
    _, names = _site()
    outside = ("MAP * ~NOTFOUND", "EXCLUDE localhost", "EXCLUDE 127.0.0.1")
    args = [
        *options.pop("args"),
        *resolving(names, outside),
        f"--lang={_locale(language)}",
        "--font-render-hinting=none",
    ]
    browser: Browser = _playwright().chromium.launch(
        **options, args=args, env={**os.environ, "LANGUAGE": language, "LANG": f"{language}.UTF-8"}
    )
    return browser


def _surroundings(language: str) -> "tuple[Harness, Browser]":
    return _site()[0], _browser(language)


def _settings(job: Job, harness: "Harness") -> Any:
    addresses = {}
    for actor, name in NAMES.items():
        addresses[f"{actor}.public_url"] = f"http://{name}.localhost"
        addresses[f"{actor}.internal_url"] = f"http://localhost:{harness.ports[actor]}"
    profile = {"cpms.profile": str((job.base / job.guide.profile).absolute())} if job.guide.profile else {}
    return addresses | profile | job.guide.settings


def _locale(language: str) -> str:
    return "en-GB" if language == "en" else language


def jobs_of(
    guide: GuideFile, base: Path, languages: Sequence[str], devices: Sequence[Device], folder: Path
) -> Iterator[Job]:
    """What has to be walked for a guide's pictures. base: the folder of its file. folder: where the pictures go."""
    from eulogin_harness.guide.scenarios import scenario_of

    scenarios = {scenario_of(step) for step in wanted_steps(guide)} - {None}
    for language in languages:
        for device in devices:
            place = folder / language / device
            place.mkdir(parents=True, exist_ok=True)
            for scenario in sorted(each for each in scenarios if each):
                yield Job(scenario, guide, base, language, device, place)
