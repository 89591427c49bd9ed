"""What a failed test leaves: the bundle of its world."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from eulogin_harness.pytest_plugin.fixtures import WORLD

if TYPE_CHECKING:
    from collections.abc import Generator

    from eulogin_harness.client import World

_BUNDLE = pytest.StashKey[Path]()
_LONGEST = 120  # characters of a folder's name


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> "Generator[None, pytest.TestReport, pytest.TestReport]":
    """Leave the bundle of a world whose test failed, while its browser is still open; its traces come at the end."""
    report = yield
    if report.failed and call.when in {"setup", "call"} and (world := item.stash.get(WORLD, None)):
        report.sections.append(("eulogin-harness", _left_bundle(item, world, call)))
    if call.when == "teardown" and (file := item.stash.get(_BUNDLE, None)):
        _complete(file, report)
    return report


def _left_bundle(item: pytest.Item, world: "World", call: pytest.CallInfo[None]) -> str:
    """Write it, and what to say of it; a test must not fail in another way because of it."""
    file = _folder(item) / "world.eulogin.zip"
    failure = f"{call.excinfo.typename}: {call.excinfo.value}" if call.excinfo else ""
    fixtures: dict[str, Any] = getattr(item, "funcargs", {})
    try:
        from eulogin_harness.bundle.of_test import write_bundle

        write_bundle(world, file, item.nodeid, failure, fixtures)
    except Exception as error:  # noqa: BLE001 - whatever it is, the test's own failure counts
        return f"The world could not be written to {file}: {type(error).__name__}: {str(error).partition(chr(10))[0]}"
    item.stash[_BUNDLE] = file
    shown = f"'{file}'" if " " in str(file) else file
    return f"The world of this test, with secrets of the mock, to look at:\neulogin-harness replay {shown}"


def _folder(item: pytest.Item) -> Path:
    """Where pytest-playwright writes what it has of a test; without it a folder of the same kind."""
    known = getattr(item, "funcargs", {}).get("output_path")
    if known:
        return Path(known)
    name = re.sub(r"[^a-z0-9]+", "-", item.nodeid.lower()).strip("-")
    return Path(item.config.getoption("--output", default="test-results")).absolute() / name[:_LONGEST]


def _complete(file: Path, report: pytest.TestReport) -> None:
    from eulogin_harness.bundle.of_test import add_traces

    try:
        add_traces(file)
    except Exception as error:  # noqa: BLE001 - as above
        report.sections.append(("eulogin-harness", f"The trace could not be put into {file}: {type(error).__name__}"))
