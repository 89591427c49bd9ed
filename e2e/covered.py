"""What a full run must pass: each promise of the guide, and each page in each state that the contract lists."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.reference.page import SECTIONS, codes, rows

PROMISES = [f"G{number:02}" for number in range(1, 29)]
NOT_OURS = {"control-api ready"}  # Swagger UI's own page


def all_pages() -> list[str]:
    """Every page with its state, as the contract lists them."""
    found = {
        f"{page} {state}"
        for actor in SECTIONS.values()
        for row in rows(actor[0], "data-page")
        for page in codes(row["data-page"])
        for state in codes(row["data-state"]) or ["ready"]
    }
    return sorted(found - NOT_OURS)


class Covered:
    """Two tables, promise -> scenarios and what is missing; a full run with something missing fails."""

    def __init__(self) -> None:
        self.kept: defaultdict[str, set[str]] = defaultdict(set)
        self.pages: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Marker arguments do not reach the process that prints, user properties do."""
        for mark in item.iter_markers("guide"):
            item.user_properties += [("promise", promise) for promise in mark.args]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Promises count when the scenario passed; its pages are told when it is over and nothing was wrong."""
        if not report.passed:
            return
        for name, value in report.user_properties:
            if name == "promise" and report.when == "call":
                self.kept[str(value)].add(_scenario(report.nodeid))
            if name == "page" and report.when == "teardown":
                self.pages.add(str(value))

    def missing(self) -> dict[str, list[str]]:
        """What no passing scenario covers, by its kind."""
        return {
            "promise": [promise for promise in PROMISES if promise not in self.kept],
            "page": [page for page in all_pages() if page not in self.pages],
        }

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if _is_full(session.config) and exitstatus == pytest.ExitCode.OK and any(self.missing().values()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if not self.kept:
            return
        terminalreporter.section("promises of the guide")
        for promise in PROMISES:
            scenarios = ", ".join(sorted(self.kept.get(promise, ())))
            terminalreporter.write_line(f"{promise}  {scenarios or '-'}", red=not scenarios)
        if _is_full(terminalreporter.config):
            terminalreporter.write_line(f"pages and states passed: {len(self.pages)} of {len(all_pages())}")
            for kind, names in self.missing().items():
                if names:
                    terminalreporter.write_line(f"no passing scenario for {kind} {', '.join(names)}", red=True)


def _scenario(nodeid: str) -> str:
    """The scenario's name, without the folder and the cases of a table."""
    return nodeid.rpartition("::")[2].partition("[")[0]


def _is_full(config: pytest.Config) -> bool:
    """Whether this run was to cover everything: nothing was chosen by path, word or marker."""
    chosen = config.option.keyword or config.option.markexpr or config.option.lf
    return not chosen and config.rootpath / "e2e" in {Path(arg).resolve() for arg in config.args}
