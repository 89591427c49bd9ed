"""The app's life on the phone's page, without script: permissions, accounts, settings, PIN, removal."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from mock_phone import Phone
from mock_world import World
from tests.mock_phone.browser import Browser
from tests.mock_phone.conftest import ANNA, link
from tests.mock_phone.fake_eu_login import FakeEuLogin

BEN = "ben@hospital.example"
ODD = ["", "x" * 10_000, "Ωμέγα", "<b>ben</b>", "carl@hospital.example"]
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


def test_the_app_asks_for_notifications_when_it_is_opened(at: Browser, fresh: Phone) -> None:
    at.get(f"/phones/{fresh.id}")
    assert at.where == ("phone-permission", "notifications")
    assert "EU Login would like to send you notifications" in words(at)
    at.post(f"/phones/{fresh.id}/permissions/notifications", answer="allow")
    assert at.where == ("phone-home", "welcome")
    assert fresh.settings.notifications
    assert fresh.to_ask == ("camera",)


def test_it_asks_for_the_camera_when_it_is_initialised(at: Browser, fresh: Phone) -> None:
    fresh.answer_permission("notifications", allow=True)
    at.get(f"/phones/{fresh.id}/initialise")
    assert at.where == ("phone-permission", "camera")
    at.post(f"/phones/{fresh.id}/permissions/camera", answer="allow")
    assert at.where == ("phone-scan", "ready")
    at.get(f"/phones/{fresh.id}/permissions/camera")
    assert at.where == ("phone-scan", "ready"), "what was answered is not asked again"


def test_to_scan_alone_asks_for_the_camera_too_and_leads_back(at: Browser, fresh: Phone) -> None:
    fresh.answer_permission("notifications", allow=False)
    at.get(f"/phones/{fresh.id}/scan")
    assert at.where == ("phone-permission", "camera")
    at.post(f"/phones/{fresh.id}/permissions/camera?for=code", answer="allow")
    assert at.where == ("phone-scan", "ready")


def test_what_was_refused_is_said_with_the_way_to_switch_it_on(at: Browser, fresh: Phone) -> None:
    at.get(f"/phones/{fresh.id}")
    at.post(f"/phones/{fresh.id}/permissions/notifications", answer="refuse")
    assert at.where == ("phone-home", "welcome")
    assert "See what is missing" in words(at)
    at.get(f"/phones/{fresh.id}/initialise")
    at.post(f"/phones/{fresh.id}/permissions/camera", answer="refuse")
    assert at.where == ("phone-missing", "ready")
    assert "Notifications" in words(at)
    assert "Camera" in words(at)
    assert f'href="{fresh.world.prefix}/phones/{fresh.id}/system#notifications"' in words(at)
    for switch in ("notifications", "camera"):
        at.get(f"/phones/{fresh.id}/system")
        at.post(f"/phones/{fresh.id}/settings", switch=switch, to="on")
    at.get(f"/phones/{fresh.id}/initialise")
    assert at.where == ("phone-scan", "ready")


@pytest.mark.parametrize(
    ("switch", "said"), [("screen_lock", "Screen lock"), ("online", "Network"), ("camera", "The app scans")]
)
def test_nothing_is_initialised_where_something_is_missing(at: Browser, phone: Phone, switch: str, said: str) -> None:
    off: dict[str, Any] = {switch: False}
    phone.change_settings(**off)
    at.get(f"/phones/{phone.id}/initialise")
    assert at.where == ("phone-missing", "ready")
    assert said in words(at)
    on: dict[str, Any] = dict.fromkeys(off, True)
    phone.change_settings(**on)
    at.get(f"/phones/{phone.id}/initialise")
    assert at.where == ("phone-scan", "ready")


@pytest.mark.parametrize("answer", [*ODD, "Allow"])
def test_another_answer_than_yes_or_no_is_none(at: Browser, fresh: Phone, answer: str) -> None:
    at.get(f"/phones/{fresh.id}")
    at.post(f"/phones/{fresh.id}/permissions/notifications", answer=answer)
    assert at.page.status_code == 400
    assert fresh.to_ask == ("notifications", "camera")


def test_a_sheet_that_is_sent_twice_changes_nothing_more(at: Browser, fresh: Phone) -> None:
    at.get(f"/phones/{fresh.id}")
    first = at.page
    at.post(f"/phones/{fresh.id}/permissions/notifications", answer="refuse")
    at.page = first
    at.post(f"/phones/{fresh.id}/permissions/notifications", answer="allow")
    assert at.where == ("phone-home", "welcome")
    assert not fresh.settings.notifications


def test_there_are_no_other_permissions(at: Browser, fresh: Phone) -> None:
    assert at.get(f"/phones/{fresh.id}/permissions/microphone").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/home", "/initialise", "/accounts", "/unlink", "/settings", "/forgot-pin", "/remove", "/permissions/camera"],
)
def test_without_the_app_every_screen_of_it_leads_to_the_store(at: Browser, world: World, path: str) -> None:
    at.get(f"/phones/{Phone.create(world).id}{path}")
    assert at.where == ("phone-store", "ready")


# Home.


def test_home_shows_the_active_account_and_leads_to_all(at: Browser, two: Phone) -> None:
    at.get(f"/phones/{two.id}/home")
    assert at.where == ("phone-home", "ready")
    assert f'<p class="muted">{BEN}</p>' in at.page.text
    assert f"/phones/{two.id}/accounts" in words(at)


def test_a_request_under_another_account_is_said_and_reached(at: Browser, two: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(two.world, ANNA)
    at.get(f"/phones/{two.id}/home")
    assert at.where == ("phone-home", "other-account")
    assert "asks for another account of yours" in words(at)
    at.post(f"/phones/{two.id}/accounts/switch", account=ANNA)
    assert at.page.url.endswith(f"/requests/{number}")


def test_a_device_deleted_at_eu_login_is_said_with_what_to_do(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.devices.clear()
    at.get(f"/phones/{ready.id}/home")
    assert at.where == ("phone-home", "not-linked")
    assert ready.world.addresses.public("idp", DEVICES) in words(at)
    assert "Initialise" in words(at)


def test_a_blocked_device_is_said_with_what_to_do(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    next(iter(eu_login.devices.values())).tries_left = 0
    at.get(f"/phones/{ready.id}/home")
    assert at.where == ("phone-home", "blocked")
    assert "too many wrong PINs" in words(at)
    assert DEVICES in words(at)


def test_the_address_of_another_eu_login_is_its_own(at: Browser, phone: Phone, eu_login: FakeEuLogin) -> None:
    link(phone, eu_login, ANNA, server="http://other.localhost:1")
    at.get(f"/phones/{phone.id}/unlink")
    assert f"http://other.localhost:1{DEVICES}" in words(at)


def test_an_offline_phone_says_so_and_where_to_go_online(at: Browser, ready: Phone) -> None:
    ready.change_settings(online=False)
    at.get(f"/phones/{ready.id}/home")
    assert at.where == ("phone-home", "trouble")
    assert "Go online first" in words(at)
    assert f"/phones/{ready.id}/system#online" in words(at)


@pytest.mark.parametrize("done", [*ODD, "welcome"])
def test_an_odd_end_of_the_way_is_none(at: Browser, ready: Phone, done: str) -> None:
    at.get(f"/phones/{ready.id}/home?done={done}")
    assert at.where == ("phone-home", "ready")


# Accounts.


def test_accounts_are_listed_and_switched(at: Browser, two: Phone) -> None:
    at.get(f"/phones/{two.id}/accounts")
    assert at.where == ("phone-accounts", "ready")
    assert {ANNA, BEN} <= set(words(at).replace("<", ">").split(">"))
    at.post(f"/phones/{two.id}/accounts/switch", account=ANNA)
    assert at.where == ("phone-home", "ready")
    assert two.active_account
    assert two.active_account.account == ANNA


@pytest.mark.parametrize("account", ODD)
def test_an_account_that_is_not_there_is_not_switched_to(at: Browser, two: Phone, account: str) -> None:
    at.get(f"/phones/{two.id}/accounts")
    at.post(f"/phones/{two.id}/accounts/switch", account=account)
    assert at.where == ("error", "ready")
    assert at.page.status_code in range(400, 500)
    assert "<b>" not in at.page.text
    assert two.active_account
    assert two.active_account.account == BEN


def test_unlinking_is_confirmed_first(at: Browser, two: Phone) -> None:
    at.get(f"/phones/{two.id}/unlink")
    assert at.where == ("phone-unlink", "ready")
    assert f"<strong>{BEN}</strong>" in at.page.text
    assert two.world.addresses.public("idp", DEVICES) in words(at)
    at.post(f"/phones/{two.id}/unlink", account=BEN)
    assert at.where == ("phone-home", "unlinked")
    assert [one.account for one in two.accounts()] == [ANNA]


def test_unlinking_takes_the_account_that_was_asked_about(at: Browser, two: Phone) -> None:
    at.get(f"/phones/{two.id}/unlink")
    two.switch_account(ANNA)
    at.post(f"/phones/{two.id}/unlink", account=BEN)
    assert [one.account for one in two.accounts()] == [ANNA]


def test_unlinking_twice_says_that_it_is_not_there(at: Browser, two: Phone) -> None:
    at.get(f"/phones/{two.id}/unlink")
    first = at.page
    at.post(f"/phones/{two.id}/unlink", account=BEN)
    at.page = first
    at.post(f"/phones/{two.id}/unlink", account=BEN)
    assert at.where == ("error", "ready")
    assert [one.account for one in two.accounts()] == [ANNA]


@pytest.mark.parametrize("path", ["/unlink", "/forgot-pin"])
def test_without_an_account_there_is_nothing_to_unlink_or_to_forget(at: Browser, phone: Phone, path: str) -> None:
    at.get(f"/phones/{phone.id}{path}")
    assert at.where == ("phone-home", "welcome")
    at.get(f"/phones/{phone.id}/accounts")
    assert "No account is linked" in words(at)


# Settings.


@pytest.mark.parametrize("switch", ["online", "notifications", "camera", "screen_lock", "auto_approve"])
def test_the_phones_own_switches_are_turned(at: Browser, phone: Phone, switch: str) -> None:
    before = getattr(phone.settings, switch)
    at.get(f"/phones/{phone.id}/system")
    at.post(f"/phones/{phone.id}/settings", switch=switch, to="off" if before else "on")
    assert at.where == ("phone-system", "ready")
    assert getattr(phone.settings, switch) is not before


def test_the_phone_has_its_settings_without_the_app(at: Browser, world: World) -> None:
    phone = Phone.create(world)
    at.get(f"/phones/{phone.id}/system")
    assert at.where == ("phone-system", "ready")
    assert "Remove EU Login" not in words(at)
    at.post(f"/phones/{phone.id}/settings", switch="online", to="off")
    assert not phone.settings.online


@pytest.mark.parametrize(("to", "bar"), [("PT5M", "17:05"), ("-PT1H", "16:00"), ("P1D", "17:00")])
def test_the_phones_clock_is_set_wrong_and_right_again(at: Browser, phone: Phone, to: str, bar: str) -> None:
    at.get(f"/phones/{phone.id}/system")
    at.post(f"/phones/{phone.id}/clock", clock=to)
    assert f">{bar}</time>" in at.page.text
    assert f'value="{to}" selected' in at.page.text
    assert ("slow" if to.startswith("-") else "fast") in at.page.text
    at.post(f"/phones/{phone.id}/clock", clock="PT0S")
    assert phone.settings.clock_offset == timedelta(0)
    assert "status__clock" not in at.page.text


def test_an_offset_set_elsewhere_is_offered_too(at: Browser, phone: Phone) -> None:
    phone.change_settings(clock_offset=timedelta(minutes=17))
    assert 'value="PT17M" selected' in at.get(f"/phones/{phone.id}/system").text


@pytest.mark.parametrize("clock", ["", "soon", "P99999D", "<b>", "x" * 10_000])
def test_an_odd_offset_changes_nothing(at: Browser, phone: Phone, clock: str) -> None:
    at.get(f"/phones/{phone.id}/system")
    assert at.post(f"/phones/{phone.id}/clock", clock=clock).status_code == 400
    assert phone.settings.clock_offset == timedelta(0)


# Forgotten PIN.


RIGHT: dict[str, Any] = {"password": "Right-password-1", "pin": "4321", "pinConfirm": "4321"}


def forget(at: Browser, phone: Phone, **typed: Any) -> None:
    at.get(f"/phones/{phone.id}/forgot-pin")
    account = phone.active_account
    assert account
    at.post(f"/phones/{phone.id}/forgot-pin", username=account.account, **RIGHT | typed)


def test_a_forgotten_pin_is_replaced_by_the_password(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    ready.change_settings(biometrics="face")
    at.get(f"/phones/{ready.id}/forgot-pin")
    assert f'value="{ANNA}"' in at.page.text
    assert "switched off by a new PIN code" in words(at)
    forget(at, ready)
    assert at.where == ("phone-forgot-pin", "changed")
    assert not ready.settings.biometrics
    eu_login.ask(ready.world, ANNA)
    assert ready.approve("4321").account == ANNA


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"password": "wrong"}, "password"),
        ({"password": ""}, "Enter the password"),
        ({"pin": "12", "pinConfirm": "12"}, "four digits"),
        ({"pin": "٤٣٢١", "pinConfirm": "٤٣٢١"}, "four digits"),
        ({"pin": "", "pinConfirm": ""}, "four digits"),
        ({"pin": "<b>4", "pinConfirm": "<b>4"}, "four digits"),
        ({"pinConfirm": "1111"}, "same PIN code in both fields"),
        ({"pinConfirm": "x" * 10_000}, "same PIN code in both fields"),
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


def test_two_pins_that_differ_are_told_with_the_way_out(at: Browser, ready: Phone) -> None:
    forget(at, ready, pinConfirm="1111")
    (event,) = ready.world.journal.events(types=["phone.pin_confirm"])
    assert "send the same 4 digits in both fields" in str(event.fields["remedy"])


def test_an_account_that_left_the_phone_has_no_pin_to_change(at: Browser, two: Phone) -> None:
    at.get(f"/phones/{two.id}/forgot-pin")
    two.unlink(BEN)
    at.post(f"/phones/{two.id}/forgot-pin", username=BEN, **RIGHT)
    assert at.where == ("phone-home", "ready")


# Removing the app, and installing it again.


def test_removing_the_app_leads_to_the_store_and_back_to_a_broken_link(at: Browser, two: Phone) -> None:
    at.get(f"/phones/{two.id}/remove")
    assert at.where == ("phone-remove", "ready")
    assert {ANNA, BEN} <= set(words(at).replace("<", ">").split(">"))
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


def test_removing_twice_leads_to_the_store_again(at: Browser, ready: Phone) -> None:
    at.get(f"/phones/{ready.id}/remove")
    first = at.page
    for _ in range(2):
        at.page = first
        at.post(f"/phones/{ready.id}/remove")
        assert at.where == ("phone-store", "ready")


@pytest.mark.parametrize("path", ["/accounts", "/unlink", "/forgot-pin", "/remove", "/system", "/permissions/camera"])
def test_a_phone_that_is_not_there_is_said(at: Browser, world: World, path: str) -> None:
    assert world.name
    assert at.get(f"/phones/phone-99{path}").status_code == 404
    assert "Choose a phone of the list" in at.page.text
