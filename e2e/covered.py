"""What a full run must pass; one that leaves out what is slow must pass the promises.

Each promise of the guide, each page in each state that the contract lists, each state of an access request on the
person's page and on the helpdesk's, and each mail of the helpdesks.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from mock_cpms.access.model import STATES
from tests.reference.page import ROOT
from tools.contract import contract

PROMISES = [f"G{number:02}" for number in range(1, 29)]
NOT_OURS = {"control-api ready"}  # Swagger UI's own page


SHOW_REQUESTS = ("access-status", "helpdesk-request")
REQUESTS = [f"{page} {state}" for page in SHOW_REQUESTS for state in STATES if state != "draft"]  # a draft is nobody's


def all_mails() -> dict[str, str]:
    """Every kind of mail of the helpdesks, with a pattern of its English subject: the first line of its text."""
    files = sorted((ROOT / "mock_cpms" / "access" / "mails").glob("*.txt"))
    subjects = {file.stem: re.sub(r"{%.*?%}", "", file.read_text().partition("\n")[0]) for file in files}
    return {kind: ".+".join(map(re.escape, re.split(r"{{.*?}}", subject))) for kind, subject in subjects.items()}


def all_pages() -> list[str]:
    """Every page with its state, as the contract lists them."""
    known = {
        f"{page.page} {state}"
        for pages in contract().pages.values()
        for page in pages
        if page.page
        for state in page.states or ["ready"]
    }
    return sorted(known - NOT_OURS)


class Covered:
    """Two tables, promise -> scenarios and what is missing; a full run with something missing fails."""

    def __init__(self) -> None:
        self.kept: defaultdict[str, set[str]] = defaultdict(set)
        self.seen: defaultdict[str, set[str]] = defaultdict(set)  # by what is told of a scenario: page, request, mail

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Marker arguments do not reach the process that prints, user properties do."""
        for mark in item.iter_markers("guide"):
            item.user_properties += [("promise", promise) for promise in mark.args]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Promises count when the scenario passed; what it saw is told when it is over and nothing was wrong."""
        if not report.passed:
            return
        for name, value in report.user_properties:
            if name == "promise" and report.when == "call":
                self.kept[str(value)].add(_scenario(report.nodeid))
            if report.when == "teardown":
                self.seen[name].add(str(value))

    def missing(self, *, everything: bool = True) -> dict[str, list[str]]:
        """What no passing scenario covers, by its kind; promises alone unless `everything` was to be passed."""
        promises = {"promise": [promise for promise in PROMISES if promise not in self.kept]}
        if not everything:
            return promises
        return promises | {
            "page": [page for page in all_pages() if page not in self.seen["page"]],
            "request": [state for state in REQUESTS if state not in self.seen["request"]],
            "mail": [kind for kind, subject in all_mails().items() if not self._opened(subject)],
        }

    def _opened(self, subject: str) -> bool:
        return any(re.fullmatch(subject, opened) for opened in self.seen["mail"])

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.OK and self._notified(session.config):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _notified(self, config: pytest.Config) -> dict[str, list[str]]:
        """What this run was to cover and did not."""
        found = self.missing(everything=not config.option.markexpr) if _is_full(config) else {}
        return {kind: names for kind, names in found.items() if names}

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if not self.kept:
            return
        terminalreporter.section("promises of the guide")
        for promise in PROMISES:
            scenarios = ", ".join(sorted(self.kept.get(promise, ())))
            terminalreporter.write_line(f"{promise}  {scenarios or '-'}", red=not scenarios)
        terminalreporter.write_line(f"pages and states passed: {len(self.seen['page'])} of {len(all_pages())}")
        for kind, names in self._notified(terminalreporter.config).items():
            terminalreporter.write_line(f"no passing scenario for {kind} {', '.join(names)}", red=True)


def _scenario(nodeid: str) -> str:
    """The scenario's name, without the folder and the cases of a table."""
    return nodeid.rpartition("::")[2].partition("[")[0]


def _is_full(config: pytest.Config) -> bool:
    """Whether this run was to cover everything: nothing was chosen by path or word; what is slow may be left out."""
    option = config.option
    by_words = option.keyword or option.markexpr not in {"", "not slow"} or getattr(option, "lf", False)
    is_part = by_words or option.collectonly
    return not is_part and config.rootpath / "e2e" in {Path(arg).resolve() for arg in config.args}
