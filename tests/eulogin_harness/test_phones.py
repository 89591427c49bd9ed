"""Phones by the control API."""

import base64
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from eulogin_harness.client import Harness, Phone, ProblemError, World
from eulogin_harness.documents.people import Persona
from tests.eulogin_harness.conftest import Api
from tests.mock_idp.conftest import Browser


def refused(deed: Callable[[], object]) -> ProblemError:
    with pytest.raises(ProblemError) as problem:
        deed()
    return problem.value


def initialised(phone: Phone, person: Persona) -> Phone:
    phone.scan(payload=str(person.qr_payload))
    phone.initialise(str(person.pin))
    return phone


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


def test_switches_are_changed_one_by_one(world: World) -> None:
    phone = world.phones.create()
    screen = phone.change(online=False, biometrics="fingerprint")
    assert (screen.settings.online, screen.settings.biometrics, screen.settings.camera) == (False, "fingerprint", True)


def test_a_refusal_of_the_phone_is_a_problem(world: World) -> None:
    phone = world.phones.create(installed=False)
    with pytest.raises(ProblemError, match="Install the EU Login app") as problem:
        phone.scan(payload="otpauth://totp/x")
    assert problem.value.type == "phone.not_installed"
    assert problem.value.instructions


def test_nothing_to_approve_is_told(world: World) -> None:
    anna = world.personas.create("enrolled")
    with pytest.raises(ProblemError) as problem:
        world.phones.get(anna.phone_id).approve(str(anna.pin), seconds=0.05)
    assert (problem.value.status, problem.value.type) == (404, "nothing-yet")


def test_the_life_of_the_app(world: World) -> None:
    anna = world.personas.create("device_added")
    phone = world.phones.create(installed=False)
    assert phone.install(allowed=False).to_ask == ["notifications", "camera"]
    assert refused(lambda: phone.scan(payload=str(anna.qr_payload))).type == "phone.notifications_off"
    assert phone.change(notifications=True).to_ask == ["camera"]
    assert refused(lambda: phone.scan(payload=str(anna.qr_payload))).type == "phone.camera_off"
    assert phone.change(camera=True).to_ask == []
    screen = initialised(phone, anna).screen
    assert (screen.active_account, screen.scanned) == (anna.email, None)
    screen = phone.uninstall()
    assert (screen.installed, screen.accounts, screen.lost) == (False, [], [anna.email])
    phone.install()
    problem = refused(lambda: phone.approve("1234", seconds=0))
    assert (problem.status, problem.type) == (409, "phone.reinstalled")
    assert "delete the device in EU Login, add it again" in problem.instructions


def test_one_app_holds_the_accounts_of_two_people(world: World) -> None:
    anna, ben = (world.personas.create("device_added") for _ in range(2))
    phone = initialised(initialised(world.phones.create(), anna), ben)
    assert phone.screen.active_account == ben.email
    assert sign_in(world, anna).at == ("waiting", "pending")
    problem = refused(lambda: phone.approve(str(anna.pin)))
    assert (problem.status, problem.type) == (409, "phone.other_account")
    assert phone.switch_account(anna.email).active_account == anna.email
    assert phone.approve(str(anna.pin)).requests == []
    assert [account.account for account in phone.unlink(ben.email).accounts] == [anna.email]
    assert phone.unlink().active_account is None
    assert refused(phone.unlink).type == "phone.not_initialised"
    assert refused(lambda: phone.switch_account(ben.email)).status == 404


def test_a_scanned_sign_in_gives_its_code_and_nothing_else_does(world: World) -> None:
    anna = world.personas.create("enrolled")
    phone, challenge = world.phones.get(anna.phone_id), bytes(range(64))
    typed = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
    query = urlencode({"account": anna.email, "challenge": typed})
    screen = phone.scan(payload=f"eulogin-mock://sign-in?{query}")
    assert screen.scanned is not None
    assert screen.scanned.kind == "sign-in"
    (row,) = [row for row in world.state()["tables"]["phone_account"] if row["account"] == anna.email]
    digest = hmac.digest(base64.urlsafe_b64decode(row["secret"] + "=="), challenge, "sha512")
    code = base64.b32encode(digest[:5]).decode()  # eight characters of five bits, in another alphabet
    assert phone.one_time_code() == code.translate(
        str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
    )
    assert typed not in phone.screen.model_dump_json()
    assert phone.forget_scan().scanned is None
    assert refused(phone.one_time_code).type == "phone.nothing_scanned"


def test_a_new_pin_is_asked_for_by_its_form(world: World) -> None:
    phone = world.phones.get(world.personas.create("enrolled").phone_id)
    assert refused(lambda: phone.change_pin("secret", "12345")).type == "phone.pin_form"
    assert refused(lambda: phone.change_pin("", "1234")).type == "phone.password_missing"
    assert refused(lambda: phone.change_pin("secret", "1234", account="x@y.example")).type == "phone.account_unknown"


def test_the_phones_clock_is_its_own(world: World) -> None:
    phone = world.phones.create()
    world.clock.freeze()
    screen = phone.change(clock_offset="-PT5M")
    assert (screen.settings.clock_offset, screen.now) == (
        timedelta(minutes=-5),
        world.clock.now() - timedelta(minutes=5),
    )


@pytest.mark.parametrize("offset", ["P3653D", "-P3653D", "five", 5, ""])
def test_a_clock_that_cannot_be_set_is_refused(world: World, offset: object) -> None:
    problem = refused(lambda: world.phones.create().change(clock_offset=offset))
    assert (problem.status, problem.type) == (422, "wrong-field")


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("uninstall", {"force": True}),
        ("install", {"allowed": "perhaps"}),
        ("switch-account", {}),
        ("switch-account", {"account": None}),
        ("unlink", {"account": 5}),
        ("pin", {"pin": "1234"}),
        ("pin", {"password": "x", "pin": 1234}),
        ("one-time-code", {"pin": "1234"}),
    ],
)
def test_a_body_of_another_form_is_refused(api: Api, world: World, call: str, body: dict[str, Any]) -> None:
    status, problem = api.refused("POST", f"/api/phones/{world.phones.create().id}/{call}", body)
    assert (status, problem["type"]) in {(422, "wrong-field"), (422, "unknown-field")}


def test_a_phone_approves_by_itself_also_in_a_world_that_was_carried_over(world: World, harness: Harness) -> None:
    anna = world.personas.create("enrolled")
    world.phones.get(anna.phone_id).change(auto_approve=True)
    assert approves_by_itself(world, anna)
    other = harness.worlds.create()
    other.load_state(world.state())
    assert approves_by_itself(other, anna)
    other.delete()


def test_a_phone_approves_by_itself_again_once_a_state_undoes_that_it_was_blocked(world: World) -> None:
    anna = world.personas.create("enrolled")
    phone = world.phones.get(anna.phone_id)
    phone.change(auto_approve=True)
    before = world.state()
    phone.change(auto_approve=False)
    sign_in(world, anna)
    for _ in range(5):
        refused(lambda: phone.approve("0000"))
    seen = world.events.list()[-1].id
    phone.change(auto_approve=True)
    world.events.wait(type="phone.device_blocked", after=seen)
    world.load_state(before)
    assert approves_by_itself(world, anna)


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
