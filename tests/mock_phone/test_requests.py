"""Requests on the phone: approve, deny, and what may go wrong."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from mock_phone import Phone
from tests.mock_phone.conftest import ANNA, link, refused
from tests.mock_phone.fake_eu_login import FakeEuLogin

BEN = "ben@clinic.example"


def test_an_open_request_is_shown(ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    (request,) = ready.requests()
    assert (request.id, request.account, request.strength) == (number, ANNA, "PASSWORD_MOBILE_APP")


def test_the_phone_waits_for_a_request(ready: Phone, eu_login: FakeEuLogin) -> None:
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(ready.approve, "1234", wait=10)
        assert eu_login.holding.wait(5)
        number = eu_login.ask(ready.world, ANNA)
        assert waiting.result().id == number
    assert eu_login.open[number].state == "approved"


def test_the_pin_approves(ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    ready.approve("1234")
    assert (eu_login.open[number].state, eu_login.open[number].verified_by) == ("approved", "pin")
    assert ready.requests() == []


def test_denying_needs_no_pin(ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    ready.deny()
    assert eu_login.open[number].state == "denied"


def test_biometrics_stand_in_for_the_pin(ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    ready.change_settings(biometrics="fingerprint")
    ready.approve_with_biometrics()
    assert (eu_login.open[number].state, eu_login.open[number].verified_by) == ("approved", "biometrics")


def test_biometrics_that_are_off_lead_to_the_pin(ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.ask(ready.world, ANNA)
    with refused("phone.biometrics_off", "Enter your PIN", "set `biometrics` to fingerprint or face"):
        ready.approve_with_biometrics()


def test_a_wrong_pin_tells_the_tries_left(ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    with refused("phone.pin_wrong", "Tries left: 4."):
        ready.approve("9999")
    assert eu_login.open[number].state == "open"


def test_a_blocked_device_says_the_way_out(ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.ask(ready.world, ANNA)
    eu_login.devices["enrolment-1"].tries_left = 1
    for _ in range(2):
        with refused("phone.device_blocked", "Delete this device"):
            ready.approve("9999")


def test_nothing_to_approve_says_where_to_start(ready: Phone) -> None:
    with refused("phone.no_request", "on the computer"):
        ready.approve("1234")


def test_of_several_requests_one_is_named(ready: Phone, eu_login: FakeEuLogin) -> None:
    first, second = eu_login.ask(ready.world, ANNA), eu_login.ask(ready.world, ANNA)
    with refused("phone.several_requests", "2 wait") as no:
        ready.approve("1234")
    assert no.value.kind.status == 409
    assert first in no.value.expected
    ready.approve("1234", request=second)
    assert [request.id for request in ready.requests()] == [first]


def test_a_request_that_is_gone_is_said_to_be(ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.ask(ready.world, ANNA)
    with refused("phone.request_gone"):
        ready.approve("1234", request="request-0")


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


def test_an_app_that_is_not_initialised_says_so(phone: Phone) -> None:
    assert phone.requests() == []
    with refused("phone.not_initialised", "Initialise the app first"):
        phone.approve("1234")


def test_a_device_deleted_in_eu_login_is_no_longer_linked(ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.devices.clear()
    assert ready.requests() == []
    assert [account.known for account in ready.accounts()] == [False]
    with refused("phone.device_unknown", "Add this phone again"):
        ready.approve("1234")


def test_a_device_deleted_just_now_is_told_at_once(ready: Phone, eu_login: FakeEuLogin) -> None:
    link(ready, eu_login, BEN)
    del eu_login.devices["enrolment-2"]
    with refused("phone.device_unknown", f"EU Login no longer knows it as a device of {BEN}") as no:
        ready.approve("1234", request="request-0")
    assert "add the device in EU Login again" in no.value.remedy
    eu_login.ask(ready.world, ANNA)
    with refused("phone.other_account"):
        ready.approve("1234")


def test_an_offline_phone_says_so(ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    ready.change_settings(online=False)
    for deed in (ready.requests, partial(ready.approve, "1234"), ready.deny):
        with refused("phone.offline", "Go online first") as no:
            deed()
    assert "`online`" in no.value.remedy
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
        ready.change_settings(**{switch: False})  # type: ignore[arg-type] # a switch
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


@pytest.mark.parametrize("pin", ["", "123", "12345", " 1234", "abcd", "\u0661\u0662\u0663\u0664", "<b>1", "1" * 10_000])
def test_what_is_no_pin_costs_no_try(ready: Phone, eu_login: FakeEuLogin, pin: str) -> None:
    number = eu_login.ask(ready.world, ANNA)
    with refused("phone.pin_form", "four digits") as no:
        ready.approve(pin)
    assert "nothing was counted" in no.value.remedy
    assert (eu_login.devices["enrolment-1"].tries_left, eu_login.open[number].state) == (5, "open")


@pytest.mark.parametrize("number", ["", "request-0", "../request-2", "<b>", "1" * 10_000])
def test_a_foreign_id_is_no_open_request(ready: Phone, eu_login: FakeEuLogin, number: str) -> None:
    eu_login.ask(ready.world, ANNA)
    with refused("phone.request_gone", "Start again on the computer", "lists the open ones"):
        ready.deny(request=number)


def test_an_answer_given_twice_is_taken_once(ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    ready.deny(request=number)
    for deed in (partial(ready.deny, request=number), partial(ready.approve, "1234", request=number)):
        with refused("phone.request_gone"):
            deed()
    assert eu_login.open[number].state == "denied"


def test_a_request_of_an_account_that_was_unlinked_meanwhile_is_gone(ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.ask(ready.world, ANNA)
    (shown,) = ready.requests()
    ready.unlink()
    with refused("phone.request_gone"):
        ready.approve_by_itself(shown)


def test_requests_of_all_accounts_are_shown(ready: Phone, eu_login: FakeEuLogin) -> None:
    link(ready, eu_login, BEN)
    number = eu_login.ask(ready.world, BEN)
    assert [request.account for request in ready.requests()] == [BEN]
    ready.approve("1234", wait=1)
    assert eu_login.open[number].state == "approved"


@pytest.mark.parametrize("trouble", ["blocked", "unreachable"])
def test_trouble_with_one_account_hides_no_request_of_another(
    phone: Phone, eu_login: FakeEuLogin, trouble: str
) -> None:
    link(phone, eu_login, ANNA, server="http://localhost:9" if trouble == "unreachable" else "")
    link(phone, eu_login, BEN)
    if trouble == "blocked":
        eu_login.devices["enrolment-1"].tries_left = 0
    number = eu_login.ask(phone.world, BEN)
    assert phone.approve("1234").id == number
    with refused("phone.device_blocked" if trouble == "blocked" else "phone.eu_login_unreachable"):
        phone.requests(wait=0.1)


def test_a_device_deleted_while_the_phone_waits_is_told_once(ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.devices.clear()
    assert ready.requests(wait=0.1) == []
    assert [event.type for event in ready.world.journal.events(person=ANNA)].count("phone.unlinked") == 1


def test_a_request_in_place_of_the_one_shown_is_seen_at_once(ready: Phone, eu_login: FakeEuLogin) -> None:
    shown = eu_login.ask(ready.world, ANNA)
    with ThreadPoolExecutor() as pool:
        news = pool.submit(ready.requests, 8, seen=frozenset({shown}))
        assert eu_login.holding.wait(5)
        eu_login.open.clear()
        asked = eu_login.ask(ready.world, ANNA)
        assert [request.id for request in news.result(timeout=4)] == [asked]


def test_requests_of_several_accounts_that_are_shown_already_are_no_news(ready: Phone, eu_login: FakeEuLogin) -> None:
    """EU Login holds its answer for each account, so that the phone does not ask again and again."""
    link(ready, eu_login, BEN)
    shown = frozenset(eu_login.ask(ready.world, one) for one in (ANNA, BEN))
    with ThreadPoolExecutor() as pool:
        news = pool.submit(ready.requests, 8, seen=shown)
        assert eu_login.holding.wait(5)
        asked = eu_login.ask(ready.world, BEN)
        assert {request.id for request in news.result(timeout=4)} == {*shown, asked}


@pytest.mark.parametrize("wrong", ["broken", "garbled"])
def test_an_answer_that_is_none_is_refused(ready: Phone, eu_login: FakeEuLogin, wrong: str) -> None:
    eu_login.ask(ready.world, ANNA)
    setattr(eu_login, wrong, True)
    with refused("phone.eu_login_answer"):
        ready.requests()


def test_the_screen_tells_all_but_secrets(ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    shows = ready.shows()
    assert [request["id"] for request in shows["requests"]] == [number]
    assert shows["accounts"][0]["account"] == ANNA
    assert shows["settings"]["online"] is True
    assert not {"secret", "challenge"} & {*shows["accounts"][0], *shows["requests"][0]}


def test_the_screen_tells_why_it_sees_no_requests(ready: Phone) -> None:
    ready.change_settings(online=False)
    assert "Go online first" in ready.shows()["trouble"]


def test_the_journal_tells_who_did_what_and_no_secret(ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.ask(ready.world, ANNA)
    ready.approve("1234")
    events = ready.world.journal.events(person=ANNA)
    assert [(event.type, event.actor) for event in events] == [
        ("phone.linked", "phone"),
        ("phone.approved", "phone"),
    ]
    assert events[-1].fields == {
        "phone": ready.id,
        "service": "http://cpms.example/screen/home",
        "verified_by": "pin",
    }


def test_a_switch_of_another_kind_is_refused(phone: Phone) -> None:
    with pytest.raises(ValueError, match="biometrics"):
        phone.change_settings(biometrics="voice")  # type: ignore[arg-type]
