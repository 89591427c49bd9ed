"""Worlds in the control room: made, reset, ended; their state taken away and brought back."""

import json

import pytest

from eulogin_harness.client import Harness, World
from tests.eulogin_harness.room import Room


def test_this_world_begins_again(room: Room, world: World) -> None:
    world.personas.create("registered")
    page = room.send("/world", action="reset", now="2026-11-27T17:00", frozen="true", seed="7", profile="today")
    assert "The world begins again." in page
    assert '"now": "2026-11-27T17:00:00+01:00"' in page
    assert world.clock.now().isoformat() == "2026-11-27T16:00:00+00:00"
    assert world.clock.frozen
    assert [one.email for one in world.personas.list()] == ["helpdesk@paedcan.ern.example"]


def test_another_world_is_made_and_ended(room: Room, world: World, harness: Harness) -> None:
    assert "There is a new world: beside." in room.send("/world", action="create", name="beside")
    assert "beside" in [one.name for one in harness.worlds.list()]
    assert '/w/beside/"><strong>beside' in room.page("/world")
    page = room.send("/world", delete="beside")
    assert f"curl -X DELETE {world.addresses.desk}/api/worlds/beside" in page
    assert "beside" not in [one.name for one in harness.worlds.list()]
    assert "error-box" in room.send("/world", delete="default")


def test_from_a_world_that_ended_the_way_leads_to_the_first_one(harness: Harness) -> None:
    room = Room(harness.worlds.create(name="short").addresses.desk)
    assert '<span class="tag tag--good">this one</span>' in room.send("/world", delete="short")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "No!"}, "name"),
        ({"name": "default"}, "default"),
        ({"seed": "many"}, "Check seed"),
        ({"now": "1066-10-14T09:00"}, "Check now"),
    ],
)
def test_a_world_that_cannot_be_is_refused(room: Room, harness: Harness, fields: dict[str, str], words: str) -> None:
    before = len(harness.worlds.list())
    page = room.send("/world", action="create", **fields)
    assert 'id="error-summary"' in page
    assert words in page
    assert len(harness.worlds.list()) == before


def test_the_state_is_saved_as_a_file_and_brought_back(room: Room, world: World) -> None:
    anna = world.personas.create("registered")
    answer = room.session.get(f"{room.base}/world/state", timeout=30)
    assert "world.json" in answer.headers["Content-Disposition"]
    assert answer.json() == world.state()
    world.reset()
    page = room.send("/world", action="load", state=("world.json", answer.content))
    assert "The world is as the file says." in page
    assert f"curl -X PUT --json @world.json {world.addresses.desk}/api/state" in page
    assert world.personas.get(anna.id) == anna


def test_a_file_that_is_no_state_changes_nothing(room: Room, world: World) -> None:
    before = world.state()
    odd = json.dumps(before | {"format": 1}).encode()
    for content, words in ((b"", "this is none"), (b"\xff", "this is none"), (odd, "This file does not fit: format 1")):
        page = room.send("/world", action="load", state=("world.json", content))
        assert words in page
        assert 'href="#state"' in page
    assert world.state() == before
