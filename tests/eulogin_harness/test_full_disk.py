"""A disk that is full, and a file that cannot be written: one sentence, exit code 1, and nothing is half there."""

import itertools
import json
import subprocess
import threading
from pathlib import Path

import pytest

from eulogin_harness import state_file
from eulogin_harness.bundle.archive import write
from eulogin_harness.client import World
from eulogin_harness.site import open_site
from eulogin_harness.state_file import StateFileError, save
from eulogin_harness.writing import problem_of_disk
from mock_world import World as MockWorld
from tests.eulogin_harness.test_command_line import COMMAND
from tests.eulogin_harness.test_import import run

FULL = Path("/dev/full")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file whose disk is full when it is written anew."""
    file = tmp_path / "world.json"
    file.write_text("what was there", encoding="utf-8")
    (tmp_path / "world.json.new").symlink_to(FULL)
    return file


@pytest.mark.threat("The disk of the host is full: a command ends with a stack trace, or as if all were well")
@pytest.mark.parametrize("arguments", [["--version"], ["openapi"], ["openapi", "-o", "/dev/full"]])
def test_output_that_finds_no_room_is_one_sentence_and_exit_code_1(arguments: list[str]) -> None:
    with FULL.open("w") as full:
        done = subprocess.run([*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "eulogin-harness: expected room for what is written, but got: No space left on device; "
        "make room, or write it elsewhere\n"
    )


@pytest.mark.threat("The disk of the host is full: half a state or half a bundle takes the place of the whole one")
def test_what_finds_no_room_leaves_what_was_there(file: Path) -> None:
    with open_site() as site, pytest.raises(StateFileError, match=r"cannot \(No space left on device\); name another"):
        save(site.worlds.get("default"), file)
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    (file.parent / "world.json.new").symlink_to(FULL)
    with pytest.raises(OSError, match="No space left"):
        write(file, b"a bundle")
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    assert file.read_text(encoding="utf-8") == "what was there"


def test_a_disk_that_stays_full_is_warned_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    end, tries = threading.Event(), itertools.count(1)

    def full(world: MockWorld, _: Path) -> None:
        if next(tries) == 3:
            end.set()
        raise StateFileError("no room")

    with open_site() as site:
        world = site.worlds.get("default")
        monkeypatch.setattr(state_file, "save", full)
        monkeypatch.setattr(state_file, "_SECONDS", 0.01)
        following = threading.Thread(target=state_file._follow, args=(world, tmp_path / "world.json", end))
        following.start()
        world.settings.change({"mail.delay": "PT1M"})
        following.join(10)
    assert next(tries) == 4
    assert caplog.messages == ["no room"]


@pytest.mark.threat("The disk of the host is full: passwords of imported people are lost, and nobody can ask for them")
def test_passwords_that_find_no_room_are_shown(world: World, tmp_path: Path) -> None:
    people = tmp_path / "people.json"
    people.write_text(json.dumps([{"email": "ada@hospital.example"}]), encoding="utf-8")
    desk = world.connection.url.partition("/w/")[0]
    done = run(people, "--url", desk, "--world", world.name, "--write-passwords", FULL)
    assert done.exit_code == 1
    assert "ada@hospital.example," in done.stdout
    assert "/dev/full cannot be written" in done.stderr


def test_errors_of_the_disk_are_told_and_others_are_not() -> None:
    closed = problem_of_disk(PermissionError(13, "Permission denied", "guides/own.html"))
    assert closed == "guides/own.html cannot be used (Permission denied); name another file, or mend its permissions"
    assert problem_of_disk(ConnectionRefusedError(111, "Connection refused")) is None
