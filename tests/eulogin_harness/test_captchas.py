"""Codes of the pictures at sign-up, by the control API."""

from threading import Timer

import pytest
import requests

from eulogin_harness.client import ProblemError, World
from tests.eulogin_harness.conftest import Api


def show(world: World) -> None:
    """Open the sign-up page."""
    requests.get(world.addresses.idp + "/cas/eim/external/register.cgi", timeout=30).raise_for_status()


@pytest.mark.eulogin_world(settings={"captcha": True})
def test_codes_are_listed_oldest_first_told_one_by_one_and_waited_for(api: Api, world: World) -> None:
    for _ in range(3):
        show(world)
    first, second, third = world.captchas.list()
    assert first.id < second.id < third.id
    assert world.captchas.list(after=second.id) == [third]
    told = api.send("GET", f"/api/captchas/{second.id}").json()
    assert told.keys() == {"id", "code", "made_at", "used"}
    assert (told["code"], told["used"]) == (second.code, False)
    assert world.captchas.get(second.id) == second
    timer = Timer(0.1, lambda: show(world))
    timer.start()
    assert len(world.captchas.wait(after=third.id, seconds=10).code) == 5
    timer.join()


def test_nothing_shown_is_told_with_what_to_do(api: Api, world: World) -> None:
    with pytest.raises(ProblemError, match="setting captcha on") as refused:
        world.captchas.wait(seconds=0)
    assert refused.value.type == "nothing-yet"
    status, document = api.refused("GET", "/api/captchas/7")
    assert (status, document["type"]) == (404, "not-found")
    assert api.refused("GET", "/api/captchas?to=x")[1]["type"] == "unknown-field"
