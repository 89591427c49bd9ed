"""Phones by the control API."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from pydantic import TypeAdapter

from eulogin_harness.client import Harness, ProblemError, World
from eulogin_harness.documents.common import ShownDuration
from eulogin_harness.documents.people import Persona
from tests.eulogin_harness.conftest import Api
from tests.mock_idp.conftest import Browser


def refused(deed: Callable[[], object]) -> ProblemError:
    with pytest.raises(ProblemError) as problem:
        deed()
    return problem.value


def sign_in(world: World, person: Persona) -> Browser:
    """As far as the page that waits for the phone, or beyond where that has approved already."""
    browser = Browser(world.addresses.idp).open("/cas/login").send(username=person.email)
    return browser.send(password=str(person.password), loginStrength="PASSWORD_MOBILE_APP")


def approves_by_itself(world: World, person: Persona) -> bool:
    """Whether somebody who signs in need not touch the phone."""
    seen = world.events.list()[-1].id
    sign_in(world, person)
    return world.events.wait(type="phone.approved", person=person.email, after=seen).actor == "phone"


def test_a_new_phone_has_the_app_unless_said_otherwise(world: World) -> None:
    assert world.phones.create().screen.installed
    bare = world.phones.create(installed=False, owner="anna@hospital.example", phone_id="phone-anna")
    assert not bare.screen.installed
    assert bare.url == f"{world.addresses.phone}/phones/phone-anna"
    assert "phone-anna" in [line.id for line in world.phones.list()]


def test_the_life_of_the_app(world: World) -> None:
    anna = world.personas.create("device_added")
    phone = world.phones.create(installed=False)
    assert phone.install(allowed=False).to_ask == ["notifications", "camera"]
    assert refused(lambda: phone.scan(payload=str(anna.qr_payload))).type == "phone.notifications_off"
    assert phone.change(notifications=True).to_ask == ["camera"]
    assert refused(lambda: phone.scan(payload=str(anna.qr_payload))).type == "phone.camera_off"
    assert phone.change(camera=True).to_ask == []
    phone.scan(payload=str(anna.qr_payload))
    screen = phone.initialise(str(anna.pin))
    assert (screen.active_account, screen.scanned) == (anna.email, None)
    assert refused(lambda: phone.switch_account("bo@hospital.example")).status == 404
    screen = phone.uninstall()
    assert (screen.installed, screen.accounts, screen.lost) == (False, [], [anna.email])
    phone.install()
    problem = refused(lambda: phone.approve("1234", seconds=0))
    assert (problem.status, problem.type) == (409, "phone.reinstalled")
    assert "delete the device in EU Login, add it again" in problem.instructions


def test_switches_are_changed_one_by_one_and_the_phones_clock_is_its_own(world: World) -> None:
    phone = world.phones.create()
    world.clock.freeze()
    screen = phone.change(clock_offset="-PT5M", online=False, biometrics="fingerprint")
    assert screen.settings.clock_offset == timedelta(minutes=-5)
    assert screen.now == world.clock.now() - timedelta(minutes=5)
    assert (screen.settings.online, screen.settings.biometrics, screen.settings.camera) == (False, "fingerprint", True)
    wrong: list[Any] = ["P3653D", "-P3653D", 5, ""]
    for offset in wrong:
        problem = refused(partial(phone.change, clock_offset=offset))
        assert (problem.status, problem.type) == (422, "wrong-field")


@pytest.mark.parametrize("written", ["PT0S", "P364DT1S", "P365D", "-P400DT2H", "P3652D"])
def test_how_wrong_a_clock_is_is_said_in_days_since_a_year_is_no_number_of_them(written: str) -> None:
    shown = TypeAdapter(ShownDuration)
    assert shown.dump_python(shown.validate_python(written), mode="json") == written


@pytest.mark.parametrize(
    ("call", "body", "kind"),
    [
        ("uninstall", {"force": True}, "unknown-field"),
        ("install", {"allowed": "perhaps"}, "wrong-field"),
        ("switch-account", {}, "wrong-field"),
        ("unlink", {"account": 5}, "wrong-field"),
        ("pin", {"pin": "1234"}, "wrong-field"),
        ("one-time-code", {"pin": "1234"}, "unknown-field"),
    ],
)
def test_a_body_of_another_form_is_refused(api: Api, call: str, body: dict[str, Any], kind: str) -> None:
    status, problem = api.refused("POST", f"/api/phones/phone-helpdesk/{call}", body)
    assert (status, problem["type"]) == (422, kind)


def test_a_phone_approves_by_itself_also_in_a_world_that_was_carried_over(world: World, harness: Harness) -> None:
    anna = world.personas.create("enrolled")
    world.phones.get(anna.phone_id).change(auto_approve=True)
    assert approves_by_itself(world, anna)
    other = harness.worlds.create()
    other.load_state(world.state())
    assert approves_by_itself(other, anna)
    other.delete()


def test_a_world_ends_in_silence_while_phones_watch(
    world: World, harness: Harness, capfd: pytest.CaptureFixture[str]
) -> None:
    other = harness.worlds.create()
    people = [other.personas.create("enrolled") for _ in range(5)]
    for person in people:
        other.phones.get(person.phone_id).change(auto_approve=True)
    assert approves_by_itself(other, people[0])
    other.delete()
    assert world.phones.create().screen.installed
    assert capfd.readouterr().err == ""
