"""`serve --workers` on PostgreSQL: several processes behind the same ports, killed one by one and all together."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest

from eulogin_harness.client import Harness
from eulogin_harness.client.names import PersonaBody
from tests.eulogin_harness.test_command_line import serving
from tests.kill_cycles import command, run_cycles

ROOT = Path(__file__).parents[1]


@contextmanager
def two_workers(url: str, folder: Path) -> Iterator[tuple[psutil.Process, Harness]]:
    """Their parent, and a client of them."""
    options = ("--port", "0", "--workers", "2", "--database", url)
    with serving(*options, folder=folder) as (process, desk):
        yield psutil.Process(process.pid), Harness(desk)


def test_a_worker_that_is_killed_is_begun_anew(url: str, tmp_path: Path) -> None:
    with two_workers(url, tmp_path) as (parent, harness):
        harness.default.settings.change({"device.max": 3})
        for worker in parent.children():
            worker.kill()
            assert Harness(harness.url).default.settings["device.max"] == 3
            worker.wait(30)
        Harness(harness.url).default.personas.create("enrolled")
        assert len(parent.children()) == 2


def test_a_hangup_lets_all_workers_read_their_settings_again(url: str, tmp_path: Path) -> None:
    def write(life: str) -> None:
        (tmp_path / "pyproject.toml").write_text(f'[tool.eulogin-harness]\n"link.life" = "{life}"\n', encoding="utf-8")

    write("PT7M")
    with two_workers(url, tmp_path) as (parent, harness):
        write("PT9M")
        parent.send_signal(signal.SIGHUP)
        first = harness.default.events.wait(type="settings.read_again")
        harness.default.events.wait(type="settings.read_again", after=first.id)
        for worker in parent.children():
            worker.kill()
            worker.wait(30)
            assert Harness(harness.url).worlds.create().settings["link.life"] == "PT9M"


def test_mails_that_are_on_their_way_outlive_a_worker_that_is_killed(url: str, tmp_path: Path) -> None:
    with two_workers(url, tmp_path) as (parent, harness):
        for batch in range(4):
            people: list[PersonaBody] = [
                {"stage": "invited", "email": f"p{batch}-{number}@hospital.example"} for number in range(30)
            ]
            harness.default.personas.create_all(people, seed=batch)
            parent.children()[batch % 2].kill()
            for person in people:
                mails = Harness(harness.url).default.mails
                mails.wait(to=person["email"], seconds=60)
                assert len(mails.list(to=person["email"])) == 1


def test_the_workers_end_with_their_parent(url: str, tmp_path: Path) -> None:
    with two_workers(url, tmp_path) as (parent, _):
        workers = parent.children()
        parent.kill()
        gone, alive = psutil.wait_procs(workers, timeout=30)
        assert (len(gone), alive) == (2, [])


def test_what_was_answered_outlives_a_kill_of_all(url: str) -> None:
    report = run_cycles(5, partial(command, url, ("--workers", "2")))
    assert (report.cycles, report.lost, report.twice) == (5, [], []), report
    assert all(report.answered[kind] for kind in ("people", "invitations", "decisions", "mails")), report


def test_the_scenarios_of_the_guide_pass_against_two_workers(url: str, tmp_path: Path) -> None:
    with two_workers(url, tmp_path) as (_, harness):
        line = [sys.executable, "-m", "pytest", "-m", "not slow", "-p", "no:randomly", "--eulogin-url", harness.url]
        scenarios = sorted(str(file) for file in (ROOT / "e2e").glob("test_[0-9]*.py"))
        ended = subprocess.run([*line, *scenarios], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[-5000:]


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_all_end_when_they_are_told_to(url: str, tmp_path: Path, end: signal.Signals) -> None:
    with two_workers(url, tmp_path) as (parent, _):
        workers = parent.children()
        os.kill(parent.pid, end)
        assert psutil.wait_procs([parent, *workers], timeout=30)[1] == []
