"""Where a browser stands when a bundle is opened: an address with cookies, or a form to be sent once more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from eulogin_harness.bundle.addresses import Moved
from eulogin_harness.bundle.cookies import storage_state
from eulogin_harness.bundle.model import Manifest, Page, Step
from mock_world import World


@dataclass(frozen=True)
class Visit:
    """Where a browser goes. fields: of the form that it sends to `url` from page `referer`; None for a plain visit.

    is_known: whether a browser was there. language, user_agent: of that browser.
    """

    url: str
    storage_state: dict[str, Any]
    language: str = ""
    user_agent: str = ""
    fields: Sequence[tuple[str, str]] | None = None
    referer: str = ""
    is_known: bool = True


@dataclass(frozen=True)
class Destination:
    """What to do to see a page again. state: the step before which the world opens, as for `open_bundle`.

    url: to be visited then; step: to be sent again instead, where only that leads to the page. browser: where its
    cookies, language and user agent stand.
    """

    state: int | None
    url: str
    browser: Step | Page
    step: Step | None = None


def find_destination(manifest: Manifest, step: int | None) -> Destination | None:
    """How a browser comes to the page on which it was before a step; None: when the bundle was written.

    None where the bundle does not know any.
    """
    if step is None:
        return _to_page(manifest, _last_page(manifest))
    if step == 0:
        return None
    request = manifest.step(step)
    leading = next((each for each in reversed(manifest.steps) if _leads_to(each, request)), None)
    if leading and leading.can_be_sent_again:
        return Destination(leading.number, leading.url, leading, leading)
    url = request.referer or (request.url if request.method == "GET" else "")
    return Destination(step, url, request) if url else None


def _leads_to(step: Step, request: Step) -> bool:
    """Whether a request stands on the page that a step led to, as far as address and cookies say it."""
    shows_it = step.number < request.number and step.shows_page and bool(step.page) and step.url == request.referer
    return shows_it and (not step.cookies or bool(step.cookies.items() & request.cookies.items()))


def _last_page(manifest: Manifest) -> Page | None:
    """The page that counts; where no browser was asked, the one that the last request of one led to."""
    if manifest.pages:
        return manifest.pages[0]
    shown = [step for step in manifest.steps if step.shows_page and step.page]
    return Page(title="", step=shown[-1].number, **_of_browser(shown[-1])) if shown else None


def _of_browser(step: Step) -> dict[str, Any]:
    return step.model_dump(include={"url", "cookies", "language", "user_agent"})


def _to_page(manifest: Manifest, page: Page | None) -> Destination | None:
    if page is None:
        return None
    step = next((each for each in manifest.steps if each.number == page.step), None)
    if step and step.can_be_sent_again:
        return Destination(step.number, step.url, step, step)
    return Destination(None, page.url, page)


def visit_of(world: World, manifest: Manifest, step: int | None) -> Visit:
    """The page of before, to be visited in a world that was opened; the control room where none is known."""
    destination = find_destination(manifest, step)
    return _visit(world, manifest, destination) if destination else _control_room(world)


def visit_at(world: World, manifest: Manifest, destination: Destination) -> Visit:
    """Where the browser goes, and what it sends there; the world was opened before `destination.state`."""
    visit = _visit(world, manifest, destination)
    if destination.step is None or not visit.is_known:
        return visit
    moved = Moved(manifest, world)
    fields = [(name, moved(value)) for name, value in destination.step.fields]
    referer = moved(destination.step.referer)
    return replace(visit, fields=fields, referer=referer if world.addresses.actor_of(referer) else visit.url)


def _visit(world: World, manifest: Manifest, destination: Destination) -> Visit:
    """A page of this mock; a bundle comes from anybody, so it leads nowhere else."""
    url = Moved(manifest, world)(destination.url)
    if world.addresses.actor_of(url) is None:
        return _control_room(world)
    browser = destination.browser
    return Visit(url, storage_state(world, manifest, browser.cookies), browser.language, browser.user_agent)


def other_visits(world: World, manifest: Manifest) -> list[Visit]:
    """The other pages that were open when the bundle was written, as far as they are of this mock."""
    visits = [_visit(world, manifest, Destination(None, page.url, page)) for page in manifest.pages[1:]]
    return [visit for visit in visits if visit.is_known]


def _control_room(world: World) -> Visit:
    return Visit(world.addresses.public("desk", "/"), {"cookies": [], "origins": []}, is_known=False)
