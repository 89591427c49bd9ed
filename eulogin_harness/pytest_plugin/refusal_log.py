"""Refusals as lines of the log, also those of a mock in another process, which logs them only there."""

import logging
from typing import TYPE_CHECKING

import pytest

from eulogin_harness.pytest_plugin.reported_world import reported_world, take_report

if TYPE_CHECKING:
    from collections.abc import Generator

_LOG = logging.getLogger("mock_world.journal")  # as in a mock of the test process


class _Lines(logging.Handler):
    """What this process has logged of refusals since the test began."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.add(record.getMessage())


_LINES = _Lines()


def pytest_configure() -> None:
    _LOG.addHandler(_LINES)


def pytest_unconfigure() -> None:
    _LOG.removeHandler(_LINES)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> "Generator[None, None, None]":
    """Log what was refused while the test was set up."""
    _LINES.texts.clear()
    yield from _logging(item)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> "Generator[None, None, None]":
    """Log what was refused in the test."""
    yield from _logging(item)


def _logging(item: pytest.Item) -> "Generator[None, None, None]":
    """Within pytest's own capturing of the log. Of a test that went well a live log alone has lines."""
    try:
        yield
    except (KeyboardInterrupt, pytest.exit.Exception, pytest.skip.Exception):
        raise
    except BaseException:  # pytest.fail raises no Exception
        _log_refusals(item)
        raise
    if item.config.getini("log_cli"):
        _log_refusals(item)


def _log_refusals(item: pytest.Item) -> None:
    if (world := reported_world(item)) is None:
        return
    try:
        lines = take_report(item, world).log
    except Exception as error:  # noqa: BLE001 - whatever it is, the test's own failure counts
        _LOG.warning("world %s does not say what it refused: %s", world.name, type(error).__name__)
        return
    for line in lines:
        if line.text not in _LINES.texts:
            _LOG.warning("%s", line.text)
