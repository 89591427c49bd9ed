"""The command as people run it: a crowd in processes of its own, and the exit code that the journal decides."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eulogin_harness.client import World
from eulogin_harness.load.plan import WEIGHTS
from mock_world.events import EventType
from mock_world.journal import Journal

pytestmark = pytest.mark.slow
TIMEOUT = 120  # seconds


def command(world: World, *words: str) -> list[str]:
    url = world.addresses.desk.partition("/w/")[0]
    start = [sys.executable, "-m", "eulogin_harness.cli", "load", "--url", url, "--world", world.name]
    return [*start, "--spawn-rate", "100", *words]


def load(world: World, *words: str) -> tuple[int, str]:
    """Exit code, and what it prints; on standard error Locust may say that the machine is busy, and nothing else."""
    done = subprocess.run(command(world, *words), capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert [line for line in done.stderr.splitlines() if "CPU" not in line] == []
    return done.returncode, done.stdout


def test_a_crowd_goes_on_all_journeys_and_all_are_in_the_journal(world: World, tmp_path: Path) -> None:
    report, figures = tmp_path / "report.html", tmp_path / "figures.json"
    code, said = load(world, "--journeys", "30", "--users", "4", "--report", str(report), "--json", str(figures))
    assert code == 0, said
    assert "\n30 journeys: 30 in the journal, 0 missing, 0 double\n" in said
    assert "EU Login: one-time-code" in report.read_text(encoding="utf-8")
    document = json.loads(figures.read_text(encoding="utf-8"))
    assert document["journeys"].keys() == WEIGHTS.keys()
    assert sum(each["done"] for each in document["journeys"].values()) == 30
    assert document["journeys"]["pin"]["median"] > 0
    assert document["journal"] == {"journeys": 30, "missing": 0, "double": 0, "sentences": []}
    assert (document["problems"], document["cut_short"]) == ([], 0)
    assert not world.clients.list()


def test_processes_share_the_journeys(world: World) -> None:
    code, said = load(world, "--journeys", "6", "--users", "4", "--processes", "2", "--journey", "sign-up")
    assert code == 0, said
    assert "6 journeys: 6 in the journal, 0 missing, 0 double" in said
    assert len([person for person in world.personas.list() if person.email.startswith("load.")]) == 6


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """How often the mock writes the first event of a type, by its name; from then on once, as ever."""
    often: dict[str, int] = {}
    record = Journal.record

    def record_often(journal: Journal, event: EventType, **fields: Any) -> None:
        for _ in range(often.pop(event.name, 1)):
            record(journal, event, **fields)

    monkeypatch.setattr(Journal, "record", record_often)
    yield often
    assert not often


@pytest.mark.parametrize(
    ("times", "line"),
    [(0, "2 journeys: 1 in the journal, 1 missing, 0 double"), (2, "1 in the journal, 0 missing, 1 double")],
)
def test_a_journey_that_is_not_once_in_the_journal_fails_the_run(
    world: World, recorded: dict[str, int], times: int, line: str
) -> None:
    recorded["ticket.validated"] = times
    code, said = load(world, "--journeys", "2", "--users", "1", "--journey", "pin")
    assert code == 1
    assert line in said
    assert re.search(rf"pin of \S+: expected 1 ticket.validated in sign-in \S+, got {times}\n", said)
    assert "2 journeys, " in said  # as far as people saw, all was well


def test_what_fails_is_counted_by_its_sentence_and_somebody_else_goes_on(world: World) -> None:
    world.faults.arm("validation.failed", times=1)
    code, said = load(world, "--journeys", "2", "--users", "1", "--journey", "pin")
    assert code == 1
    assert "1 failed: CPMS: dashboard: expected page dashboard, got sign-in-refused with status 502" in said
    assert "1 journeys: 1 in the journal, 0 missing, 0 double" in said
    assert len(world.personas.list(stage="access_approved")) == 2


def test_ctrl_c_lets_those_arrive_who_are_in_progress(world: World) -> None:
    with subprocess.Popen(command(world, "--users", "2"), stdout=subprocess.PIPE, text=True) as running:
        world.events.wait(type="session.signed_in", seconds=60)
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=TIMEOUT)
    assert running.returncode == 0, said
    assert "0 missing, 0 double" in said
    assert "cut short" not in said


def test_a_journal_that_cannot_be_read_proves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Journal, "events", None)
    done = subprocess.run(
        command(world, "--journeys", "1", "--journey", "sign-up"),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert (done.returncode, "1 journeys, " in done.stdout) == (1, True)
    assert "eulogin-harness: the journal cannot be read, so nothing is proven: expected" in done.stderr
    assert "Traceback" not in done.stderr
