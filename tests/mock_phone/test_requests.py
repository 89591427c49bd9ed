"""Requests on the phone: approve, deny, and what may go wrong."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from mock_phone import Phone
from tests.mock_phone.conftest import ANNA, link, refused
from tests.mock_phone.fake_eu_login import FakeEuLogin

BEN = "ben@clinic.example"


def test_the_pin_approves(ready: Phone, eu_login: FakeEuLogin) -> None:
    with refused("phone.no_request", "on the computer"):
        ready.approve("1234")
    number = eu_login.ask(ready.world, ANNA)
    (request,) = ready.requests()
    assert (request.id, request.account, request.strength) == (number, ANNA, "PASSWORD_MOBILE_APP")
    ready.approve("1234")
    assert (eu_login.open[number].state, eu_login.open[number].verified_by) == ("approved", "pin")
    assert ready.requests() == []
    with refused("phone.request_gone"):
        ready.deny(request=number)


def test_the_phone_waits_for_a_request(ready: Phone, eu_login: FakeEuLogin) -> None:
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(ready.approve, "1234", wait=10)
        assert eu_login.holding.wait(5)
        number = eu_login.ask(ready.world, ANNA)
        assert waiting.result().id == number
    assert eu_login.open[number].state == "approved"


def test_biometrics_stand_in_for_the_pin(ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    with refused("phone.biometrics_off", "Enter your PIN", "set `biometrics` to fingerprint or face"):
        ready.approve_with_biometrics()
    with pytest.raises(ValueError, match="biometrics"):
        ready.change_settings(biometrics="voice")
    ready.change_settings(biometrics="fingerprint")
    ready.approve_with_biometrics()
    assert (eu_login.open[number].state, eu_login.open[number].verified_by) == ("approved", "biometrics")


def test_of_several_requests_one_is_named(ready: Phone, eu_login: FakeEuLogin) -> None:
    first, second = eu_login.ask(ready.world, ANNA), eu_login.ask(ready.world, ANNA)
    with refused("phone.several_requests", "2 wait") as no:
        ready.approve("1234")
    assert no.value.kind.status == 409
    assert first in no.value.expected
    ready.approve("1234", request=second)
    assert [request.id for request in ready.requests()] == [first]


@pytest.mark.parametrize(
    ("state", "code", "words", "remedy"),
    [
        ("lapsed", "phone.request_lapsed", "Start again on the computer", "press Send again on the computer"),
        ("answered", "phone.request_answered", "There is nothing left to do", "sign in again on the computer"),
    ],
)
def test_a_request_that_closed_meanwhile_is_refused(
    ready: Phone, eu_login: FakeEuLogin, state: str, code: str, words: str, remedy: str
) -> None:
    number = eu_login.ask(ready.world, ANNA)
    eu_login.open[number].state = state
    with refused(code, words, remedy):
        ready.approve("1234")


def test_a_device_deleted_in_eu_login_is_no_longer_linked(ready: Phone, eu_login: FakeEuLogin) -> None:
    link(ready, eu_login, BEN)
    del eu_login.devices["enrolment-2"]
    with refused("phone.device_unknown", f"EU Login no longer knows it as a device of {BEN}") as no:
        ready.approve("1234", request="request-0")
    assert "add the device in EU Login again" in no.value.remedy
    eu_login.ask(ready.world, ANNA)
    with refused("phone.other_account"):
        ready.approve("1234")
    eu_login.devices.clear()
    assert ready.requests(wait=0.1) == []
    assert [account.known for account in ready.accounts()] == [False, False]
    with refused("phone.device_unknown", "Add this phone again"):
        ready.approve("1234")
    assert [event.type for event in ready.world.journal.events(person=ANNA)].count("phone.unlinked") == 1


def test_an_offline_phone_says_so(ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    ready.change_settings(online=False)
    for deed in (ready.requests, partial(ready.approve, "1234"), ready.deny):
        with refused("phone.offline", "Go online first", "`online`"):
            deed()
    assert "Go online first" in ready.shows()["trouble"]
    assert eu_login.open[number].state == "open"


def test_without_notifications_opening_the_app_shows_what_waits(ready: Phone, eu_login: FakeEuLogin) -> None:
    """Facts, the app, 12.2: if the push is late, opening the app shows the request."""
    ready.change_settings(notifications=False)
    with refused("phone.no_request"):
        ready.approve("1234", wait=30)
    number = eu_login.ask(ready.world, ANNA)
    assert [request.id for request in ready.requests()] == [number]
    assert ready.approve("1234").id == number


@pytest.mark.parametrize("switch", ["online", "notifications"])
def test_what_a_held_answer_brings_to_a_phone_that_nothing_reaches_is_not_shown(
    ready: Phone, eu_login: FakeEuLogin, switch: str
) -> None:
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(ready.requests, wait=20)
        assert eu_login.holding.wait(5)
        ready.change_settings(**{switch: False})
        eu_login.ask(ready.world, ANNA)
        if switch == "notifications":
            assert waiting.result() == []
        else:
            with refused("phone.offline"):
                waiting.result()


def test_wrong_pins_count_down_to_a_blocked_device(ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.ask(ready.world, ANNA)
    for left in range(4, 0, -1):
        with refused("phone.pin_wrong", f"Tries left: {left}.") as no:
            ready.approve("9999")
        assert no.value.field == "pin"
    for pin in ("9999", "1234"):
        with refused("phone.device_blocked", "Delete this device in EU Login and add it again"):
            ready.approve(pin)


@pytest.mark.parametrize("pin", ["", "12345", " 1234", "abcd", "\u0661\u0662\u0663\u0664"])
def test_what_is_no_pin_costs_no_try(ready: Phone, eu_login: FakeEuLogin, pin: str) -> None:
    number = eu_login.ask(ready.world, ANNA)
    with refused("phone.pin_form", "four digits") as no:
        ready.approve(pin)
    assert "nothing was counted" in no.value.remedy
    assert (eu_login.devices["enrolment-1"].tries_left, eu_login.open[number].state) == (5, "open")


@pytest.mark.parametrize("number", ["", "../request-2", "1" * 10_000])
def test_a_foreign_id_is_no_open_request(ready: Phone, eu_login: FakeEuLogin, number: str) -> None:
    eu_login.ask(ready.world, ANNA)
    with refused("phone.request_gone", "Start again on the computer", "lists the open ones"):
        ready.deny(request=number)


def test_a_request_of_an_account_that_was_unlinked_meanwhile_is_gone(ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.ask(ready.world, ANNA)
    (shown,) = ready.requests()
    ready.unlink()
    with refused("phone.request_gone"):
        ready.approve_by_itself(shown)


@pytest.mark.parametrize("trouble", ["blocked", "unreachable"])
def test_trouble_with_one_account_hides_no_request_of_another(
    phone: Phone, eu_login: FakeEuLogin, trouble: str
) -> None:
    assert phone.requests() == []
    with refused("phone.not_initialised", "Initialise the app first"):
        phone.approve("1234")
    link(phone, eu_login, ANNA, server="http://localhost:9" if trouble == "unreachable" else "")
    link(phone, eu_login, BEN)
    if trouble == "blocked":
        eu_login.devices["enrolment-1"].tries_left = 0
    number = eu_login.ask(phone.world, BEN)
    assert phone.approve("1234").id == number
    with refused("phone.device_blocked" if trouble == "blocked" else "phone.eu_login_unreachable"):
        phone.requests(wait=0.1)


def test_requests_of_several_accounts_that_are_shown_already_are_no_news(ready: Phone, eu_login: FakeEuLogin) -> None:
    """EU Login holds its answer for each account, so that the phone does not ask again and again."""
    link(ready, eu_login, BEN)
    shown = frozenset(eu_login.ask(ready.world, one) for one in (ANNA, BEN))
    with ThreadPoolExecutor() as pool:
        news = pool.submit(ready.requests, 8, seen=shown)
        assert eu_login.holding.wait(5)
        eu_login.open.popitem()  # another comes in place of Ben's
        asked = eu_login.ask(ready.world, BEN)
        assert {request.account: request.id for request in news.result(timeout=4)}[BEN] == asked


@pytest.mark.parametrize("wrong", ["broken", "garbled"])
def test_an_answer_that_is_none_is_refused(ready: Phone, eu_login: FakeEuLogin, wrong: str) -> None:
    eu_login.ask(ready.world, ANNA)
    setattr(eu_login, wrong, True)
    with refused("phone.eu_login_answer"):
        ready.requests()


def test_screen_and_journal_tell_who_did_what_and_no_secret(ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    shows = ready.shows()
    assert [request["id"] for request in shows["requests"]] == [number]
    assert shows["accounts"][0]["account"] == ANNA
    assert shows["settings"]["online"] is True
    assert not {"secret", "challenge"} & {*shows["accounts"][0], *shows["requests"][0]}
    ready.approve("1234")
    linked, approved = ready.world.journal.events(person=ANNA)
    assert (linked.type, linked.actor) == ("phone.linked", "phone")
    assert (approved.type, approved.actor) == ("phone.approved", "phone")
    service = "http://cpms.example/screen/home"
    assert approved.fields == {"phone": ready.id, "service": service, "verified_by": "pin"}
