"""The process that leads: it assigns journeys, learns what came of them, reads the journal along, and sums up."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import click
from locust.html import get_html_report
from locust.runners import STATE_MISSING, STATE_STOPPED, STATE_STOPPING, MasterRunner
from requests import RequestException

from eulogin_harness.client import Harness, ProblemError
from eulogin_harness.load.dispatcher import Dispatcher
from eulogin_harness.load.journal_check import Completed, JournalCheck, JournalReader
from eulogin_harness.load.journeys import ASKED_BY, JOURNEYS
from eulogin_harness.load.plan import Plan
from eulogin_harness.load.processes.worker import ASSIGNED, FINISHED, REQUESTED, trace_of
from eulogin_harness.load.results import Results
from eulogin_harness.load.steps import problem_of

if TYPE_CHECKING:
    from locust.env import Environment
    from locust.runners import Runner
    from locust.web import WebUI

_TURN = 0.5  # seconds between two looks
_ENDED = (STATE_STOPPING, STATE_STOPPED)
_READ = 2.0  # seconds between two readings of the journal


class Coordinator:
    """Coordinates the run of a plan."""

    def __init__(self, plan: Plan, environment: "Environment", runner: "Runner", web_ui: "WebUI | None") -> None:
        self._plan = plan
        self._environment = environment
        self._runner = runner
        self._web_ui = web_ui
        self._dispatcher = Dispatcher(plan)
        self._journal_check = JournalCheck()
        self._reader: JournalReader | None = None
        self._begin = 0.0
        self._interrupts = 0
        self._check_problem = "the journal was not read, so nothing is proven" if plan.check else ""
        self.results = Results()
        runner.register_message(REQUESTED, self._assign)
        runner.register_message(FINISHED, self._finish)

    def begin(self) -> None:
        """Watch from now on, until all journeys have ended; then end the run."""
        self._begin = time.monotonic()
        Thread(target=self._watch, daemon=True).start()
        if self._plan.check:
            with self._check_problems_noted():
                world = Harness(self._plan.url).worlds.get(self._plan.world)
                self._reader = JournalReader(world, _types(self._plan), self._journal_check)
                Thread(target=self._read_journal, daemon=True).start()

    def stop(self) -> None:
        """Let nobody set out any more; called again, do not wait for those under way."""
        self._interrupts += 1

    def end(self) -> None:
        """Sum up: lines, files, exit code."""
        self.results.cut_short = self._dispatcher.in_progress + self._dispatcher.lost
        _show("")
        if self._reader:
            with self._check_problems_noted():
                self.results.check_result = self._reader.settle()
                self._check_problem = ""
        for line in self.results.lines(self._runner.stats):
            click.echo(line)
        good = self.results.is_good(journeys=self._plan.journeys, fail_ratio=self._plan.fail_ratio)
        is_written = self._write_files()
        if self._check_problem:
            click.echo(f"eulogin-harness: {self._check_problem}", err=True)
        self._environment.process_exit_code = 0 if good and is_written and not self._check_problem else 1

    @contextmanager
    def _check_problems_noted(self) -> Iterator[None]:
        """Where the journal is read for what is proven by it: a sentence where it cannot be, and nothing is."""
        try:
            yield
        except (ProblemError, RequestException) as error:
            self._check_problem = f"the journal cannot be read, so nothing is proven: {problem_of(error)}"

    def _assign(self, *, msg: Any, **_: object) -> None:
        self._runner.send_message(ASSIGNED, {"journey": self._dispatcher.dispatch(msg.node_id)}, msg.node_id)

    def _finish(self, *, msg: Any, **_: object) -> None:
        outcome = msg.data
        self._dispatcher.finish(msg.node_id)
        journey = outcome["journey"]
        if trace := trace_of(outcome):
            self.results.done[journey] += 1
            self._journal_check.expect(Completed(journey, trace, JOURNEYS[journey].events + trace.further))
        elif "problem" in outcome:
            self.results.failed[journey] += 1
            self.results.problems[outcome["problem"]] += 1
        else:
            self._dispatcher.lost += 1
        self.results.seconds = time.monotonic() - self._begin

    def _watch(self) -> None:
        while not self._dispatcher.is_over and self._runner.state not in _ENDED and self._interrupts <= 1:
            time.sleep(_TURN)
            if self._interrupts or 0 < self._plan.seconds < time.monotonic() - self._begin:
                self._dispatcher.close()
            if isinstance(self._runner, MasterRunner):
                alive = {each.id for each in self._runner.clients.values() if each.state != STATE_MISSING}
                self._dispatcher.forget_all_but(alive)
            _show(self.results.progress())
        if not self._dispatcher.is_over:
            self._environment.stop_timeout = 0
        self._runner.quit()
        if self._web_ui:
            self._web_ui.stop()

    def _read_journal(self) -> None:
        while self._reader and not self._dispatcher.is_over:
            time.sleep(_READ)
            with suppress(ProblemError, RequestException):  # said at the end, where it still does not answer
                self._reader.read()

    def _write_files(self) -> bool:
        """The report and the figures, where they are asked for; a sentence where they cannot be written."""
        stats = self._runner.stats
        try:
            if self._plan.report:
                report = get_html_report(self._environment, show_download_link=False)
                Path(self._plan.report).write_text(report, encoding="utf-8")
            if self._plan.json_file:
                figures = json.dumps(self.results.document(stats), indent=2)
                Path(self._plan.json_file).write_text(figures + "\n", encoding="utf-8")
        except OSError as error:
            click.echo(f"eulogin-harness: {error.filename} cannot be written: {error.strerror}", err=True)
            return False
        return True


def _show(line: str) -> None:
    """One line of a terminal, over the one before."""
    if sys.stderr.isatty():
        click.echo(f"\r{line}\033[K", err=True, nl=False)


def _types(plan: Plan) -> set[str]:
    """Events that prove the journeys of a plan."""
    return {event for name in plan.weights for event in JOURNEYS[name].events} | set(ASKED_BY.values())
