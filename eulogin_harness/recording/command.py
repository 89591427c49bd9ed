"""What `eulogin-harness record` does: a browser for a person, and a file of what was done in it."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from eulogin_harness.api_token import credentials
from eulogin_harness.browser.launching import INSTALL, has_display, launched
from eulogin_harness.client import Harness, NotReady, ProblemError
from eulogin_harness.readiness import wait_until_ready
from eulogin_harness.recording.recorder import Recorder
from eulogin_harness.recording.scenario import scenario

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from eulogin_harness.client import World


class RecordingError(Exception):
    """Nothing can be recorded here; the text says what is missing and what to do."""


@dataclass(frozen=True)
class Recording:
    """What to record. url: desk of a mock that may run already. must_run: it does, since its address was given."""

    file: Path
    name: str
    url: str
    must_run: bool = False
    ca: Path | None = None
    force: bool = False
    headless: bool = False


def check(recording: Recording, environ: Mapping[str, str] = os.environ) -> None:
    """Raises RecordingError where the file cannot be written, or no window be shown."""
    file = recording.file
    if file.suffix != ".py" or not file.parent.is_dir():
        raise RecordingError(f"expected a Python file in a folder that is there, such as test_record.py; got {file}")
    if file.exists() and not recording.force:
        raise RecordingError(f"{file} is there already; name another file, or write over it with --force")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise RecordingError(f"{file} cannot be written; name another file")
    if find_spec("playwright") is None:
        raise RecordingError(f"expected the extra browser; run `{INSTALL}`")
    if not recording.headless and not has_display(environ):
        raise RecordingError(
            "expected a display for the windows, but neither DISPLAY nor WAYLAND_DISPLAY is set; call it "
            "in a desktop session, with `ssh -X`, or with `xvfb-run` and a viewer"
        )


def record(recording: Recording) -> Iterator[str]:
    """Record until the browser is closed or Ctrl-C, and write the file; lines for the person. Raises RecordingError."""
    check(recording)
    with ExitStack() as stack:
        harness = stack.enter_context(_mock(recording))
        world = stack.enter_context(_fresh_world(harness))
        context = stack.enter_context(_browser(recording, https=harness.url.startswith("https:")))
        recorder = Recorder(world, context)
        with _interruptible(stack):
            _open_windows(recorder, context, world)
            yield f"Recording what you do in world {world.name}; its control room: {world.addresses.desk}/"
            yield f"Close the browser, or press Ctrl-C, and it is written to {recording.file}."
            wait_until_closed(context)
        text = scenario(recorder.end(), recording.name)
        if text:
            recording.file.write_text(text, encoding="utf-8")
    yield f"Written: {recording.file}. Run it with `pytest {recording.file}`." if text else _NOTHING


_NOTHING = "Nothing was done in the browser, so nothing was written."


def wait_until_closed(context: "BrowserContext") -> None:
    """Wait until the last window is closed, or the browser is gone."""
    from playwright.sync_api import Error

    with suppress(Error):  # it broke down
        while context.pages:
            context.pages[0].wait_for_event("close", timeout=0)


def _open_windows(recorder: Recorder, context: "BrowserContext", world: "World") -> None:
    phone = world.phones.create(installed=False).id
    addresses = world.addresses
    for url in (
        f"{addresses.phone}/phones/{phone}",
        f"{addresses.desk}/",
        f"{addresses.cpms}/screen/home",
        f"{addresses.idp}/cas/login",
    ):
        recorder.open_window(context, url)


@contextmanager
def _mock(recording: Recording) -> Iterator[Harness]:
    """The mock that runs, else one for the time of the recording."""
    try:
        wait_until_ready(recording.url, recording.ca, 0)
    except NotReady as error:
        if recording.must_run:
            raise RecordingError(str(error)) from None
    else:
        yield Harness(recording.url, ca=recording.ca)
        return
    from eulogin_harness.site import open_site

    with open_site() as site:
        yield Harness(site.listeners["desk"])


@contextmanager
def _fresh_world(harness: Harness) -> Iterator["World"]:
    """A world such as each test gets, whatever was done in the others."""
    from requests import RequestException

    try:
        world = harness.worlds.create()
    except ProblemError as error:
        raise RecordingError(str(error)) from None
    try:
        yield world
    finally:
        with suppress(RequestException, ProblemError):  # a mock that has ended took it along
            world.delete()


@contextmanager
def _browser(recording: Recording, *, https: bool) -> Iterator["BrowserContext"]:
    from playwright.sync_api import Error, sync_playwright

    from eulogin_harness.browser.find import BrowserMissing

    with sync_playwright() as playwright:
        try:
            browser = launched(playwright, headed=not recording.headless, handle_sigint=False)
        except (BrowserMissing, Error) as error:
            raise RecordingError(f"the browser does not start: {str(error).splitlines()[0]}") from None
        yield browser.new_context(
            locale="en-GB", no_viewport=not recording.headless, ignore_https_errors=https, **credentials()
        )
        with suppress(Error):  # it is gone already
            browser.close()


@contextmanager
def _interruptible(stack: ExitStack) -> Iterator[None]:
    """Go on after the block at Ctrl-C or SIGTERM, or where the browser is gone; the next one does not stop the rest."""
    from playwright.sync_api import Error

    for name in (signal.SIGINT, signal.SIGTERM):
        stack.callback(signal.signal, name, signal.signal(name, signal.default_int_handler))
    with suppress(KeyboardInterrupt, Error):
        yield
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
