"""`serve --state`: the default world goes on where the file left it, also after a kill; and how it begins else."""

import json
import logging
import os
import smtplib
import stat
import time
from pathlib import Path
from subprocess import run

import pytest
import requests

from eulogin_harness.client import Harness
from eulogin_harness.site import open_site
from eulogin_harness.state import FORMAT
from eulogin_harness.state_file import StateFileError, save, saving, take_up
from mock_world.server import Site
from tests.eulogin_harness.test_command_line import COMMAND, serving


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "world.json"


def names(site: Site) -> list[str]:
    return [person.email for person in Harness(site.listeners["desk"]).worlds.get("default").personas.list()]


def test_a_world_goes_on_where_the_file_left_it(file: Path) -> None:
    with open_site() as site, saving(site.worlds.get("default"), file):
        Harness(site.listeners["desk"]).worlds.get("default").personas.create(
            "registered", email="ada@hospital.example"
        )
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with open_site() as site:
        assert "ada@hospital.example" not in names(site)
        assert take_up(site.worlds.get("default"), file)
        assert "ada@hospital.example" in names(site)


def test_a_file_that_is_not_there_yet_or_empty_begins_a_new_one(file: Path) -> None:
    with open_site() as site:
        assert not take_up(site.worlds.get("default"), file)
        file.touch()
        assert not take_up(site.worlds.get("default"), file)


@pytest.mark.parametrize(
    ("content", "got"),
    [
        ("{", "Expecting property name"),
        ("[]", "no object with format"),
        (json.dumps({"format": FORMAT - 1, "tables": {}}), f"format {FORMAT - 1}, where"),
        (json.dumps({"format": FORMAT, "tables": [1]}), "tables that are no lists of rows"),
        ("[" * 100_000, "recursion"),
    ],
)
def test_what_is_no_state_is_refused_and_stays(file: Path, content: str, got: str) -> None:
    file.write_text(content, encoding="utf-8")
    with open_site() as site, pytest.raises(StateFileError, match=rf"but got .*{got}.*; name another file"):
        take_up(site.worlds.get("default"), file)
    assert file.read_text(encoding="utf-8") == content


def test_a_folder_that_is_not_there_is_said_in_a_sentence(file: Path) -> None:
    with open_site() as site, pytest.raises(StateFileError, match=r"but .* cannot \(No such file or directory\); name"):
        save(site.worlds.get("default"), file / "deeper")


@pytest.mark.slow
def test_serve_keeps_its_world_through_a_kill(file: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("email\nines@hospital.example\n", encoding="utf-8")
    kept = ("--port", "0", "--state", str(file), "--import", str(people))
    with serving(*kept, "--now", "2026-11-27T17:00:00+01:00", "--frozen", folder=tmp_path) as (process, desk):
        world = Harness(desk).worlds.get("default")
        assert "ines@hospital.example" in [person.email for person in world.personas.list()]
        assert (world.clock.now().isoformat(), world.clock.frozen) == ("2026-11-27T16:00:00+00:00", True)
        ada = world.personas.create("registered", email="ada@hospital.example")
        deadline = time.monotonic() + 30
        while ada.uid not in file.read_text(encoding="utf-8"):
            assert time.monotonic() < deadline
            os.sched_yield()
        process.kill()
    with serving(*kept, folder=tmp_path) as (_, desk):  # what is imported is there: it is not imported again
        world = Harness(desk).worlds.get("default")
        assert "ada@hospital.example" in [person.email for person in world.personas.list()]
        assert world.clock.now().isoformat() == "2026-11-27T16:00:00+00:00"
    assert json.loads(file.read_text(encoding="utf-8"))["format"]


@pytest.mark.slow
def test_the_mail_server_has_its_port_or_says_that_it_was_taken(tmp_path: Path) -> None:
    with serving("--port", "0", "--smtp-port", "0", folder=tmp_path) as (_, desk):
        host, port = requests.get(f"{desk}readyz", timeout=30).json()["smtp"].split(":")
        with smtplib.SMTP(host, int(port)) as line:
            assert line.noop()[0] == 250
        with serving("--port", "0", "--smtp-port", port, folder=tmp_path) as (other, _):
            assert other.stdout is not None
            assert f"{port} was taken" in next(line for line in other.stdout if "Mail server" in line)


def test_a_moment_without_its_offset_is_refused(tmp_path: Path) -> None:
    done = run([*COMMAND, "serve", "--now", "2026-11-27"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "write a time with its offset, such as 2026-11-27T17:00:00+01:00; got '2026-11-27'" in done.stderr


def test_the_access_log_has_path_and_status_and_no_ticket(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "mock_world.server"), open_site() as site:
        requests.get(f"{site.listeners['idp']}/cas/laxValidate?ticket=ST-1-secret&service=x", timeout=30)
        requests.get(f"{site.listeners['idp']}/a%0Ab", timeout=30)
    lines = [record.getMessage() for record in caplog.records if record.name == "mock_world.server"]
    assert "ST-1-secret" not in caplog.text
    assert lines == ["GET /cas/laxValidate 200", "GET /a%0Ab 404"]


@pytest.mark.threat("`--state /dev/null` is replaced by a file, and nothing on the machine can throw away its output")
def test_a_state_that_is_no_file_is_left_alone(file: Path) -> None:
    os.mkfifo(file)
    with open_site() as site, pytest.raises(StateFileError, match="it is a pipe; name a file"):
        take_up(site.worlds.get("default"), file)
