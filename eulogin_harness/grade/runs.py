"""Gradings of a running mock: one at a time, in a thread of its own, to be followed and stopped."""

import difflib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from weakref import WeakKeyDictionary

from eulogin_harness.documents.grades import GradeBody, GradeState
from eulogin_harness.grade.application import Application, Description, sign_parts
from eulogin_harness.grade.check import Check
from eulogin_harness.grade.checks import all_checks
from eulogin_harness.grade.grading import Grader, Result, grade_of
from eulogin_harness.grade.outcomes import NotDone
from eulogin_harness.grade.presence import check_is_there
from mock_world.domains import is_harmless_url
from mock_world.events import EventType
from mock_world.i18n import N_
from mock_world.refusal import Refusal, RefusalKind

if TYPE_CHECKING:
    from eulogin_harness.grade.stand_in import StandIns
    from mock_world import World
    from mock_world.server import Site

_MOST = 20  # gradings that are remembered

BEGUN = EventType("grade.begun", "The grading {grading} of {application} began.")
CHECKED = EventType("grade.checked", "Check {check} of {application}: {outcome}.")
ENDED = EventType("grade.ended", "The grading {grading} of {application} has ended: {result}.", logged=True)
HARMFUL = RefusalKind(
    "grade.foreign_host",
    message=N_("This application is not on this machine."),
    expected="an http(s) address on loopback, of a reserved domain, or of a host that is allowed",
    remedy="grade what is yours alone; name its host in allowed_hosts (--allow-host) where it is",
    status=422,
)
UNDER_WAY = RefusalKind(
    "grade.under_way",
    message=N_("Another grading is under way."),
    expected="one grading at a time",
    remedy="wait for it, or stop it by DELETE /api/grades/{grading}",
    status=409,
)
SEVERAL_PROCESSES = RefusalKind(
    "grade.several_processes",
    message=N_("This mock has several processes."),
    expected="a mock of one process, whose answers can be changed on their way",
    remedy="start one without --workers and without a database of PostgreSQL",
    status=409,
)
UNKNOWN_CHECK = RefusalKind(
    "grade.check_unknown",
    message=N_("There is no such check."),
    expected="the name of a check or its beginning, such as cas. or cas.ticket-replayed",
    remedy="GET /api/grade-checks lists them; perhaps {near}",
    status=422,
)
WRONG_SIGN = RefusalKind(
    "grade.sign_refused",
    message=N_("It is not clear how one sees who is signed in."),
    expected="text:..., css:..., or json:/path",
    remedy="write for instance text:Hello, css:.user or json:/api/me",
    status=422,
)
GRADE_UNKNOWN = RefusalKind(
    "grade.unknown",
    message=N_("There is no such grading."),
    expected="the id of one of the last gradings of this process",
    remedy="take an id that POST /api/grades answered",
    status=404,
)


@dataclass
class GradeRun:
    """A grading, as far as it is."""

    id: str
    body: GradeBody
    state: GradeState = "searching"
    problem: str | None = None
    application: Application | None = None
    total: int = 0
    results: list[Result] = field(default_factory=list)
    stopping: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def ended(self) -> bool:
        return self.state in {"done", "failed", "stopped"}

    @property
    def grade(self) -> str | None:
        """A to F; None before the end."""
        return self.grade_now if self.state == "done" else None

    @property
    def grade_now(self) -> str:
        """What the results that are there give."""
        counting = (one for one in self.results if one.check.name not in self.body.known)
        return grade_of([one.check.weight for one in counting if one.outcome == "failed"])

    def wait(self, after: int, seconds: float) -> None:
        """Wait until there are more results than `after`, or it has ended."""
        with self.changed:
            self.changed.wait_for(lambda: len(self.results) > after or self.ended, seconds)

    def note(self, **changes: object) -> None:
        """Change fields, and wake who waits."""
        with self.changed:
            for name, value in changes.items():
                setattr(self, name, value)
            self.changed.notify_all()


class GradeRuns:
    """The gradings of a site, the newest ones."""

    def __init__(self, site: "Site") -> None:
        self._site = site
        self._lock = threading.Lock()
        self._runs: OrderedDict[str, GradeRun] = OrderedDict()

    def start(self, world: "World", body: GradeBody) -> GradeRun:
        """Begin a grading of an application that uses this world. Raises Refusal (grade.*)."""
        check_body(body)
        if self._site.worlds.shared:
            raise Refusal(SEVERAL_PROCESSES, got="several processes, or a database that they would share")
        with self._lock:
            if other := next((run for run in self._runs.values() if not run.ended), None):
                raise Refusal(UNDER_WAY, got=f"{other.id}, of {other.body.url}", grading=other.id)
            run = GradeRun(secrets.token_hex(6), body)
            self._runs[run.id] = run
            while len(self._runs) > _MOST:
                self._runs.popitem(last=False)
        world.journal.record(BEGUN, grading=run.id, application=body.url)
        grader = Grader(self._site.worlds, world, cast("StandIns", self._site.apps["idp"]), body.limit)
        threading.Thread(target=_follow, args=(grader, world, run), name=f"grade-{run.id}", daemon=True).start()
        return run

    def get(self, name: str) -> GradeRun:
        """A grading by its id. Raises Refusal (grade.unknown)."""
        if name not in self._runs:
            raise Refusal(GRADE_UNKNOWN, got=name[:80])
        return self._runs[name]

    def all(self) -> list[GradeRun]:
        """The newest first."""
        return list(reversed(self._runs.values()))


_OF_SITES: "WeakKeyDictionary[Site, GradeRuns]" = WeakKeyDictionary()
_LOCK = threading.Lock()


def grade_runs(site: "Site") -> GradeRuns:
    """The gradings of a site."""
    with _LOCK:
        return _OF_SITES.setdefault(site, GradeRuns(site))


def check_body(body: GradeBody) -> None:
    """Whether an application may be graded so. Raises Refusal (grade.*)."""
    if not is_harmless_url(body.url, body.allowed_hosts):
        raise Refusal(HARMFUL, got=body.url[:200], field="url")
    if body.signed_in:
        try:
            sign_parts(body.signed_in)
        except ValueError:
            raise Refusal(WRONG_SIGN, got=body.signed_in[:200], field="signed_in") from None
    names = all_checks()
    for field_name, given in (("only", body.only), ("skip", body.skip), ("known", body.known)):
        for name in given:
            if not any(_fits(each, [name]) for each in names):
                near = (difflib.get_close_matches(name, names, n=1) or ["one of its list"])[0]
                raise Refusal(UNKNOWN_CHECK, got=name[:80], field=field_name, near=near)


def chosen(body: GradeBody, application: Application) -> list[Check]:
    """The checks to do, those of sign-ins that everything else stands on first."""
    of_protocol = (check for check in all_checks().values() if application.protocol in check.protocols)
    return [
        check
        for check in of_protocol
        if (not body.only or _fits(check.name, body.only)) and not _fits(check.name, body.skip)
    ]


def _fits(name: str, beginnings: Iterable[str]) -> bool:
    return any(name == each or name.startswith(each if each.endswith(".") else f"{each}.") for each in beginnings)


def _follow(grader: Grader, world: "World", run: GradeRun) -> None:
    """All of a grading, in a thread of its own; its end stands in the journal before anybody who waits is woken."""
    state, problem = "failed", "the grading broke off by a mistake of the mock; its log says more"
    try:
        state, problem = _carried_out(grader, world, run)
    finally:
        grader.close()
        result = f"grade {run.grade_now}" if state == "done" else problem or state
        _record(world, ENDED, grading=run.id, application=run.body.url, result=result)
        run.note(state=state, problem=problem or None)


def _carried_out(grader: Grader, world: "World", run: GradeRun) -> tuple[str, str]:
    """The state in which it has ended, and the problem where there was one."""
    from playwright.sync_api import Error, sync_playwright

    from eulogin_harness.browser.find import BrowserMissing
    from eulogin_harness.browser.launching import launched

    try:
        with sync_playwright() as playwright:
            grader.browser = launched(playwright, headed=False)
            try:
                return _grade(grader, world, run), ""
            finally:
                grader.browser.close()
    except (NotDone, BrowserMissing, Refusal) as error:
        return "failed", str(error)
    except Error as error:
        return "failed", f"the browser failed: {error.message.partition(chr(10))[0]}"


def _grade(grader: Grader, world: "World", run: GradeRun) -> str:
    body = run.body
    description = Description(
        body.url, body.sign_in, body.signed_in, body.sign_out, body.return_to, staff_only=body.staff_only
    )
    application = grader.find(description)
    checks = chosen(body, application)
    run.note(state="checking", application=application, total=len(checks))
    for check in checks:
        if run.stopping or world.closed:
            return "stopped"
        result = grader.try_one(application, check)
        _record(world, CHECKED, check=check.name, application=body.url, outcome=result.outcome)
        run.note(results=[*run.results, result])
        check_is_there(body.url, check.name)
    return "done"


def _record(world: "World", kind: EventType, **fields: str) -> None:
    """Write to the journal of a world, unless that was deleted meanwhile."""
    if not world.closed:
        world.journal.record(kind, **fields)
