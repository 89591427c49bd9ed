"""What a failed test leaves: sections that tell why, the bundle of its world, and attachments of other reports."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from eulogin_harness.pytest_plugin.fixtures import WORLD
from eulogin_harness.pytest_plugin.keeping import FAILED, keeps_world
from eulogin_harness.pytest_plugin.reported_world import reported_world, take_report, taken_report

if TYPE_CHECKING:
    from collections.abc import Generator

    from eulogin_harness.bundle.of_test import Seen
    from eulogin_harness.client import World
    from eulogin_harness.documents.report import Report
    from eulogin_harness.pytest_plugin.reports.sections import Section

_BUNDLE = pytest.StashKey[Path]()
_HIDDEN = ("eulogin_harness.client.", "eulogin_harness.browser.")
_PHASES = frozenset({"setup", "call"})
_LONGEST = 120  # characters of a folder's name


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> "Generator[None, pytest.TestReport, pytest.TestReport]":
    """Tell why a test failed, while its browser is still open; traces come at the end."""
    if call.excinfo is not None:
        _hide_frames()
    report = yield
    if report.failed and call.when in _PHASES and (world := reported_world(item)):
        item.stash[FAILED] = True
        try:
            _explain(item, world, call, report)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test's own failure counts
            _add(report, [("eulogin: reason", _unknown(world, error))])
            _keep_for_summary(report, _unknown(world, error), _lasting_address(item, world))
    if call.when == "teardown" and (file := item.stash.get(_BUNDLE, None)):
        _complete(file, report)
    return report


def _hide_frames() -> None:
    """Let tracebacks end at the test's own line; `--full-trace` shows all."""
    for name, module in [*sys.modules.items()]:
        if name.startswith(_HIDDEN):
            vars(module)["__tracebackhide__"] = True  # which pytest reads of a frame's globals


def _unknown(world: "World", error: Exception) -> str:
    return f"World {world.name} at {world.addresses.desk} does not say what happened ({_in_a_line(error)})"


def _in_a_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"


def _explain(item: pytest.Item, world: "World", call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Look at world and browser, and say and write what is there."""
    from eulogin_harness.pytest_plugin.reports import attachments
    from eulogin_harness.pytest_plugin.reports.failure import Failure
    from eulogin_harness.pytest_plugin.reports.sections import Remains, sections

    world_report = taken_report(item) or take_report(item, world)
    seen, trouble = _seen(item, world)
    folder = _folder(item)
    bundle, line = _left_bundle(item, world, call, seen, folder)
    kept = _lasting_address(item, world)
    lines = [*([f"kept, at {kept}"] if kept else []), _seed(item, world_report), *trouble, *line]
    failure = Failure(
        world_report, call.excinfo.value if call.excinfo else None, [page.model_dump() for page in seen.pages]
    )
    texts = sections(failure, Remains(lines, seen.asynchronous))
    reason = texts[0][1].partition("\n")[0]
    _add(report, texts)
    _keep_for_summary(report, reason, kept)
    try:
        text = attachments.write_text(folder, texts)
        attachments.attach(item, report, attachments.Left(reason, text, bundle, seen.pictures, kept))
    except Exception as error:  # noqa: BLE001 - as above
        report.sections.append(("eulogin: attachments", f"could not be written: {_in_a_line(error)}"))


def _lasting_address(item: pytest.Item, world: "World") -> str:
    """Of the control room of a test's own world that stays; empty where it ends."""
    return f"{world.addresses.desk}/" if WORLD in item.stash and keeps_world(item) else ""


def _keep_for_summary(report: pytest.TestReport, reason: str, kept: str) -> None:
    report.eulogin = {"reason": reason, "kept": kept}  # type: ignore[attr-defined]  # which xdist hands on


def _add(report: pytest.TestReport, texts: "list[Section]") -> None:
    """Below the traceback where there is one, so that they are shown whatever is captured, and stand in junit.xml."""
    add = getattr(report.longrepr, "addsection", None)
    for title, text in texts:
        if add is not None:
            add(title, text)
        else:
            report.sections.append((title, text))


def _seen(item: pytest.Item, world: "World") -> "tuple[Seen, list[str]]":
    from eulogin_harness.bundle.of_test import Seen, look_around

    try:
        return look_around(world, getattr(item, "funcargs", {})), []
    except Exception as error:  # noqa: BLE001 - as above
        return Seen((), {}, 0), [f"the browser could not be looked at: {type(error).__name__}"]


def _seed(item: pytest.Item, report: "Report") -> str:
    if report.seed is not None:
        return f"seed {report.seed}, of the world"
    return f"--eulogin-seed {item.config.getoption('eulogin_seed')} invents the same people"


def _left_bundle(
    item: pytest.Item, world: "World", call: pytest.CallInfo[None], seen: "Seen", folder: Path
) -> tuple[Path | None, list[str]]:
    """Write it, and what to say of it."""
    file = folder / "world.eulogin.zip"
    failure = f"{call.excinfo.typename}: {call.excinfo.value}" if call.excinfo else ""
    fixtures: dict[str, Any] = getattr(item, "funcargs", {})
    try:
        from eulogin_harness.bundle.of_test import write_bundle

        write_bundle(world, file, item.nodeid, failure, fixtures, seen)
    except Exception as error:  # noqa: BLE001 - as above
        return None, [f"the world could not be written to {file}: {_in_a_line(error)}"]
    item.stash[_BUNDLE] = file
    shown = f"'{file}'" if " " in str(file) else file
    return file, ["the world, with secrets of the mock, to look at:", f"eulogin-harness replay {shown}"]


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
        report.sections.append(("eulogin: world", f"The trace could not be put into {file}: {type(error).__name__}"))


def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter") -> None:
    """One line for each failed test: its reason, and where its world goes on."""
    reports = [*terminalreporter.getreports("failed"), *terminalreporter.getreports("error")]
    texts = [(report.nodeid, known) for report in reports if (known := getattr(report, "eulogin", None))]
    if texts:
        terminalreporter.section("eulogin: reasons")
    for nodeid, known in texts:
        kept = f" [kept: {known['kept']}]" if known["kept"] else ""
        terminalreporter.write_line(f"{nodeid} - {known['reason']}{kept}")
