"""A grading as its users ask for it: by the control API, the client, the fixture, the command and the control room."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eulogin_harness.client import World
from eulogin_harness.client.grades import GradeFailed
from eulogin_harness.documents.grades import GradeReport
from examples.graded.cas_flaws import FLAWS
from tests.eulogin_harness.conftest import Api
from tests.eulogin_harness.grade.conftest import Served
from tests.eulogin_harness.room import Room

REPLAYED = "cas.ticket-replayed"


@pytest.fixture
def flawed(served: Served, world: World) -> str:
    """Address of an application with a flaw that uses the test's world."""
    served.app = FLAWS[REPLAYED](world.addresses.idp, served.url).flask
    return served.url + "/"


def test_the_fixture_gives_a_report_and_leaves_the_world_as_it_was(
    flawed: str, world: World, eulogin_grade: Callable[..., GradeReport]
) -> None:
    people = world.personas.list()
    report = eulogin_grade(flawed, staff_only=True, only=[REPLAYED, "session.fixed"])
    assert [(one.name, one.outcome) for one in report.results] == [(REPLAYED, "failed"), ("session.fixed", "passed")]
    (finding,) = report.failed
    assert (report.grade, finding.weight) == ("F", "critical")
    assert finding.picture
    assert "validated a ticket" in finding.messages
    assert report.application.sign_in == f"{flawed}private"
    assert report.application.marks == ["email", "uid"]
    assert world.personas.list() == people
    assert {event.type for event in world.events.list()} == {"grade.begun", "grade.checked", "grade.ended"}


@pytest.mark.slow
def test_the_command_shows_writes_and_judges(flawed: str, world: World, tmp_path: Path) -> None:
    (tmp_path / "known.toml").write_text(f'"{REPLAYED}" = "mended in May"\n')
    (tmp_path / "pyproject.toml").write_text(
        f"[tool.eulogin-harness.grade]\napplication = '{flawed}'\nstaff-only = true\nonly = ['{REPLAYED}']\n"
    )
    desk = world.addresses.desk.partition("/w/")[0]

    def grade(*words: str) -> Any:
        command = [sys.executable, "-m", "eulogin_harness.cli", "grade", "--url", desk, "--world", world.name, *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)

    failed = grade("--fail-below", "B", "--report", "grade.json", "--report", "grade.html")
    assert failed.returncode == 1, failed.stderr
    assert f"asks for sign-in at:       {flawed}private" in failed.stderr
    assert "CRITICAL A ticket is taken twice" in failed.stdout
    assert "expected grade B or better; got F" in failed.stderr
    assert json.loads((tmp_path / "grade.json").read_text())["grade"] == "F"
    assert "Grade F" in (tmp_path / "grade.html").read_text()
    accepted = grade("--fail-below", "A", "--baseline", "known.toml")
    assert (accepted.returncode, accepted.stdout.splitlines()[0].partition(":")[0]) == (0, "Grade A")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "say the address of the application"),
        (("https://portal.example/",), "is not on this machine: say --yes"),
        (("http://localhost:1/", "--report", "grade.pdf"), "expected a file that ends with .html"),
    ],
)
def test_the_command_refuses_in_a_sentence(words: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "eulogin_harness.cli", "grade", *words]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 2
    assert sentence in " ".join(done.stderr.split())


def test_an_application_that_cannot_be_graded_is_told_in_a_sentence(served: Served, world: World) -> None:
    def hello(_: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"<p>Hello</p>"]

    served.app = hello
    started = world.grades.start(served.url)
    with pytest.raises(GradeFailed, match=r"leads to EU Login at .* Say by --sign-in which page asks for sign-in"):
        world.grades.follow(started)


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({"url": "https://portal.commission.int/"}, 422, "grade.foreign_host"),
        ({"url": "http://localhost:1/", "only": ["cas.ticket-replay"]}, 422, "grade.check_unknown"),
        ({"url": "http://localhost:1/", "known": {"no-such": "reason"}}, 422, "grade.check_unknown"),
        ({"url": "http://localhost:1/", "signed_in": "Hello"}, 422, "grade.sign_refused"),
        ({}, 422, "wrong-field"),
    ],
)
def test_the_api_refuses_what_it_cannot_grade(api: Api, body: dict[str, Any], status: int, problem: str) -> None:
    got, document = api.refused("POST", "/api/grades", body)
    assert (got, document["type"]) == (status, problem)


def test_the_api_lists_the_checks_and_knows_its_gradings_alone(api: Api) -> None:
    names = [one["name"] for one in api.send("GET", "/api/grade-checks").json()["items"]]
    assert REPLAYED in names
    for path in ("/api/grades/none", "/api/grades/none/report"):
        assert api.refused("GET", path)[1]["type"] == "grade.unknown"


def test_the_control_room_begins_a_grading_and_shows_how_it_ends(flawed: str, world: World, room: Room) -> None:
    assert "This application is not on this machine." in room.send("/grade", url="ftp://localhost/")
    assert "The grading has begun." in room.send("/grade", url=flawed, sign_in="/no-such-page")
    run = world.grades.list()[0]
    with pytest.raises(GradeFailed):
        world.grades.follow(run)
    assert "Say by --sign-in which page asks for sign-in" in room.text(f"/grade/{run.id}")
    assert room.session.get(f"{room.base}/grade/{run.id}/report.html", timeout=30).status_code == 409
    assert flawed in room.page("/grade")
