"""Refusals as lines of the log, also those of a mock in another process, which logs them only there."""

import logging
from typing import TYPE_CHECKING

import pytest

from eulogin_harness.pytest_plugin.fixtures import WORLD

if TYPE_CHECKING:
    from collections.abc import Generator

    from eulogin_harness.documents.report import Report

_LOGGED = pytest.StashKey[int]()  # of a test: the event up to which the log has lines
_REPORT = pytest.StashKey["Report | None"]()  # of a test that has just failed
_LOG = logging.getLogger("mock_world.journal")  # as in a mock of the test process


def taken_report(item: pytest.Item) -> "Report | None":
    """The report for which the log asked just now, once."""
    report = item.stash.get(_REPORT, None)
    item.stash[_REPORT] = None
    return report


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> "Generator[None, None, None]":
    """Log what was refused while the test was set up."""
    yield from _logging(item)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> "Generator[None, None, None]":
    """Log what was refused in the test."""
    yield from _logging(item)


def _logging(item: pytest.Item) -> "Generator[None, None, None]":
    """Within pytest's own capturing of the log. Of a test that went well a live log alone has lines."""
    try:
        yield
    except BaseException:
        _log_refusals(item)
        raise
    if item.config.getini("log_cli"):
        _log_refusals(item)


def _log_refusals(item: pytest.Item) -> None:
    world = item.stash.get(WORLD, None)
    if world is None or not item.config.getoption("eulogin_url"):
        return
    try:
        report = item.stash[_REPORT] = world.report()
    except Exception as error:  # noqa: BLE001 - whatever it is, the test's own failure counts
        _LOG.warning("world %s does not say what it refused: %s", world.name, type(error).__name__)
        return
    before = item.stash.get(_LOGGED, 0)
    for line in report.log:
        if line.event > before:
            _LOG.warning("%s", line.text)
            item.stash[_LOGGED] = line.event
