"""Kill a mock that keeps its worlds at random moments, under load, and look whether what it answered is there.

`python -m tests.kill_cycles --cycles 200`; 1 where something was lost or came twice.
"""

import multiprocessing
import os
import random
import signal
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

import click
import requests

from eulogin_harness.client import Harness, World
from eulogin_harness.settings import TABLE
from eulogin_harness.site import open_site
from mock_world.database_url import storage_at

THREADS = 4
DUE = 20.0  # seconds of patience for a mail that was scheduled before the kill
READER = "ada@hospital.example"  # of the application's mails
# What each thread changes: a setting of its own, so that its last answered value is known.
SETTINGS = ("device.max", "helpdesk.hours", "link.tries", "key.max")
# What each mock would import anew.
_OF_A_MOCK = ["eulogin_harness.desk", "eulogin_harness.prepared_worlds.people", "mock_cpms.app", "mock_phone.app"]
_OF_A_MOCK += [f"mock_idp.pages.{name}" for name in ("app_interface", "cas", "devices", "keys", "login", "sign_up")]
Start = Callable[[], AbstractContextManager[tuple[Callable[[], None], str]]]
KILLED = (requests.RequestException, OSError, smtplib.SMTPException)  # what a client sees of it


@dataclass
class Answered:
    """What the mock answered to: it must be there after a kill, once."""

    people: list[str] = field(default_factory=list)  # enrolled, with a device and a request for access
    undecided: list[str] = field(default_factory=list)  # those of all cycles on whom nobody began to decide
    invited: list[str] = field(default_factory=list)  # who must have exactly one mail
    decided: dict[int, str] = field(default_factory=dict)
    mails: list[str] = field(default_factory=list)  # subjects
    settings: dict[str, set[int]] = field(default_factory=dict)  # value: the last answered, or one under way

    @property
    def total(self) -> int:
        return len(self.people) + len(self.invited) + len(self.decided) + len(self.mails)


@dataclass
class Report:
    """What came of the cycles."""

    cycles: int = 0
    answered: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    seconds: float = 0

    def text(self, database: str) -> str:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(self.answered.items()))
        faults = "".join(f"\n  lost: {one}" for one in self.lost) + "".join(f"\n  twice: {one}" for one in self.twice)
        return (
            f"{self.cycles} cycles of kill -9 under {THREADS} clients, database {database}, {self.seconds:.0f} s.\n"
            f"Answered before the kills: {kinds}.\n"
            f"Lost after them: {len(self.lost)}. There twice: {len(self.twice)}.{faults}\n"
        )


class Client(threading.Thread):
    """Asks for one thing after the other until the mock is gone; notes what was answered."""

    def __init__(self, number: int, cycle: int, desk: str, answered: Answered, seed: float) -> None:
        super().__init__(daemon=True)
        self._harness = Harness(desk)
        self._world = self._harness.default
        self._smtp = self._harness.smtp
        self._number = number
        self._name = f"c{cycle}-{number}"
        self._answered = answered
        self._chance = random.Random(seed)  # noqa: S311 - repeats
        self._made = count(1)

    def run(self) -> None:
        deeds: list[Callable[[str], None]] = [self._enrol, self._invite, self._mail, self._set]
        deeds += [self._decide, self._decide]  # not always is there somebody on whom to decide
        with suppress(*KILLED):
            while True:
                self._chance.choice(deeds)(f"{self._name}-{next(self._made)}")

    def _enrol(self, name: str) -> None:
        email = f"{name}@hospital.example"
        self._world.personas.create("access_requested", email=email, networks=["PaedCAN"])
        self._answered.people.append(email)
        self._answered.undecided.append(email)

    def _invite(self, name: str) -> None:
        email = f"{name}@clinic.example"
        self._world.personas.create("invited", email=email)
        self._answered.invited.append(email)

    def _mail(self, name: str) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "app@hospital.example", READER, name
        message.set_content("Hello")
        with smtplib.SMTP(*self._smtp, timeout=10) as smtp:
            smtp.send_message(message)
            self._answered.mails.append(name)

    def _set(self, _: str) -> None:
        setting, value = SETTINGS[self._number], self._chance.randint(8, 10)
        known = self._answered.settings[setting]
        known.add(value)
        self._world.settings.change({setting: value})  # type: ignore[misc]
        known.intersection_update({value})

    def _decide(self, name: str) -> None:
        try:
            email = self._answered.undecided.pop()
        except IndexError:
            self._enrol(name)
        else:
            (request,) = self._world.access_requests.list(person=email)
            self._world.access_requests.decide(request.id, "approve")
            self._answered.decided[request.id] = "approved"


@contextmanager
def command(database: str, more: tuple[str, ...] = ()) -> Iterator[tuple[Callable[[], None], str]]:
    """`serve` as people start it: what kills it, and the address of its desk. more: options."""
    line = [sys.executable, "-m", "eulogin_harness.cli", "serve", "--port", "0", "--database", database, *more]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    try:
        desk = next(line.split()[-1] for line in process.stdout if "Control room" in line)
        yield partial(os.killpg, process.pid, signal.SIGKILL), desk  # its workers too
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@contextmanager
def fork(database: str) -> Iterator[tuple[Callable[[], None], str]]:
    """The same mock in a process that has imported all before it begins, which is most of a start."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.kill_cycles", *_OF_A_MOCK])
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(database, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield process.kill, ours.recv()
    finally:
        process.kill()
        process.join()
        ours.close()


def _serve(database: str, pipe: Connection) -> None:
    with open_site(storage=storage_at(database)) as site:
        pipe.send(site.listeners["desk"])
        with suppress(EOFError):
            pipe.recv()


def check(world: World, answered: Answered, report: Report) -> None:
    """Look for all that was answered."""
    _compare(report, "person", (one.email for one in world.personas.list()), answered.people + answered.invited)
    _compare(report, "mail", (one.subject for one in world.mails.list(to=READER)), answered.mails)
    approved = (one.id for one in world.access_requests.list() if one.state == "approved")
    _compare(report, "decision", approved, list(answered.decided))
    phones = Counter(phone.owner for phone in world.phones.list())
    report.lost += [f"phone of {name}" for name in answered.people if not phones[name]]
    for setting, values in answered.settings.items():
        if (value := world.settings[setting]) not in values:  # type: ignore[index]
            report.lost.append(f"setting {setting}: {values}, but it is {value}")
        values.intersection_update({value})
    for email in answered.invited:
        world.mails.wait(to=email, seconds=DUE)
        _compare(report, "invitation", (one.to for one in world.mails.list(to=email)), [email])


def _compare(report: Report, kind: str, there: Iterable[object], expected: Iterable[object]) -> None:
    counted = Counter(there)
    report.lost += [f"{kind} {one}" for one in expected if not counted[one]]
    report.twice += [f"{kind} {one}" for one, number in counted.items() if number > 1]


def run_cycles(
    cycles: int, start_mock: Start, *, seed: int = 1, most: int = 60, show: Callable[[str], object] = str
) -> Report:
    """Start, work, kill, start and look, so many times.

    start_mock: gives a mock that goes on where the last one ended. most: answers after which it is killed.
    """
    chance = random.Random(seed)  # noqa: S311 - repeats
    report, start = Report(), time.monotonic()
    answered = Answered(settings={name: {TABLE[name].default} for name in SETTINGS})
    for cycle in range(cycles + 1):
        with start_mock() as (kill, desk):
            check(Harness(desk).default, answered, report)
            report.answered.update(
                people=len(answered.people), invitations=len(answered.invited), decisions=len(answered.decided)
            )
            report.answered.update(mails=len(answered.mails))
            if cycle == cycles:
                break
            answered = Answered(settings=answered.settings, undecided=answered.undecided)
            clients = [Client(number, cycle, desk, answered, chance.random()) for number in range(THREADS)]
            for client in clients:
                client.start()
            enough = chance.randint(1, most)
            while answered.total < enough and any(client.is_alive() for client in clients):
                clients[0].join(chance.random() / 100)
            kill()
            for client in clients:
                client.join()
        report.cycles += 1
        report.seconds = time.monotonic() - start
        faults = f"{len(report.lost)} lost, {len(report.twice)} twice"
        show(f"{report.cycles} of {cycles}: {answered.total} answered, {faults}")
    return report


@click.command()
@click.option("--cycles", default=200, show_default=True)
@click.option("--database", help="Address of an empty database; a new file of SQLite by default.")
@click.option("--seed", default=1, show_default=True)
@click.option("--more", multiple=True, help="An option more of `serve`.")
@click.option("--report", "file", type=click.Path(path_type=Path))
def main(cycles: int, database: str | None, seed: int, more: tuple[str, ...], file: Path | None) -> None:
    """Kill a mock under load, so many times."""
    with tempfile.TemporaryDirectory() as folder:
        url = database or f"sqlite:///{folder}/mock.db"
        report = run_cycles(cycles, partial(command, url, more), seed=seed, show=click.echo)
    text = report.text("sqlite" if database is None else database.partition(":")[0])
    click.echo(text)
    if file:
        file.write_text(text, encoding="utf-8")
    sys.exit(bool(report.lost or report.twice))


if __name__ == "__main__":
    main()
