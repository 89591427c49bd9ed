"""Every page and form of the four actors, filled with what nobody should send: no 5xx, no stack trace, no bare page.

Requests are drawn by Hypothesis from what a crawl has found, by three people: one who is signed in nowhere, one who is
signed in at EU Login and CPMS, and one of the helpdesk.
"""

import logging
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from eulogin_harness.client import Harness, World
from mock_world.addresses import ACTORS
from tools.fuzzing.attempts import METHODS, Attempt, attempts
from tools.fuzzing.browser import TIMEOUT, Answer, Browser, Target, targets_of

_NUMBER = re.compile(r"\d+")
_ALIKE_PARTS = re.compile(r"\d+|(?<=/worlds/)[^/]+|(?<==)[^&]+")  # of addresses that lead to the same page
_ALIKE = 2  # pages and forms whose addresses differ in such parts alone that are looked at
_MOST_PAGES = 250  # that one person's crawl opens
_HELD = re.compile(r"/(changes|state|code|news)$")  # answers that are held until something happens
_ENDS = re.compile(r"logout|/language$")  # what a crawl leaves out
_REPLACES = re.compile(r"/(world|load|bundle)$")  # what ends everybody's sign-in stands at the end of a round
_TRACE = re.compile(r'Traceback \(most recent|File "[^"]+\.py", line \d')
_OWN_ERROR = 500


@dataclass
class Report:
    """What was sent, and what was wrong with it."""

    statuses: Counter[int] = field(default_factory=Counter)
    pages: int = 0
    findings: dict[str, str] = field(default_factory=dict)
    slowest: float = 0.0

    def add(self, what: str, attempt: object) -> None:
        """A finding, once of its kind."""
        self.findings.setdefault(what, str(attempt))

    def __str__(self) -> str:
        statuses = ", ".join(f"{number} x {status}" for status, number in sorted(self.statuses.items()))
        said = f"{self.statuses.total()} requests to {self.pages} links and forms ({statuses})"
        lines = [f"{said}; slowest {self.slowest:.1f} s"]
        return "\n".join([*lines, *(f"- {what}\n  {attempt}" for what, attempt in self.findings.items())])


def fuzz_pages(harness: Harness, report: Report, *, number: int, seed_of_round: int, until: float = math.inf) -> None:
    """A round: a new world, a crawl of each person, and that many requests. until: moment of time.monotonic()."""
    world = harness.worlds.create(seed=seed_of_round)
    people = [Browser("nobody"), _signed_in(world, "person"), _signed_in(world, "helpdesk")]
    try:
        found = [list(dict.fromkeys(_crawl(world, browser, report))) for browser in people]
        report.pages = max(report.pages, sum(map(len, found)))
        lasting = [[target for target in each if not _REPLACES.search(urlsplit(target.url).path)] for each in found]

        def send(attempt: Attempt) -> None:
            if time.monotonic() < until:
                _try(world, people[attempt.who], attempt, report)

        with _errors_logged(report):
            for method in METHODS:  # what is drawn may leave some out
                for target in _beginnings(world):
                    send(Attempt(0, method, target.url))
            for targets, share in ((lasting, number * 9 // 10), (found, number // 10)):
                _send_all(attempts(targets), share, seed_of_round, send)
    finally:
        for browser in people:
            browser.close()
        if world.name in {each.name for each in harness.worlds.list()}:
            world.delete()


def _send_all(drawn: SearchStrategy[Attempt], number: int, seed_of_round: int, send: Callable[[Attempt], None]) -> None:
    @seed(seed_of_round)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn)
    def send_each(attempt: Attempt) -> None:
        send(attempt)

    send_each()


def _signed_in(world: World, name: str) -> Browser:
    """Somebody who is signed in at EU Login and at CPMS."""
    browser = Browser(name)
    helpdesk = ["PaedCAN", "RITA"] if name == "helpdesk" else []
    person = world.personas.create("access_approved", helpdesk_for=helpdesk)
    for cookie in world.personas.session(person).storage_state["cookies"]:
        browser.cookies[cookie["name"]] = cookie["value"]
    browser.open(f"{world.addresses.cpms}/screen/signin")
    return browser


def _beginnings(world: World) -> list[Target]:
    """The pages from which people come to all others."""
    addresses = world.addresses
    urls = [f"{getattr(addresses, actor)}/" for actor in ACTORS]
    urls += [f"{addresses.idp}/cas/login", f"{addresses.cpms}/screen/home"]
    urls += [f"{addresses.idp}/cas/eim/external/register.cgi"]
    return [Target("GET", url) for url in urls]


def _crawl(world: World, browser: Browser, report: Report) -> Iterator[Target]:
    """Links and forms, breadth first from the first page of each actor; of those alike a few."""
    waiting = _beginnings(world)
    alike: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    opened = 0
    while waiting:
        target = waiting.pop(0)
        shape = (target.method, _ALIKE_PARTS.sub("x", target.url), tuple(sorted({name for name, _ in target.fields})))
        alike[shape] += 1
        if alike[shape] > _ALIKE or not _is_of(world, target.url):
            continue
        yield target
        if target.method == "GET" and not _ENDS.search(target.url) and opened < _MOST_PAGES:
            opened += 1
            url, answer = browser.open(target.url)
            look(Attempt(0, "GET", url), answer, report)
            if answer.is_page:
                waiting += targets_of(url, answer.text)


def _is_of(world: World, url: str) -> bool:
    """Whether an address belongs to this world, and is answered at once."""
    path = urlsplit(url).path
    return path.startswith(f"/w/{world.name}/") and not _HELD.search(path)


def _try(world: World, browser: Browser, attempt: Attempt, report: Report) -> None:
    begun = time.monotonic()
    answer = attempt.sent_by(browser)
    report.slowest = max(report.slowest, time.monotonic() - begun)
    report.statuses[answer.status] += 1
    if answer.status >= _OWN_ERROR and _disarmed(world):
        return
    look(attempt, answer, report)


def _disarmed(world: World) -> bool:
    """Whether a fault was armed, which may answer with anything; it is disarmed."""
    connection = world.connection
    armed = connection.session.get(f"{connection.url}/api/faults", timeout=TIMEOUT)
    faults = armed.json().get("items", []) if armed.ok else []
    for fault in {fault["name"] for fault in faults if fault.get("armed")}:
        connection.session.delete(f"{connection.url}/api/faults/{fault}", timeout=TIMEOUT)
    return any(fault.get("armed") for fault in faults)


def look(attempt: Attempt, answer: Answer, report: Report) -> None:
    """Whether an answer is one that a person may get."""
    place = _NUMBER.sub("0", re.sub(r"^/w/[^/]+", "", urlsplit(attempt.url).path))[:60]
    if answer.status == 0 or answer.status >= _OWN_ERROR:
        report.add(
            f"{attempt.method} {place}: {answer.status} {answer.text[:100] if not answer.status else ''}", attempt
        )
    elif _TRACE.search(answer.text):
        report.add(f"{attempt.method} {place}: a stack trace", attempt)
    elif answer.is_page and not _is_whole(answer):
        report.add(f"{attempt.method} {place}: {answer.status}, a page without the banner of the mock", attempt)


def _is_whole(answer: Answer) -> bool:
    """Whether a page says that it is of a mock; what a mail holds stands in a frame of its own that can do nothing."""
    is_mail = "sandbox" in answer.headers.get("content-security-policy", "")
    return is_mail or ('class="mock-banner"' in answer.text and "<title>" in answer.text)


@contextmanager
def _errors_logged(report: Report) -> Iterator[None]:
    """Report what this process logs as an error, by whichever thread."""

    class Errors(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            report.add(f"logged by {record.name}: {record.getMessage().splitlines()[-1][:200]}", record.getMessage())

    handler = Errors(logging.ERROR)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
