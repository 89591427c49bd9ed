"""A bundle replayed: its world in a process of this machine, and a browser at the page where it stood."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import click

from eulogin_harness.bundle.archive import Bundle, write
from eulogin_harness.bundle.browser import browser_at
from eulogin_harness.bundle.loading import open_bundle
from eulogin_harness.bundle.model import BundleError, Manifest, Page, Step
from eulogin_harness.bundle.page_seen import page_seen
from eulogin_harness.bundle.visits import Destination, Visit, find_destination, other_visits, visit_at, visit_of
from eulogin_harness.site import address_lines, open_site
from mock_world import World
from mock_world.standalone import stop_requested
from mock_world.worlds import DEFAULT


def step_lines(manifest: Manifest) -> Iterator[str]:
    """The steps, oldest first."""
    if not manifest.steps:
        yield "no steps; a world keeps them where setting bundle.checkpoints says how many, and tests do by themselves"
    failing = manifest.failing_step
    for step in manifest.steps:
        yield f"{'>' if step is failing else ' '} {step.number:>4}  {step.at:%H:%M:%S}  {_what(step)}"
        for sentence in step.sentences:
            yield f"{'':18}{sentence}"


def _what(step: Step) -> str:
    """The request and its answer, without queries, which hold secrets."""
    came = f"-> {step.location.partition('?')[0]}" if step.location else step.page
    return f"{step.method} {step.url.partition('?')[0]}  {step.status} {came}".rstrip()


def look(bundle: Bundle, step: int | None, port: int) -> int:
    """Say which page comes; the exit code is 1 where it was another when the bundle was written. Raises BundleError."""
    with open_site(port=port) as site:
        world = site.worlds.get(DEFAULT)
        destination = _opened(world, bundle, step)
        if destination is None:
            way = "look at the world without --headless"
            raise BundleError("a bundle that knows the page of a browser", "one that knows none", way)
        before = _first_page(bundle.manifest) if step is None else None
        with browser_at(visit_at(world, bundle.manifest, destination), headed=False) as page:
            now = page_seen(page, {})
    click.echo(f"It comes to {_name(now)}, at {now.url.partition('?')[0]}.")
    if before is None or _name(now) == _name(before):
        return 0
    click.echo(f"It was {_name(before)} when the bundle was written.")
    return 1


def _name(page: Page) -> str:
    """What it is and says, in a line."""
    if not page.name:
        return f'the page "{page.title}"'
    said = " ".join(f"{page.heading}: {page.notice}".split()) if page.notice else page.heading
    return f'page {page.name} in state {page.state}, "{said}"'


def _first_page(manifest: Manifest) -> Page | None:
    return manifest.pages[0] if manifest.pages else None


def _opened(world: World, bundle: Bundle, step: int | None) -> Destination | None:
    """How a browser comes to the page of before, in a world that was opened for it. Raises BundleError."""
    destination = find_destination(bundle.manifest, step)
    open_bundle(world, bundle, destination.state if destination else step)
    return destination


def serve(bundle: Bundle, step: int | None, state_file: Path | None, port: int, *, headed: bool) -> None:
    """Keep the world open until Ctrl-C. Raises BundleError, AddressTaken."""
    with stop_requested() as stop, open_site(port=port) as site, ExitStack() as open_things:
        world = site.worlds.get(DEFAULT)
        if not headed:
            open_bundle(world, bundle, step)
        elif destination := _opened(world, bundle, step):
            others = other_visits(world, bundle.manifest) if step is None else []
            _enter_browser(open_things, visit_at(world, bundle.manifest, destination), others, destination.step)
        visit = visit_of(world, bundle.manifest, step)
        if state_file:
            _write(state_file, visit)
        click.echo(_welcome(world, bundle.manifest, visit))
        stop.wait()


def _enter_browser(things: ExitStack, visit: Visit, others: list[Visit], step: Step | None) -> None:
    """Open the browser's windows; where there are none, say so and go on without."""
    if step:
        click.echo(f"Step {step.number} is sent again, in the world before it: {_what(step)}")
    try:
        things.enter_context(browser_at(visit, others, headed=True))
    except BundleError as error:
        way = "add --browser-state FILE, and open the page below by `playwright open --load-storage FILE ADDRESS`"
        click.echo(f"eulogin-harness: no browser is opened: {error}; or {way}", err=True)


def _write(file: Path, visit: Visit) -> None:
    try:
        write(file, json.dumps(visit.storage_state, indent=1).encode())
    except OSError as error:
        problem = f"{file}, which cannot be written ({error.strerror})"
        raise BundleError("a file for --browser-state", problem, "name another") from None


def _welcome(world: World, manifest: Manifest, visit: Visit) -> str:
    test = f"\n  Test          {manifest.test}" if manifest.test else ""
    person = f"\n  Cut to        {manifest.person}" if manifest.person else ""
    page = f"\n  Page          {visit.url}" if visit.is_known else ""
    return f"""The world of this bundle is open, as it was at {world.clock.now():%Y-%m-%d %H:%M:%S} UTC.
{test}{person}{page}
{address_lines(world.addresses)}

World time stands still; `eulogin-harness clock run --url {world.addresses.public("desk")}` lets it go on.
The bundle holds secrets of the mock. Ctrl-C stops it."""
