"""A forgotten or changed PIN: the app sets another one by EU Login's credentials (facts, the app)."""

import json

import pytest
import requests

from mock_idp.accounts.model import Account
from mock_idp.factors.devices import pins, rules
from mock_idp.factors.devices.enrolment import Enrolled
from mock_world import Refusal, World
from mock_world.server import Site
from tests.mock_idp.conftest import PASSWORD, PIN, Browser, advance, minutes
from tests.mock_idp.signing_in import change, told
from tests.mock_idp.test_devices import signed

ADA = "ada.berg@hospital.example"


@pytest.fixture
def url(site: Site, world: World) -> str:
    return f"{site.listeners['idp']}{world.prefix}/cas/app/pin"


def put(url: str, device: Enrolled, **fields: str) -> requests.Response:
    body = {"username": ADA, "password": PASSWORD, "pin": "8642"} | fields
    return signed("PUT", url, device, json.dumps(body).encode())


def is_pin(world: World, account: Account, pin: str) -> bool:
    (device,) = rules.devices_of(world, account.uid)
    try:
        pins.check_pin(world, device, pin, person=account.email)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("name", ["uid", " ADA.Berg@hospital.example "])
def test_the_credentials_set_another_pin(world: World, account: Account, device: Enrolled, url: str, name: str) -> None:
    changed = put(url, device, username=account.uid if name == "uid" else name)
    assert (changed.status_code, changed.json()) == (200, {"state": "changed"})
    assert is_pin(world, account, "8642")
    assert not is_pin(world, account, PIN)
    assert "The PIN code of the mobile device My phone was changed." in world.mailbox.mails(to=ADA)[-1].text
    (event,) = world.journal.events(types=["device.pin_changed"])
    assert (event.person, event.fields["device"]) == (ADA, "My phone")


def test_wrong_pins_of_before_are_forgotten(world: World, account: Account, device: Enrolled, url: str) -> None:
    for _ in range(4):
        assert not is_pin(world, account, "0000")
    assert put(url, device).status_code == 200
    assert not is_pin(world, account, "0000")
    assert rules.devices_of(world, account.uid)[0].pin_failures == 1


def test_wrong_credentials_count_as_at_sign_in_and_tell_no_tries_of_the_pin(
    world: World, account: Account, device: Enrolled, other: Account, url: str, browser: Browser
) -> None:
    wrongs = ({"password": "x"}, {"username": other.email}, {"username": ""}, {"password": "x" * 10_000})
    for left, wrong in zip((4, 3, 2, 1), wrongs, strict=True):
        refused = put(url, device, **wrong)
        assert (refused.status_code, refused.json()["type"]) == (403, "signin.wrong_password")
        assert f"Tries left: {left}" in refused.json()["title"]
        assert "tries_left" not in refused.json()
    locked = put(url, device, username="\u0430da")
    assert (locked.status_code, locked.json()["type"]) == (403, "signin.locked")
    assert put(url, device).json()["type"] == "signin.locked"
    assert "wait until" in told(world, "signin.locked")["remedy"]
    browser.open("/cas/login").send(username=ADA).send(password=PASSWORD)
    assert "Try again after" in browser.errors[0]
    advance(world, minutes(15))
    assert put(url, device).status_code == 200
    assert world.mailbox.mails(to=other.email) == []


@pytest.mark.parametrize("pin", ["", "12a4", "12345", "\u0661\u0662\u0663\u0664"])
def test_a_pin_has_four_digits_and_a_slip_costs_no_try(
    world: World, account: Account, device: Enrolled, url: str, pin: str
) -> None:
    refused = put(url, device, pin=pin, password="x")
    assert (refused.status_code, refused.json()["type"]) == (422, "device.pin_form")
    assert "exactly 4 digits" in refused.json()["title"]
    assert world.journal.events(types=["signin.wrong_password"]) == []
    assert is_pin(world, account, PIN)


def test_a_blocked_device_stays_blocked(world: World, account: Account, device: Enrolled, url: str) -> None:
    for _ in range(5):
        assert not is_pin(world, account, "0000")
    refused = put(url, device)
    assert (refused.status_code, refused.json()["type"], refused.json()["tries_left"]) == (403, "device.blocked", 0)
    assert rules.devices_of(world, account.uid)[0].state == "blocked"


def test_a_wrong_secret_or_deleted_device_is_unknown(
    world: World, account: Account, device: Enrolled, url: str
) -> None:
    stranger = Enrolled(device.device_identifier, device.account, "A" * 86)
    assert put(url, stranger).status_code == 401
    assert is_pin(world, account, PIN)
    rules.delete_device(world, rules.devices_of(world, account.uid)[0])
    assert put(url, device).status_code == 401


def test_a_disabled_account_changes_nothing(world: World, account: Account, device: Enrolled, url: str) -> None:
    change(world, account, disabled=True)
    refused = put(url, device)
    assert (refused.status_code, refused.json()["type"]) == (403, "account.disabled")
    assert is_pin(world, account, PIN)


@pytest.mark.parametrize("body", [b"[]", b'{"username": 1, "password": "x", "pin": "1234"}', b'{"pin": "1234"}'])
def test_another_body_is_refused(device: Enrolled, url: str, body: bytes) -> None:
    assert signed("PUT", url, device, body).status_code == 422
