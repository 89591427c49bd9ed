"""The bundle of a failed test: its world, with what only the test and its browser know."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
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


def write_bundle(world: "World", file: Path, test: str, failure: str, fixtures: Mapping[str, Any]) -> None:
    """Write the bundle of a world while its test's browser is still open. fixtures: values of the test's, by name.

    Raises whatever makes it impossible; a page that cannot be looked at is left out.
    """
    pictures: dict[str, bytes] = {}
    pages = [_look_at(page, world.name, pictures) for page in _open_pages(fixtures)]
    content = world.bundle()
    with opened(content) as bundle:
        manifest, files = bundle.manifest, dict(bundle.files())
    known = [page for page in pages if page is not None]
    first = next((page for page in known if page.step), None)
    known.sort(key=lambda page: (page is not first, -(page.step or 0)))
    versions = {**manifest.versions, **_browser_version(fixtures)}
    manifest = manifest.model_copy(update={"test": test, "failure": failure, "pages": known, "versions": versions})
    files[MANIFEST] = manifest.model_dump_json(indent=1).encode()
    write(file, packed(files | pictures))


def _open_pages(fixtures: Mapping[str, Any]) -> Iterator["BrowserPage"]:
    """All pages of the test's browsers; what it calls `page` comes first."""
    page = fixtures.get("page")
    contexts: Sequence[BrowserContext] = getattr(fixtures.get("browser"), "contexts", ())
    pages = [each for context in contexts for each in context.pages]
    yield from sorted(pages, key=lambda each: each is not page)[:_MOST_PAGES]


def _look_at(page: "BrowserPage", world_name: str, pictures: dict[str, bytes]) -> Page | None:
    from playwright.sync_api import Error
    from playwright.sync_api import Page as SyncPage

    from eulogin_harness.bundle.page_seen import page_seen

    if not isinstance(page, SyncPage):  # an asynchronous one answers only within its own loop
        return None
    picture = f"{BROWSER}page-{len(pictures) + 1}.png"
    with suppress(Error):
        cookies = {each["name"]: each["value"] for each in page.context.cookies()}
        own = {name: value for name, value in cookies.items() if purpose_of(name, world_name)}
        pictures[picture] = page.screenshot(timeout=_TIMEOUT)
        return page_seen(page, own, picture)
    return None


def _browser_version(fixtures: Mapping[str, Any]) -> dict[str, str]:
    browser: Browser | None = fixtures.get("browser")
    known = browser is not None and hasattr(browser, "browser_type")  # another plugin may call something else so
    return {"browser": f"{browser.browser_type.name} {browser.version}"} if browser is not None and known else {}


def add_traces(file: Path) -> None:
    """Put Playwright's traces into the bundle, which it wrote beside it when the browser was closed."""
    with ZipFile(file, "a", ZIP_DEFLATED) as archive:
        for trace in sorted(file.parent.glob("trace*.zip")):
            archive.write(trace, f"{BROWSER}{trace.name}")
