"""The world that the report of a failed test is about, and what it says of itself."""

from typing import TYPE_CHECKING

import pytest

from eulogin_harness.pytest_plugin.fixtures import WORLD

if TYPE_CHECKING:
    from collections.abc import Generator

    from eulogin_harness.client import World
    from eulogin_harness.documents.report import Report

_SHARED = "eulogin_session_world"  # the fixture of a world in which other tests have left their events
_NONE = 2**63 - 1  # no event has a later id
_SINCE = pytest.StashKey[int]()  # of a test in such a world: the newest event before it
_REPORT = pytest.StashKey["Report | None"]()


def reported_world(item: pytest.Item) -> "World | None":
    """A test's own world, else the one that it shares."""
    world: World | None = item.stash.get(WORLD, None) or getattr(item, "funcargs", {}).get(_SHARED)
    return world


def take_report(item: pytest.Item, world: "World") -> "Report":
    """What the world says of itself since the test began, for log and report. Raises what the client does."""
    report = item.stash[_REPORT] = world.report(after=item.stash.get(_SINCE, 0))
    return report


def taken_report(item: pytest.Item) -> "Report | None":
    """The report that was taken last, once."""
    report = item.stash.get(_REPORT, None)
    item.stash[_REPORT] = None
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> "Generator[None, None, None]":
    """Note where the journal of a shared world stands, by the one call that a test in it costs."""
    yield
    world = reported_world(item)
    if world is not None and WORLD not in item.stash:
        item.stash[_SINCE] = world.report(after=_NONE).newest
