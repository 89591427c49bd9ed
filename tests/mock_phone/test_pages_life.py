"""The app's life on the phone's page, without script: permissions, accounts, settings, PIN, removal."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from mock_phone import Phone
from mock_phone.needs import NEEDS
from mock_phone.pages.settings import SYSTEM
from mock_world import World
from tests.mock_phone.browser import Browser
from tests.mock_phone.conftest import ANNA, link
from tests.mock_phone.fake_eu_login import FakeEuLogin

BEN = "ben@hospital.example"
DEVICES = "/cas/userdata/mobileApp/manageMyMobileDevices.cgi"


@pytest.fixture
def fresh(at: Browser, world: World) -> Phone:
    """A phone on which the app was installed from the store."""
    phone = Phone.create(world, owner=ANNA)
    at.get(f"/phones/{phone.id}/store/eu-login")
    at.post(f"/phones/{phone.id}/store/eu-login")
    return phone


@pytest.fixture
def two(ready: Phone, eu_login: FakeEuLogin) -> Phone:
    """A phone with two accounts; Ben's is shown."""
    return link(ready, eu_login, BEN)


def words(at: Browser) -> str:
    return unescape(at.page.text)


# First start.


def test_what_was_refused_is_said_with_the_way_to_switch_it_on(at: Browser, fresh: Phone) -> None:
    sheet = at.get(f"/phones/{fresh.id}")
    assert at.where == ("phone-permission", "notifications")
    assert "EU Login would like to send you notifications" in words(at)
    for answer in ("refuse", "allow"):  # a sheet that is sent twice changes nothing more
        at.page = sheet
        at.post(f"/phones/{fresh.id}/permissions/notifications", answer=answer)
        assert at.where == ("phone-home", "welcome")
        assert not fresh.settings.notifications
    assert "See what is missing" in words(at)
    at.get(f"/phones/{fresh.id}/initialise")
    assert at.where == ("phone-permission", "camera")
    at.post(f"/phones/{fresh.id}/permissions/camera", answer="refuse")
    assert at.where == ("phone-missing", "ready")
    assert "Notifications" in words(at)
    assert "Camera" in words(at)
    assert f'href="{fresh.world.prefix}/phones/{fresh.id}/system#notifications"' in words(at)
    for switch in ("notifications", "camera"):
        at.get(f"/phones/{fresh.id}/system")
        at.post(f"/phones/{fresh.id}/settings", switch=switch, to="on")
    for path in ("initialise", "permissions/camera"):  # what was answered is not asked again
        at.get(f"/phones/{fresh.id}/{path}")
        assert at.where == ("phone-scan", "ready")


@pytest.mark.parametrize(("asks", "then"), [("initialise", "initialise"), ("scan", "code")])
def test_it_asks_for_the_camera_before_the_first_scan(at: Browser, fresh: Phone, asks: str, then: str) -> None:
    fresh.answer_permission("notifications", allow=asks == "initialise")
    at.get(f"/phones/{fresh.id}/{asks}")
    assert at.where == ("phone-permission", "camera")
    at.post(f"/phones/{fresh.id}/permissions/camera?for={then}", answer="allow")
    assert at.where == ("phone-scan", "ready")
    assert at.get(f"/phones/{fresh.id}/permissions/microphone").status_code == 404


def test_nothing_is_initialised_where_something_is_missing(at: Browser, phone: Phone) -> None:
    for need in NEEDS:
        phone.change_settings(**{need.switch: False})
        at.get(f"/phones/{phone.id}/initialise")
        assert at.where == ("phone-missing", "ready")
        assert f"<strong>{need.title}</strong> {need.reason}" in words(at)
        phone.change_settings(**{need.switch: True})
    at.get(f"/phones/{phone.id}/initialise")
    assert at.where == ("phone-scan", "ready")


@pytest.mark.parametrize("answer", ["", "Allow"])
def test_another_answer_than_yes_or_no_is_none(at: Browser, fresh: Phone, answer: str) -> None:
    at.get(f"/phones/{fresh.id}")
    at.post(f"/phones/{fresh.id}/permissions/notifications", answer=answer)
    assert at.page.status_code == 400
    assert fresh.to_ask == ("notifications", "camera")


def test_without_the_app_every_screen_of_it_leads_to_the_store(at: Browser, world: World) -> None:
    phone = Phone.create(world)
    for path in ("home", "initialise", "accounts", "unlink", "settings", "forgot-pin", "remove", "permissions/camera"):
        at.get(f"/phones/{phone.id}/{path}")
        assert at.where == ("phone-store", "ready"), path
    at.get(f"/phones/{phone.id}/system")  # which the phone has without it
    assert at.where == ("phone-system", "ready")
    assert "Remove EU Login" not in words(at)


# Home.


def test_a_request_under_another_account_is_said_and_reached(at: Browser, two: Phone, eu_login: FakeEuLogin) -> None:
    at.get(f"/phones/{two.id}/home?done=welcome")  # an odd end of the way is none
    assert at.where == ("phone-home", "ready")
    assert f'<p class="muted">{BEN}</p>' in at.page.text
    assert f"/phones/{two.id}/accounts" in words(at)
    number = eu_login.ask(two.world, ANNA)
    at.get(f"/phones/{two.id}/home")
    assert at.where == ("phone-home", "other-account")
    assert "asks for another account of yours" in words(at)
    at.post(f"/phones/{two.id}/accounts/switch", account=ANNA)
    assert at.page.url.endswith(f"/requests/{number}")


@pytest.mark.parametrize(
    ("state", "says", "leads"),
    [
        ("not-linked", "Initialise", DEVICES),
        ("blocked", "too many wrong PINs", DEVICES),
        ("trouble", "Go online first", "/system#online"),
    ],
)
def test_what_keeps_requests_away_is_said_with_what_to_do(
    at: Browser, ready: Phone, eu_login: FakeEuLogin, state: str, says: str, leads: str
) -> None:
    if state == "not-linked":
        eu_login.devices.clear()
    elif state == "blocked":
        eu_login.devices["enrolment-1"].tries_left = 0
    else:
        ready.change_settings(online=False)
    at.get(f"/phones/{ready.id}/home")
    assert at.where == ("phone-home", state)
    assert says in words(at)
    assert leads in words(at)


# Accounts.


def test_accounts_are_listed_and_switched(at: Browser, two: Phone) -> None:
    at.get(f"/phones/{two.id}/accounts")
    assert at.where == ("phone-accounts", "ready")
    assert {ANNA, BEN} <= set(words(at).replace("<", ">").split(">"))
    at.post(f"/phones/{two.id}/accounts/switch", account=ANNA)
    assert at.where == ("phone-home", "ready")
    assert two.active_account
    assert two.active_account.account == ANNA


@pytest.mark.parametrize("account", ["", "<b>carl</b>@hospital.example"])
def test_an_account_that_is_not_there_is_not_switched_to(at: Browser, two: Phone, account: str) -> None:
    at.get(f"/phones/{two.id}/accounts")
    at.post(f"/phones/{two.id}/accounts/switch", account=account)
    assert at.where == ("error", "ready")
    assert at.page.status_code in range(400, 500)
    assert "<b>" not in at.page.text
    assert two.active_account
    assert two.active_account.account == BEN


def test_unlinking_is_confirmed_first(at: Browser, two: Phone) -> None:
    page = at.get(f"/phones/{two.id}/unlink")
    assert at.where == ("phone-unlink", "ready")
    assert f"<strong>{BEN}</strong>" in at.page.text
    assert two.world.addresses.public("idp", DEVICES) in words(at)
    two.switch_account(ANNA)
    at.post(f"/phones/{two.id}/unlink", account=BEN)  # the one that was asked about
    assert at.where == ("phone-home", "unlinked")
    assert [one.account for one in two.accounts()] == [ANNA]
    at.page = page
    at.post(f"/phones/{two.id}/unlink", account=BEN)
    assert at.where == ("error", "ready")
    assert [one.account for one in two.accounts()] == [ANNA]


def test_another_eu_login_has_an_address_of_its_own(at: Browser, phone: Phone, eu_login: FakeEuLogin) -> None:
    link(phone, eu_login, ANNA, server="http://other.localhost:1")
    at.get(f"/phones/{phone.id}/unlink")
    assert f"http://other.localhost:1{DEVICES}" in words(at)


def test_without_an_account_there_is_nothing_to_unlink_or_to_forget(at: Browser, phone: Phone) -> None:
    for path in ("unlink", "forgot-pin"):
        at.get(f"/phones/{phone.id}/{path}")
        assert at.where == ("phone-home", "welcome")
    at.get(f"/phones/{phone.id}/accounts")
    assert "No account is linked" in words(at)


# Settings.


def test_the_phones_own_switches_are_turned(at: Browser, phone: Phone) -> None:
    at.get(f"/phones/{phone.id}/system")
    for switch in (each.name for _, group in SYSTEM for each in group):
        before = getattr(phone.settings, switch)
        at.post(f"/phones/{phone.id}/settings", switch=switch, to="off" if before else "on")
        assert at.where == ("phone-system", "ready")
        assert getattr(phone.settings, switch) is not before


def test_the_phones_clock_is_set_wrong_and_right_again(at: Browser, phone: Phone) -> None:
    at.get(f"/phones/{phone.id}/system")
    for to, bar, said in (("PT5M", "17:05", "fast"), ("-PT1H", "16:00", "slow"), ("P1D", "17:00", "fast")):
        at.post(f"/phones/{phone.id}/clock", clock=to)
        assert f">{bar}</time>" in at.page.text
        assert f'value="{to}" selected' in at.page.text
        assert said in at.page.text
    at.post(f"/phones/{phone.id}/clock", clock="PT0S")
    assert "status__clock" not in at.page.text
    for odd in ("", "soon", "P99999D"):
        at.get(f"/phones/{phone.id}/system")
        assert at.post(f"/phones/{phone.id}/clock", clock=odd).status_code == 400
    assert phone.settings.clock_offset == timedelta(0)
    phone.change_settings(clock_offset=timedelta(minutes=17))  # set elsewhere, it is offered too
    assert 'value="PT17M" selected' in at.get(f"/phones/{phone.id}/system").text


# Forgotten PIN.


RIGHT: dict[str, Any] = {"password": "Right-password-1", "pin": "4321", "pinConfirm": "4321"}


def forget(at: Browser, phone: Phone, **typed: Any) -> None:
    at.get(f"/phones/{phone.id}/forgot-pin")
    account = phone.active_account
    assert account
    at.post(f"/phones/{phone.id}/forgot-pin", username=account.account, **RIGHT | typed)


def test_a_forgotten_pin_is_replaced_by_the_password(at: Browser, two: Phone, eu_login: FakeEuLogin) -> None:
    two.change_settings(biometrics="face")
    at.get(f"/phones/{two.id}/forgot-pin")
    assert f'value="{BEN}"' in at.page.text
    assert "switched off by a new PIN code" in words(at)
    forget(at, two)
    assert at.where == ("phone-forgot-pin", "changed")
    assert not two.settings.biometrics
    eu_login.ask(two.world, BEN)
    assert two.approve("4321").account == BEN
    at.get(f"/phones/{two.id}/forgot-pin")
    two.unlink(BEN)
    at.post(f"/phones/{two.id}/forgot-pin", username=BEN, **RIGHT)  # which left the phone meanwhile
    assert at.where == ("phone-home", "ready")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"password": "wrong"}, "password"),
        ({"password": ""}, "Enter the password"),
        ({"pin": "٤٣٢١", "pinConfirm": "٤٣٢١"}, "four digits"),
        ({"pin": "<b>4", "pinConfirm": "<b>4"}, "four digits"),
        ({"pinConfirm": "1111"}, "same PIN code in both fields"),
    ],
)
def test_what_is_wrong_is_said_and_no_secret_is_kept(
    at: Browser, ready: Phone, typed: dict[str, str], message: str
) -> None:
    forget(at, ready, **typed)
    assert at.where == ("phone-forgot-pin", "ready")
    assert message in at.page.text.partition('id="error-summary"')[2].partition("</div>")[0]
    assert f'value="{ANNA}"' in at.page.text
    values = [value for value in typed.values() if value]
    assert not any(f'value="{value}"' in at.page.text for value in [*values, *RIGHT.values()])
    remedies = [event.fields["remedy"] for event in ready.world.journal.events(types=["phone.pin_confirm"])]
    assert ["send the same 4 digits in both fields" in str(one) for one in remedies] == [True] * ("both" in message)


# Removing the app, and installing it again.


def test_removing_the_app_leads_to_the_store_and_back_to_a_broken_link(at: Browser, two: Phone) -> None:
    page = at.get(f"/phones/{two.id}/remove")
    assert at.where == ("phone-remove", "ready")
    assert {ANNA, BEN} <= set(words(at).replace("<", ">").split(">"))
    for _ in range(2):
        at.page = page
        at.post(f"/phones/{two.id}/remove")
        assert at.where == ("phone-store", "ready")
    at.get(f"/phones/{two.id}/store/eu-login")
    at.post(f"/phones/{two.id}/store/eu-login")
    at.get(f"/phones/{two.id}")
    at.post(f"/phones/{two.id}/permissions/notifications", answer="allow")
    assert at.where == ("phone-home", "reinstalled")
    assert "Delete this phone there" in words(at)
    assert two.world.addresses.public("idp", DEVICES) in words(at)
    at.get(f"/phones/{two.id}/accounts")
    assert "Link broken" in words(at)


def test_a_phone_that_is_not_there_is_said(at: Browser, world: World) -> None:
    assert world.name
    for path in ("", "/accounts", "/unlink", "/forgot-pin", "/remove", "/system", "/permissions/camera"):
        assert at.get(f"/phones/phone-99{path}").status_code == 404
        assert "Choose a phone of the list" in at.page.text
