"""How long a world may be unused: told to the control API, and used through its addresses."""

from datetime import UTC, datetime, timedelta

import pytest
import requests

from eulogin_harness.client import Harness
from mock_world.messages import USER_AGENT
from tests.eulogin_harness.conftest import Api


def left_of(harness: Harness, name: str) -> timedelta:
    """How long a world has still to live, as the list of worlds says."""
    answer = harness.connection.send("GET", "/api/worlds").json()
    (expires_at,) = [world["expires_at"] for world in answer["items"] if world["name"] == name]
    return datetime.fromisoformat(expires_at) - datetime.now(UTC)


def test_the_list_of_worlds_says_when_one_ends_and_is_no_use(harness: Harness) -> None:
    world = harness.worlds.create(ttl="PT1H")
    other = harness.worlds.create()
    first = left_of(harness, world.name)
    assert timedelta(minutes=59) < left_of(harness, world.name) < first <= timedelta(hours=1)
    answers = {each["name"]: each for each in harness.connection.send("GET", "/api/worlds").json()["items"]}
    assert answers[other.name]["expires_at"] is answers["default"]["expires_at"] is None
    world.delete()
    other.delete()


def test_a_request_is_a_use_and_one_of_the_mock_itself_is_none(harness: Harness) -> None:
    world = harness.worlds.create(ttl=timedelta(hours=1))
    before = left_of(harness, world.name)
    requests.get(f"{world.addresses.idp}/cas/login", headers={"User-Agent": f"{USER_AGENT}/phone"}, timeout=30)
    between = left_of(harness, world.name)
    assert between < before
    requests.get(f"{world.addresses.idp}/cas/login", timeout=30)
    assert left_of(harness, world.name) > between
    world.delete()


@pytest.mark.parametrize("ttl", ["PT1M", "-PT1H", "3600", 3600, "P5000D"])
def test_a_time_that_does_not_fit_makes_no_world(api: Api, harness: Harness, ttl: object) -> None:
    before = {world.name for world in harness.worlds.list()}
    status, problem = api.refused("POST", "/api/worlds", {"ttl": ttl})
    assert status == 422
    assert "ttl" in problem["detail"]
    assert {world.name for world in harness.worlds.list()} == before
