"""The accounts of the app: which one it shows, unlinking, another PIN, and an app that is removed."""

from collections.abc import Callable
from functools import partial

import pytest

from mock_phone import Phone
from mock_phone.accounts import phone_summaries
from mock_world import World
from tests.mock_phone.browser import Browser
from tests.mock_phone.conftest import ANNA, link, refused
from tests.mock_phone.fake_eu_login import FakeEuLogin

BEN = "ben@clinic.example"
PASSWORD = "Right-password-1"
Step = tuple[Callable[[], object], str]


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
    with refused("phone.account_unknown", "Choose an account of this phone", "GET /api/phones/<id> lists its"):
        both.switch_account("nobody@hospital.example")
    assert active(both) == [BEN]
    assert both.switch_account(f" {ANNA.upper()} ").account == ANNA
    assert active(both) == [ANNA]
    link(both, eu_login, "eve@hospital.example")
    assert active(both) == ["eve@hospital.example"]
    assert both.active_account == both.accounts()[-1]
    shows = both.shows()
    assert (shows["active_account"], shows["lost"], shows["to_ask"]) == ("eve@hospital.example", [], [])
    assert [account["active"] for account in shows["accounts"]] == [False, False, True]


def test_a_list_of_phones_tells_what_each_of_them_tells(world: World, both: Phone) -> None:
    both.switch_account(ANNA)
    Phone.create(world, owner="eve@hospital.example")
    Phone.create(world, installed=True).change_settings(online=False)
    told = [(one.id, one.owner, one.installed, one.settings, one.account) for one in phone_summaries(world)]
    assert told == [
        (phone.id, phone.owner, phone.installed, phone.settings, phone.active_account) for phone in Phone.all(world)
    ]
    assert [account.account if account else None for *_, account in told] == [ANNA, None, None]


def test_of_two_accounts_with_one_address_the_shown_one_is_meant(ready: Phone, eu_login: FakeEuLogin) -> None:
    """At two EU Logins, such as that of a colleague; the password goes to no other than that of the one shown."""
    link(ready, eu_login, ANNA, server="http://login.test:1")
    with refused("phone.eu_login_unreachable"):
        ready.change_pin(PASSWORD, "2468", account=ANNA)
    assert eu_login.devices["enrolment-1"].pin == "1234"
    assert [ready.switch_account(ANNA).server for _ in range(3)] == ["", "http://login.test:1", ""]
    ready.change_pin(PASSWORD, "2468", account=ANNA)
    assert eu_login.devices["enrolment-1"].pin == "2468"
    ready.unlink(ANNA)
    assert [account.server for account in ready.accounts()] == ["http://login.test:1"]


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

    def block() -> None:
        for device in eu_login.devices.values():
            device.tries_left = 0

    def forget() -> None:
        eu_login.devices.clear()
        phone.requests()

    assert phone.state == "welcome"
    steps: list[Step] = [
        (partial(link, phone, eu_login, ANNA), "ready"),
        (partial(eu_login.ask, phone.world, ANNA), "waiting"),
        (partial(link, phone, eu_login, BEN), "other-account"),
        (partial(phone.change_settings, online=False), "trouble"),
        (partial(phone.change_settings, online=True), "other-account"),
        (block, "blocked"),
        (forget, "not-linked"),
        (phone.uninstall, "not-installed"),
        (phone.install, "welcome"),
    ]
    for deed, state in steps:
        deed()
        assert phone.state == state


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


@pytest.mark.parametrize(("deed", "named"), [("approve", True), ("approve_with_biometrics", False), ("deny", False)])
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


@pytest.mark.parametrize("strength", ["PASSWORD_MOBILE_APP", "MOBILE_APP"])
def test_of_the_requests_of_two_accounts_the_shown_one_is_meant(
    both: Phone, eu_login: FakeEuLogin, strength: str
) -> None:
    eu_login.ask(both.world, ANNA, strength=strength)
    number = eu_login.ask(both.world, BEN)
    assert {request.account for request in both.requests()} == {ANNA, BEN}
    assert both.approve("1234").id == number
    assert active(both) == [BEN]


def test_unlinking_removes_the_shown_or_the_named_account_and_tells_eu_login_nothing(
    both: Phone, eu_login: FakeEuLogin
) -> None:
    eve = "eve@hospital.example"
    link(both, eu_login, eve)
    both.unlink()
    both.switch_account(ANNA)
    both.unlink(BEN)
    assert [account.account for account in both.accounts()] == active(both) == [ANNA]
    with refused("phone.account_unknown"):
        both.unlink(BEN)
    both.unlink()
    assert (both.accounts(), both.active_account) == ([], None)
    assert [device.account for device in eu_login.devices.values()] == [ANNA, BEN, eve]
    with refused("phone.not_initialised"):
        both.unlink()


def test_removing_the_app_breaks_the_links_until_an_account_is_added_again(both: Phone, eu_login: FakeEuLogin) -> None:
    link(both, eu_login, "eve@hospital.example")
    eu_login.devices.popitem()  # EU Login deleted it, and that is not lost by reinstalling
    both.requests()
    both.change_settings(biometrics="fingerprint")
    both.scan(payload=eu_login.sign_in_code(ANNA))
    for _ in range(2):
        both.uninstall()
    assert (both.installed, both.accounts(), both.lost) == (False, [], (ANNA, BEN))
    assert both.shows()["lost"] == [ANNA, BEN]
    assert (both.scanned, both.settings.biometrics) == (None, "")
    with refused("phone.not_installed"):
        both.approve("1234")
    both.install()
    eu_login.ask(both.world, ANNA)
    assert both.requests() == []
    with refused("phone.reinstalled", "Delete this phone in EU Login on the computer, then add it again") as no:
        both.approve("1234")
    assert ANNA in no.value.message()
    assert BEN in no.value.message()
    both.scan(payload=eu_login.add_device(both.world, ANNA))
    both.initialise("1234")
    assert (active(both), both.lost) == ([ANNA], (BEN,))
    for deed in (partial(both.switch_account, BEN), partial(both.change_pin, PASSWORD, "2468", account=BEN)):
        with refused("phone.reinstalled", BEN):
            deed()


def test_a_new_app_that_is_not_allowed_asks(world: World) -> None:
    phone = Phone.create(world)
    for _ in range(2):
        phone.install(allowed=False)
        phone.install()
        assert permissions(phone) == (["notifications", "camera"], False, False)
        phone.answer_permission("camera", allow=True)
        phone.answer_permission("camera", allow=False)
        assert permissions(phone) == (["notifications"], False, True)
        phone.change_settings(notifications=True, online=True)  # a switch turned is an answer too
        phone.answer_permission("notifications", allow=False)
        assert permissions(phone) == ([], True, True)
        phone.uninstall()
        assert phone.to_ask == ()
    phone.install()
    assert permissions(phone) == ([], True, True)


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
def test_eu_login_refuses_the_password_and_is_not_asked_about_a_wrong_form(
    ready: Phone, eu_login: FakeEuLogin, no: str, code: str, words: str, remedy: str
) -> None:
    ready.change_settings(biometrics="face")
    eu_login.no = no
    with refused(code, words, remedy) as refusal:
        ready.change_pin("wrong", "2468")
    assert (refusal.value.field, refusal.value.kind.status) == ("password", 403)
    with refused("phone.pin_form", "four digits") as refusal:
        ready.change_pin(PASSWORD, "12345")
    assert refusal.value.field == "pin"
    with refused("phone.password_missing", "Enter the password", "nothing was counted"):
        ready.change_pin("", "2468")
    assert eu_login.devices["enrolment-1"].pin == "1234"
    assert ready.settings.biometrics == "face"


def test_a_new_pin_needs_the_network_and_a_device_that_is_known(ready: Phone, eu_login: FakeEuLogin) -> None:
    with refused("phone.account_unknown"):
        ready.change_pin(PASSWORD, "2468", account=BEN)
    ready.change_settings(online=False)
    with refused("phone.offline", "Go online first"):
        ready.change_pin(PASSWORD, "2468")
    ready.change_settings(online=True)
    eu_login.devices["enrolment-1"].tries_left = 0
    with refused("phone.device_blocked", "Delete this device"):
        ready.change_pin(PASSWORD, "2468")
    eu_login.devices.clear()
    for _ in range(2):
        with refused("phone.device_unknown", "Add this phone again"):
            ready.change_pin(PASSWORD, "2468")
    assert [account.known for account in ready.accounts()] == [False]
    ready.unlink()
    with refused("phone.not_initialised"):
        ready.change_pin(PASSWORD, "2468")


def test_a_changed_address_is_learned_as_soon_as_eu_login_is_asked(both: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.rename(BEN, "ben.new@hospital.example")
    both.change_pin(PASSWORD, "2468")
    assert active(both) == ["ben.new@hospital.example"]
    both.switch_account(ANNA)
    eu_login.rename(ANNA, "anna.new@hospital.example")
    assert both.requests() == []
    assert active(both) == ["anna.new@hospital.example"]
    eu_login.ask(both.world, "anna.new@hospital.example")
    assert both.approve("1234").account == "anna.new@hospital.example"


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
