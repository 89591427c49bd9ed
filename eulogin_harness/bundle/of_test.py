"""The bundle of a failed test: its world, with what only the test and its browser know."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from eulogin_harness.bundle.archive import opened, packed, write
from eulogin_harness.bundle.model import BROWSER, MANIFEST, Page
from mock_world.cookie_names import purpose_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext
    from playwright.sync_api import Page as BrowserPage

    from eulogin_harness.client import World

_MOST_PAGES = 20
_TIMEOUT = 5000  # milliseconds that a picture may take


@dataclass(frozen=True)
class Seen:
    """The open pages of a test's browsers, what it calls `page` first, and their pictures by file of the bundle.

    asynchronous: how many pages there are that only their own loop can look at.
    """

    pages: Sequence[Page]
    pictures: Mapping[str, bytes]
    asynchronous: int


def look_around(world: "World", fixtures: Mapping[str, Any]) -> Seen:
    """What the test's browsers show now; a page that does not answer is left out. fixtures: the test's, by name."""
    there, pictures = list(_open_pages(fixtures)), dict[str, bytes]()
    if not there:
        return Seen((), pictures, 0)
    from playwright.sync_api import Page as SyncPage

    synchronous = [page for page in there if isinstance(page, SyncPage)]
    pages = [_look_at(page, world.name, pictures) for page in synchronous]
    return Seen([page for page in pages if page is not None], pictures, len(there) - len(synchronous))


def write_bundle(world: "World", file: Path, test: str, failure: str, fixtures: Mapping[str, Any], seen: Seen) -> None:
    """Write the bundle of a world while its test's browser is still open. Raises whatever makes it impossible."""
    content = world.bundle()
    with opened(content) as bundle:
        manifest, files = bundle.manifest, dict(bundle.files())
    first = next((page for page in seen.pages if page.step), None)
    pages = sorted(seen.pages, key=lambda page: (page is not first, -(page.step or 0)))
    versions = {**manifest.versions, **_browser_version(fixtures)}
    own = {"test": test, "failure": failure, "pages": pages, "versions": versions}
    files[MANIFEST] = manifest.model_copy(update=own).model_dump_json(indent=1).encode()
    write(file, packed(files | dict(seen.pictures)))


def _open_pages(fixtures: Mapping[str, Any]) -> Iterator["BrowserPage"]:
    """All pages of the test's browsers; what it calls `page` comes first."""
    page = fixtures.get("page")
    contexts: Sequence[BrowserContext] = getattr(fixtures.get("browser"), "contexts", ())
    pages = [each for context in contexts for each in context.pages]
    yield from sorted(pages, key=lambda each: each is not page)[:_MOST_PAGES]


def _look_at(page: "BrowserPage", world_name: str, pictures: dict[str, bytes]) -> Page | None:
    from playwright.sync_api import Error

    from eulogin_harness.bundle.page_seen import page_seen

    picture = f"{BROWSER}page-{len(pictures) + 1}.png"
    try:
        cookies = {each["name"]: each["value"] for each in page.context.cookies()}
        own = {name: value for name, value in cookies.items() if purpose_of(name, world_name)}
        seen = page_seen(page, own)
    except Error:
        return None
    with suppress(Error):
        pictures[picture] = page.screenshot(timeout=_TIMEOUT)
        return seen.model_copy(update={"picture": picture})
    return seen


def _browser_version(fixtures: Mapping[str, Any]) -> dict[str, str]:
    browser: Browser | None = fixtures.get("browser")
    known = browser is not None and hasattr(browser, "browser_type")  # another plugin may call something else so
    return {"browser": f"{browser.browser_type.name} {browser.version}"} if browser is not None and known else {}


def add_traces(file: Path) -> None:
    """Put Playwright's traces into the bundle, which it wrote beside it when the browser was closed."""
    with ZipFile(file, "a", ZIP_DEFLATED) as archive:
        for trace in sorted(file.parent.glob("trace*.zip")):
            archive.write(trace, f"{BROWSER}{trace.name}")
