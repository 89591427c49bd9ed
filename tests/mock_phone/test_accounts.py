"""The accounts of the app: which one it shows, unlinking, another PIN, and an app that is removed."""

from functools import partial

import pytest

from mock_phone import Phone
from mock_phone.accounts import listed
from mock_world import World
from tests.mock_phone.browser import Browser
from tests.mock_phone.conftest import ANNA, link, refused
from tests.mock_phone.fake_eu_login import FakeEuLogin

BEN = "ben@clinic.example"
PASSWORD = "Right-password-1"


@pytest.fixture
def both(ready: Phone, eu_login: FakeEuLogin) -> Phone:
    """The phone with Anna's account and then Ben's."""
    return link(ready, eu_login, BEN)


def permissions(phone: Phone) -> tuple[list[str], bool, bool]:
    """What the app has still to ask, and what it may: notifications, camera."""
    return list(phone.to_ask), phone.settings.notifications, phone.settings.camera


def active(phone: Phone) -> list[str]:
    return [account.account for account in phone.accounts() if account.active]


def test_the_account_linked_last_is_shown_until_another_is_switched_to(both: Phone, eu_login: FakeEuLogin) -> None:
    assert active(both) == [BEN]
    assert both.switch_account(f" {ANNA.upper()} ").account == ANNA
    assert active(both) == [ANNA]
    link(both, eu_login, "eve@hospital.example")
    assert active(both) == ["eve@hospital.example"]
    assert both.active_account == both.accounts()[-1]


def test_an_app_without_account_shows_none(phone: Phone) -> None:
    assert (phone.accounts(), phone.active_account, phone.lost) == ([], None, ())


def test_a_list_of_phones_tells_what_each_of_them_tells(world: World, both: Phone) -> None:
    both.switch_account(ANNA)
    Phone.create(world, owner="eve@hospital.example")
    Phone.create(world, installed=True).change_settings(online=False)
    told = [(one.id, one.owner, one.installed, one.settings, one.account) for one in listed(world)]
    assert told == [
        (phone.id, phone.owner, phone.installed, phone.settings, phone.active_account) for phone in Phone.all(world)
    ]
    assert [account.account if account else None for *_, account in told] == [ANNA, None, None]


@pytest.mark.parametrize("name", ["", "nobody@hospital.example", "<b>", "\u0416" * 10_000])
def test_only_an_account_of_the_phone_can_be_switched_to(both: Phone, name: str) -> None:
    with refused("phone.account_unknown", "Choose an account of this phone", "GET /api/phones/<id> lists its"):
        both.switch_account(name)
    assert active(both) == [BEN]


def test_of_two_accounts_with_one_address_the_other_is_switched_to(ready: Phone, eu_login: FakeEuLogin) -> None:
    """At two EU Logins, such as that of a colleague."""
    link(ready, eu_login, ANNA, server="http://login.test:1")
    servers = [ready.switch_account(ANNA).server for _ in range(2)]
    assert servers == ["", "http://login.test:1"]


@pytest.mark.parametrize("shown", ["", "http://login.test:1"])
def test_of_two_accounts_with_one_address_the_shown_one_is_unlinked(
    ready: Phone, eu_login: FakeEuLogin, shown: str
) -> None:
    link(ready, eu_login, ANNA, server="http://login.test:1")
    if not shown:
        ready.switch_account(ANNA)
    ready.unlink(ANNA)
    assert [account.server for account in ready.accounts()] == [{"": "http://login.test:1"}.get(shown, "")]


def test_of_two_accounts_with_one_address_the_shown_one_gets_the_new_pin(ready: Phone, eu_login: FakeEuLogin) -> None:
    """The password goes to no other EU Login than that of the account on the screen."""
    link(ready, eu_login, ANNA, server="http://login.test:1")
    with refused("phone.eu_login_unreachable"):
        ready.change_pin(PASSWORD, "2468", account=ANNA)
    assert eu_login.devices["enrolment-1"].pin == "1234"
    ready.switch_account(ANNA)
    ready.change_pin(PASSWORD, "2468", account=ANNA)
    assert eu_login.devices["enrolment-1"].pin == "2468"


def test_whose_request_it_is_is_told_by_the_device_not_by_the_address(
    ready: Phone, eu_login: FakeEuLogin, at: Browser
) -> None:
    """One address at two EU Logins: the one that is shown does not ask."""
    eu_login.ask(ready.world, ANNA)
    assert (ready.state, ready.shows()["state"]) == ("waiting", "waiting")
    link(ready, eu_login, ANNA, server="http://login.test:1")
    assert (ready.state, ready.shows()["state"]) == ("other-account", "other-account")
    at.get(f"/phones/{ready.id}/home")
    assert at.where == ("phone-home", "other-account")
    assert ("Switch account" in at.page.text, "Continue" in at.page.text) == (True, False)


def test_the_state_tells_what_the_home_is_about(phone: Phone, eu_login: FakeEuLogin) -> None:
    """What stands in the way comes before what waits."""
    told = [phone.state]
    link(phone, eu_login, ANNA)
    told.append(phone.state)
    eu_login.ask(phone.world, ANNA)
    told.append(phone.state)
    link(phone, eu_login, BEN)
    told.append(phone.state)
    phone.change_settings(online=False)
    told.append(phone.state)
    phone.change_settings(online=True)
    for device in eu_login.devices.values():
        device.tries_left = 0
    told.append(phone.state)
    eu_login.devices.clear()
    phone.requests()
    told.append(phone.state)
    phone.switch_account(ANNA)
    phone.uninstall()
    told.append(phone.state)
    phone.install()
    told.append(phone.state)
    assert told == [
        "welcome",
        "ready",
        "waiting",
        "other-account",
        "trouble",
        "blocked",
        "not-linked",
        "not-installed",
        "welcome",
    ]


def test_a_request_under_another_account_says_to_switch(both: Phone, eu_login: FakeEuLogin) -> None:
    """Facts, the app, 12.2."""
    number = eu_login.ask(both.world, ANNA)
    both.change_settings(biometrics="face")
    for answer in (partial(both.approve, "1234"), both.approve_with_biometrics, both.deny):
        with refused("phone.other_account", f"Switch to {ANNA} first") as no:
            answer()
    assert (no.value.kind.status, "switch-account" in no.value.remedy) == (409, True)
    with refused("phone.other_account"):
        both.approve("1234", request=number)
    both.switch_account(ANNA)
    assert both.approve("1234", request=number).account == ANNA


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("deed", ["approve", "approve_with_biometrics", "deny"])
def test_the_app_switches_by_itself_to_the_account_of_on_mobile(
    both: Phone, eu_login: FakeEuLogin, deed: str, *, named: bool
) -> None:
    """Facts, the app, 12.4: whoever asks the phone to answer, be it its page, the API or Python."""
    both.change_settings(biometrics="face")
    number = eu_login.ask(both.world, ANNA, strength="MOBILE_APP")
    assert both.state == "waiting"
    given = {"pin": "1234"} if deed == "approve" else {}
    assert getattr(both, deed)(**given, request=number if named else None).account == ANNA
    assert active(both) == [ANNA]
    assert [event.type for event in both.world.journal.events(person=ANNA)].count("phone.account_switched") == 1


def test_a_request_of_the_shown_account_comes_before_one_of_on_mobile(both: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.ask(both.world, ANNA, strength="MOBILE_APP")
    number = eu_login.ask(both.world, BEN)
    assert both.approve("1234").id == number
    assert active(both) == [BEN]


def test_of_the_requests_of_two_accounts_the_shown_one_is_meant(both: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.ask(both.world, ANNA)
    number = eu_login.ask(both.world, BEN)
    assert {request.account for request in both.requests()} == {ANNA, BEN}
    assert both.approve("1234").id == number


def test_unlinking_removes_the_shown_account_and_tells_eu_login_nothing(both: Phone, eu_login: FakeEuLogin) -> None:
    both.unlink()
    assert active(both) == [ANNA]
    assert [device.account for device in eu_login.devices.values()] == [ANNA, BEN]
    both.unlink()
    assert both.accounts() == []
    with refused("phone.not_initialised"):
        both.unlink()


def test_unlinking_another_account_leaves_the_shown_one(both: Phone) -> None:
    both.switch_account(ANNA)
    both.unlink(BEN)
    assert [account.account for account in both.accounts()] == active(both) == [ANNA]
    with refused("phone.account_unknown"):
        both.unlink(BEN)


def test_removing_the_app_breaks_the_links(both: Phone, eu_login: FakeEuLogin) -> None:
    both.change_settings(biometrics="fingerprint")
    both.scan(payload=eu_login.sign_in_code(ANNA))
    both.uninstall()
    both.uninstall()
    assert (both.installed, both.accounts(), both.lost) == (False, [], (ANNA, BEN))
    assert both.scanned is None
    assert both.settings.biometrics == ""
    with refused("phone.not_installed"):
        both.approve("1234")
    both.install()
    eu_login.ask(both.world, ANNA)
    assert both.requests() == []
    with refused("phone.reinstalled", "Delete this phone in EU Login on the computer, then add it again") as no:
        both.approve("1234")
    assert ANNA in no.value.message()
    assert BEN in no.value.message()


def test_an_account_added_again_is_no_longer_lost(both: Phone, eu_login: FakeEuLogin) -> None:
    both.uninstall()
    both.install()
    both.scan(payload=eu_login.add_device(both.world, ANNA))
    both.initialise("1234")
    assert (active(both), both.lost) == ([ANNA], (BEN,))
    for deed in (partial(both.switch_account, BEN), partial(both.change_pin, PASSWORD, "2468", account=BEN)):
        with refused("phone.reinstalled", BEN):
            deed()


def test_a_device_that_eu_login_deleted_is_not_lost_by_reinstalling(ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.devices.clear()
    ready.requests()
    ready.uninstall()
    assert ready.lost == ()


def test_a_new_app_that_is_not_allowed_asks(world: World) -> None:
    phone = Phone.create(world)
    phone.install(allowed=False)
    phone.install()
    assert permissions(phone) == (["notifications", "camera"], False, False)
    phone.answer_permission("camera", allow=True)
    phone.answer_permission("camera", allow=False)
    assert permissions(phone) == (["notifications"], False, True)
    phone.answer_permission("notifications", allow=False)
    assert permissions(phone) == ([], False, True)


def test_a_switch_turned_is_an_answer_too(world: World) -> None:
    phone = Phone.create(world, installed=True, allowed=False)
    phone.change_settings(notifications=True, online=True)
    assert phone.to_ask == ("camera",)
    phone.answer_permission("notifications", allow=False)
    assert phone.settings.notifications


def test_an_app_installed_anew_asks_anew(ready: Phone) -> None:
    ready.change_settings(camera=False)
    ready.uninstall()
    assert ready.to_ask == ()
    ready.install()
    assert permissions(ready) == ([], True, True)
    ready.uninstall()
    ready.install(allowed=False)
    assert permissions(ready) == (["notifications", "camera"], False, False)


def test_a_new_pin_is_chosen_by_the_password_and_resets_biometrics(both: Phone, eu_login: FakeEuLogin) -> None:
    """Facts, the app, 12.5."""
    eu_login.ask(both.world, BEN)
    both.change_settings(biometrics="fingerprint")
    both.change_pin(PASSWORD, "2468")
    assert [device.pin for device in eu_login.devices.values()] == ["1234", "2468"]
    with refused("phone.biometrics_off"):
        both.approve_with_biometrics()
    with refused("phone.pin_wrong"):
        both.approve("1234")
    both.approve("2468")
    both.change_pin(PASSWORD, "1357", account=ANNA)
    assert eu_login.devices["enrolment-1"].pin == "1357"


@pytest.mark.parametrize(
    ("no", "code", "words", "remedy"),
    [
        ("", "phone.password_wrong", "Enter the EU Login password of", "send the right password"),
        ("signin.locked", "phone.password_locked", "ask EU Login for a new password", "wait for setting lockout.time"),
        ("account.disabled", "phone.credentials_refused", "Sign in to EU Login on the computer first", "the journal"),
    ],
)
def test_eu_login_refuses_the_password(
    ready: Phone, eu_login: FakeEuLogin, no: str, code: str, words: str, remedy: str
) -> None:
    ready.change_settings(biometrics="face")
    eu_login.no = no
    with refused(code, words, remedy) as refusal:
        ready.change_pin("wrong", "2468")
    assert (refusal.value.field, refusal.value.kind.status) == ("password", 403)
    assert eu_login.devices["enrolment-1"].pin == "1234"
    assert ready.settings.biometrics == "face"


@pytest.mark.parametrize("pin", ["", "123", "12345", "abcd", "\u0661\u0662\u0663\u0664", "<b>1", "1" * 10_000])
def test_a_new_pin_of_another_form_is_refused_before_the_call(ready: Phone, eu_login: FakeEuLogin, pin: str) -> None:
    eu_login.no = "signin.locked"
    with refused("phone.pin_form", "four digits") as no:
        ready.change_pin(PASSWORD, pin)
    assert no.value.field == "pin"


def test_an_empty_password_costs_no_try(ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.no = "signin.locked"
    with refused("phone.password_missing", "Enter the password") as no:
        ready.change_pin("", "2468")
    assert "nothing was counted" in no.value.remedy


def test_a_blocked_device_takes_no_new_pin(ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.devices["enrolment-1"].tries_left = 0
    with refused("phone.device_blocked", "Delete this device"):
        ready.change_pin(PASSWORD, "2468")


def test_a_deleted_device_takes_no_new_pin(ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.devices.clear()
    for _ in range(2):
        with refused("phone.device_unknown", "Add this phone again"):
            ready.change_pin(PASSWORD, "2468")
    assert [account.known for account in ready.accounts()] == [False]


def test_a_new_pin_needs_the_network_and_an_account(ready: Phone) -> None:
    with refused("phone.account_unknown"):
        ready.change_pin(PASSWORD, "2468", account=BEN)
    ready.change_settings(online=False)
    with refused("phone.offline", "Go online first"):
        ready.change_pin(PASSWORD, "2468")
    ready.unlink()
    with refused("phone.not_initialised"):
        ready.change_pin(PASSWORD, "2468")


def test_a_changed_address_is_learned_as_soon_as_eu_login_is_asked(both: Phone, eu_login: FakeEuLogin) -> None:
    both.switch_account(ANNA)
    eu_login.rename(ANNA, "anna.new@hospital.example")
    assert both.requests() == []
    assert active(both) == ["anna.new@hospital.example"]
    eu_login.ask(both.world, "anna.new@hospital.example")
    assert both.approve("1234").account == "anna.new@hospital.example"


def test_a_new_pin_is_asked_for_by_the_address_of_now(both: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.rename(BEN, "ben.new@hospital.example")
    both.change_pin(PASSWORD, "2468")
    assert active(both) == ["ben.new@hospital.example"]


def test_the_screen_tells_the_accounts(both: Phone) -> None:
    shows = both.shows()
    assert (shows["active_account"], shows["lost"], shows["to_ask"]) == (BEN, [], [])
    assert [account["active"] for account in shows["accounts"]] == [False, True]
    both.uninstall()
    assert both.shows()["lost"] == [ANNA, BEN]


def test_the_journal_tells_the_life_of_the_app_without_secrets(both: Phone) -> None:
    both.switch_account(ANNA)
    both.change_pin(PASSWORD, "2468")
    both.unlink()
    both.uninstall()
    events = [event for event in both.world.journal.events() if event.actor == "phone"]
    assert [event.type.removeprefix("phone.") for event in events][-4:] == [
        "account_switched",
        "pin_changed",
        "account_removed",
        "app_removed",
    ]
    assert all(event.fields == {"phone": both.id} for event in events)
