"""Walks through the scenarios of guides in a real browser, against a mock: both belong to the process that walks."""

import logging
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from eulogin_harness.app_process import AppNotStarted, launch
from eulogin_harness.collecting import not_collected
from eulogin_harness.guide.recorder import PictureRecorder, Taken, check_selectors, pictured_steps
from eulogin_harness.guide_text.document import Application, GuideFile, english, place_of, step_name
from eulogin_harness.guide_text.errors import GuideError, NoBrowserError
from eulogin_harness.guide_text.story import story_of
from eulogin_harness.host_names import netlocs, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from eulogin_harness.client import Harness, World

Device = Literal["desktop", "mobile"]
NOW = "2026-11-27T10:00:00+01:00"  # a Friday; stands in pictures
SEED = 2026
TIMEOUT = 60_000  # milliseconds until a page that does not come is an error, also on a machine that is busy


@dataclass(frozen=True)
class Job:
    """A scenario to walk through, and where its pictures go."""

    scenario: str
    guide: GuideFile
    base: Path
    language: str
    device: Device
    folder: Path


def walk(job: Job) -> dict[str, Taken]:
    """Walk through one scenario; the pictures by their steps. Raises GuideError."""
    from playwright.sync_api import Error

    from eulogin_harness.client import ProblemError
    from eulogin_harness.guide.scenarios import SCENARIOS, scenario_of
    from eulogin_harness.guide.walkthrough import COMPUTER, MOBILE, Walkthrough

    harness = _mock()
    steps = {name: step for name, step in pictured_steps(job.guide).items() if scenario_of(name) == job.scenario}
    recorder = PictureRecorder(job.folder, steps, job.guide.network.accent)
    with ExitStack() as stack:
        try:
            world = harness.worlds.create("guide", now=NOW, frozen=True, seed=SEED, settings=_settings(job, harness))
        except ProblemError as error:
            raise GuideError(f"settings: {error.detail}") from None
        stack.callback(world.delete)
        browser = browser_of(job.language)

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

        if any(step.options.blur for step in steps.values()):
            check_selectors(open_page(), steps.values())
        story = story_of(job.guide, job.language)
        if job.scenario == "application" and story.application is not None:
            application = _started(stack, job, world, story.application)
            world.services.create(application.url, name=application.name)  # else pages would call it by its port
            story = replace(story, application=application)
        walkthrough = Walkthrough(
            world,
            open_page,
            recorder,
            language=job.language,
            story=story,
            computer=MOBILE if job.device == "mobile" else COMPUTER,
        )
        try:
            SCENARIOS[job.scenario](walkthrough)
        except (AssertionError, Error, ProblemError) as error:
            raise GuideError(_where(job, walkthrough.at, error)) from None
    return recorder.taken


def _started(stack: ExitStack, job: Job, world: "World", application: Application) -> Application:
    """The application with its address, started if its file says how. Raises GuideError."""
    if application.start is None:
        return application
    log = Path(stack.enter_context(TemporaryDirectory(prefix="guide-app-"))) / "log"
    values = {
        "{idp}": world.addresses.idp,
        "{idp_internal}": world.addresses.internal.idp,
        "{python}": shlex.quote(sys.executable),
    }

    def filled(text: str) -> str:
        for name, value in values.items():
            text = text.replace(name, value)
        return text

    environment = {name: filled(value) for name, value in application.environment.items()}
    try:
        server = launch(filled(application.start), output=log, env=environment, cwd=job.base)
    except AppNotStarted as error:
        raise GuideError(f"application {application.name}: {error}") from None
    stack.callback(server.stop)
    port = str(urlsplit(server.url).port)
    return application.model_copy(update={"url": filled(application.url).replace("{port}", port)})


def _where(job: Job, at: str, error: Exception) -> str:
    """Chapter, step and sentence after which the walk did not go on, and what the browser said."""
    places = {step_name(*each): f"{place_of(*each)} ({english(each[2].text)!r})" for each in job.guide.steps}
    elsewhere = f"scenario {job.scenario}, {f'after step {at}' if at else 'at its beginning'}"
    place = places.get(at, elsewhere)
    what = str(error).strip().partition("Call log:")[0].strip().replace("\n", " ")
    return f"{place}, in {job.language}: the pages do not go on as the scenario does: {what}"


@cache
def _mock() -> "Harness":
    """A mock for this process, which reaches itself by its host names too."""
    with not_collected():
        from eulogin_harness.client import Harness
        from eulogin_harness.site import open_site
        from mock_world.calls import HOSTS

        logging.getLogger("mock_world").setLevel(logging.ERROR)  # refusals belong to the story
        site = open_site()
        site.start()
        Finalize(None, site.stop, exitpriority=1)  # before the interpreter ends its threads
        harness = Harness(site.listeners["desk"])
        HOSTS.update(netlocs(harness))
    return harness


@cache
def _playwright() -> Any:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=TIMEOUT)
    playwright = sync_playwright().start()
    Finalize(None, playwright.stop, exitpriority=2)
    return playwright


@cache
def browser_of(language: str) -> "Browser":
    """The browser of this process whose own words are in this language, started when it is first asked for.

    Raises NoBrowserError.
    """
    from eulogin_harness.browser.chromium import ONLY_HERE, resolving
    from eulogin_harness.browser.find import BrowserMissing, launch_options

    try:
        options = launch_options(_playwright().chromium)
    except BrowserMissing as missing:
        raise NoBrowserError(str(missing)) from None
    args = [
        *options.pop("args"),
        *resolving(netlocs(_mock()), ONLY_HERE),
        f"--lang={_locale(language)}",
        "--font-render-hinting=none",
    ]
    browser: Browser = _playwright().chromium.launch(
        **options, args=args, env={**os.environ, "LANGUAGE": language, "LANG": f"{language}.UTF-8"}
    )
    return browser


def browser_version(language: str) -> str:
    """Name and build of the browser: another build draws differently."""
    browser = browser_of(language)
    return f"{browser.browser_type.name} {browser.version}"


def _settings(job: Job, harness: "Harness") -> Any:
    addresses = settings(harness)  # they stand in mails and in QR codes, so no port may
    if job.scenario != "application":  # it runs in a process of its own, in which names lead nowhere
        addresses["idp.internal_url"] = addresses["idp.public_url"]  # QR codes hold it
    profile = {"cpms.profile": str((job.base / job.guide.profile).absolute())} if job.guide.profile else {}
    return addresses | profile | job.guide.settings


def _locale(language: str) -> str:
    return "en-GB" if language == "en" else language


def jobs_of(
    guide: GuideFile, base: Path, languages: Sequence[str], devices: Sequence[Device], folder: Path
) -> Iterator[Job]:
    """What has to be walked for a guide's pictures. base: the folder of its file. folder: where the pictures go."""
    from eulogin_harness.guide.scenarios import scenario_of

    scenarios = {scenario_of(step) for step in pictured_steps(guide)} - {None}
    for language in languages:
        for device in devices:
            place = folder / language / device
            place.mkdir(parents=True, exist_ok=True)
            for scenario in sorted(each for each in scenarios if each):
                yield Job(scenario, guide, base, language, device, place)
