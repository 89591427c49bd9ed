"""Waiting for the phone: every state says what is going on and how to get on (guide, G21)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest

from mock_idp.accounts.model import Account
from mock_idp.factors.devices import enrolment, pins, rules
from mock_idp.factors.devices import sign_in_requests as phone_requests
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.factors.devices.rules import devices_of
from mock_idp.factors.devices.sign_in_requests import open_requests
from mock_world import Refusal, World
from tests.mock_idp.conftest import PASSWORD, PIN, Browser, advance, minutes
from tests.mock_idp.signing_in import (
    APP,
    SERVICE,
    WANTED,
    answer,
    block,
    change,
    log_out_by_link,
    login,
    sign_in,
    tab,
    target,
    told,
)
from tests.mock_idp.test_devices import proof

pytestmark = pytest.mark.usefixtures("device")


def phone_sees(world: World, account: Account) -> int:
    return len(open_requests(world, account.uid))


def ask(browser: Browser, account: Account) -> Browser:
    """Up to the page that waits."""
    assert sign_in(browser, account, APP, **WANTED).at[0] == "waiting"
    return browser


@pytest.fixture
def waiting(account: Account, browser: Browser) -> Browser:
    return ask(browser, account)


# What the page says.


def test_the_page_says_until_when_it_waits_and_goes_on_without_script(
    world: World, account: Account, device: Enrolled, waiting: Browser
) -> None:
    assert "The request waits until 17:10." in waiting.text
    assert 'Choose "Continue" when you have answered on the phone.' in waiting.text
    assert "to continue to cpms.example" in waiting.text
    query = {name: value for name, value in waiting.hidden if name in {*WANTED, "request"}}
    answer(world, account, device)
    waiting.page = waiting.http.get(waiting.base + "/cas/login", params=query, allow_redirects=False)
    assert target(waiting).startswith(SERVICE + "?ticket=ST-")


def test_a_request_waits_ten_minutes_and_no_second_more(world: World, waiting: Browser) -> None:
    advance(world, timedelta(minutes=10, seconds=-1))
    assert waiting.open(waiting.page.url).at == ("waiting", "pending")
    advance(world, timedelta(seconds=1))
    assert waiting.open(waiting.page.url).at == ("waiting", "timed-out")
    assert "not answered in time" in waiting.errors[0]


def test_the_end_of_a_request_is_told_when_it_comes(world: World, account: Account) -> None:
    world.settings.change({"challenge.life": "PT0.2S"})
    world.clock.run()
    sent = phone_requests.send_request(world, account, browser="b", service="x", strength=APP)
    begun = time.monotonic()
    assert phone_requests.wait_for_answer(world, sent.id, "b", 25) == "timed-out"
    assert time.monotonic() - begun < 10


def test_a_newer_request_of_another_tab_ends_the_first(world: World, account: Account, waiting: Browser) -> None:
    first = tab(waiting)
    number = dict(first.hidden)["request"]
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(first.http.get, first.base + "/cas/login/state", params={"request": number}, timeout=20)
        ask(waiting, account)
        assert told.result().json() == {"state": "cancelled"}
    assert first.open(first.page.url).at == ("waiting", "cancelled")
    assert "a newer one took its place" in first.text
    assert waiting.open(waiting.page.url).at == ("waiting", "pending")
    assert len(open_requests(world, account.uid)) == 1


def test_a_request_that_ended_leads_back_to_the_start(world: World, account: Account, browser: Browser) -> None:
    ask(browser, account)
    waiting = browser.page.url
    browser.send(requestAction="nonsense")  # as "cancel"
    assert open_requests(world, account.uid) == []
    assert browser.open(waiting).at == ("waiting", "cancelled")
    assert "Start again" in browser.text
    assert "/cas/login?service=http%3A%2F%2Fcpms.example%2Fsignin&amp;authenticationLevel=MEDIUM" in browser.page.text


def test_a_blocked_phone_is_told_at_once_with_the_way_out(
    world: World, account: Account, waiting: Browser, is_waiting: threading.Event
) -> None:
    number = dict(waiting.hidden)["request"]
    with ThreadPoolExecutor(1) as pool:
        address = waiting.base + "/cas/login/state"
        told = pool.submit(waiting.http.get, address, params={"request": number}, timeout=20)
        assert is_waiting.wait(5)
        block(world, account)
        assert told.result().json() == {"state": "blocked"}
    assert waiting.open(waiting.page.url).at == ("waiting", "blocked")
    assert "Use another verification method" in waiting.errors[0]
    assert "Send again" not in waiting.text
    waiting.send(requestAction="other").send(password=PASSWORD)
    assert waiting.at == ("second-factor-needed", "ready")
    assert "your phone is blocked by wrong PIN codes" in waiting.text
    assert "Manage my mobile devices" in waiting.text
    assert waiting.open("/cas/userdata/mobileApp/manageMyMobileDevices.cgi").at == ("devices", "ready")


def test_one_of_two_phones_may_be_blocked(world: World, account: Account, waiting: Browser) -> None:
    second = rules.add_device(world, account.uid, name="Second", pin=PIN)
    enrolment.enrol(world, second.enrolment, pin=PIN, description=enrolment.DeviceDescription("Second"))
    for _ in range(5):
        with pytest.raises(Refusal):
            pins.check_pin(world, second, "0000", person=account.email)
    assert waiting.open(waiting.page.url).at == ("waiting", "pending")
    rules.delete_device(world, devices_of(world, account.uid)[0])
    assert waiting.open(waiting.page.url).at == ("waiting", "blocked")


# The buttons.


def test_another_method_leads_back_to_the_password(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, account, APP, service=SERVICE)
    browser.send(requestAction="other")
    assert browser.at == ("password", "ready")
    assert account.email in browser.text
    assert open_requests(world, account.uid) == []
    assert browser.open(browser.page.url).at == ("password", "ready")
    assert "?service=http%3A%2F%2Fcpms.example%2Fsignin&amp;anonymize=true" in browser.page.text
    browser.send(follow=False, password=PASSWORD, loginStrength="PASSWORD")
    assert target(browser).startswith(SERVICE + "?ticket=ST-")


@pytest.mark.parametrize("state", ["pending", "denied", "timed-out"])
def test_a_request_is_sent_again(
    world: World, account: Account, device: Enrolled, waiting: Browser, state: str
) -> None:
    if state == "denied":
        answer(world, account, device, approve=False)
    if state == "timed-out":
        advance(world, minutes(10))
    assert waiting.open(waiting.page.url).at == ("waiting", state)
    assert waiting.send(requestAction="again").at == ("waiting", "sent-again")
    answer(world, account, device)
    answered = [event.fields for event in world.journal.events(types=["request.answered"])]
    outcomes = [(False, None)] * (state == "denied") + [(True, "pin")]
    assert [(fields["approved"], fields.get("verified_by")) for fields in answered] == outcomes
    waiting.page = waiting.http.get(waiting.page.url, allow_redirects=False)
    assert target(waiting).startswith(SERVICE)


def test_a_request_that_was_used_or_given_up_is_not_sent_again(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    """Else the back button would make the phone ring without the password, after signing out too."""
    old = tab(sign_in(browser, account, APP))
    answer(world, account, device)
    assert browser.open(browser.page.url).at == ("successful-login", "ready")
    browser.open("/cas/logout").send()
    assert browser.open(old.page.url).at == ("whoami", "known")
    for action in ("again", "cancel"):
        assert tab(old).send(requestAction=action).at == ("whoami", "known")
    given_up = tab(ask(browser, account))
    browser.send(requestAction="cancel")
    assert given_up.send(requestAction="again").at == ("waiting", "cancelled")
    assert open_requests(world, account.uid) == []


def test_a_request_is_sent_again_only_within_an_hour_after_the_password(world: World, waiting: Browser) -> None:
    for later in (timedelta(minutes=29), timedelta(minutes=30, seconds=59)):
        advance(world, later)
        assert waiting.open(waiting.page.url).at == ("waiting", "timed-out")
        assert waiting.send(requestAction="again").at == ("waiting", "sent-again")
    advance(world, timedelta(seconds=1))
    assert waiting.send(requestAction="again").at == ("page-too-old", "ready")


@pytest.mark.parametrize("name", ["request", "other"])
def test_a_foreign_request_is_told_and_leads_on(
    world: World, account: Account, device: Enrolled, waiting: Browser, name: str
) -> None:
    answer(world, account, device)
    stranger = Browser(waiting.base)
    for number in (dict(waiting.hidden)["request"], "", "x" * 10_000, "\u0661" * 18):
        login(stranger, **{name: number})
        assert (stranger.at, stranger.page.status_code) == (("error", "ready"), 404)
        assert account.email not in stranger.page.text
        assert "Start signing in again" in stranger.errors[0]
        assert "Go to the first page" in stranger.text


# Meanwhile.


def test_somebody_else_who_signed_in_meanwhile_keeps_the_browser(
    world: World, account: Account, device: Enrolled, other: Account, browser: Browser
) -> None:
    waiting = tab(ask(browser, account))
    assert sign_in(browser, other).at == ("successful-login", "ready")
    answer(world, account, device)
    approved = waiting.page.url
    assert waiting.open(approved).at == ("error", "ready")
    sentence = f'You are currently logged in as user "{other.uid}" and cannot use an authentication factor'
    assert f'{sentence} registered to user "{account.uid}"' in waiting.errors[0]
    assert other.email in login(browser).text
    assert "to continue to cpms.example" in log_out_by_link(waiting).text
    browser.page = browser.http.get(approved, allow_redirects=False)
    assert target(browser).startswith(SERVICE + "?ticket=ST-")


def test_an_account_that_was_disabled_meanwhile_does_not_come_in(
    world: World, account: Account, device: Enrolled, waiting: Browser
) -> None:
    answer(world, account, device)
    change(world, account, disabled=True)
    assert waiting.open(waiting.page.url).at == ("error", "ready")
    assert "disabled by administrators" in waiting.errors[0]
    assert login(waiting).at == ("whoami", "ready")


# Too many requests.


def test_a_phone_gets_five_requests_in_a_quarter_of_an_hour(world: World, account: Account, waiting: Browser) -> None:
    for _ in range(4):
        advance(world, minutes(1))
        ask(waiting, account)
    sign_in(waiting, account, APP, service=SERVICE)
    assert waiting.at == ("password", "ready")
    assert "Try again after 17:15, or choose another verification method" in waiting.errors[0]
    assert told(world, "request.too_many")["expected"].startswith("fewer than 5 requests")
    advance(world, timedelta(minutes=10, seconds=59))
    assert waiting.send(password=PASSWORD, loginStrength=APP).at == ("password", "ready")
    other_way = tab(waiting)
    other_way.send(follow=False, password=PASSWORD, loginStrength="PASSWORD")
    assert target(other_way).startswith(SERVICE)
    advance(world, timedelta(seconds=1))
    assert waiting.send(password=PASSWORD, loginStrength=APP).at == ("waiting", "pending")


def test_requests_at_the_same_time_are_counted_one_by_one(world: World, account: Account, other: Account) -> None:
    def send(number: int) -> str:
        try:
            return phone_requests.send_request(world, account, browser=f"b{number}", service="x", strength=APP).state
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert sorted(answers) == ["pending"] * 5 + ["request.too_many"] * 3
    assert len(world.journal.events(types=["request.too_many"])) == 3
    assert phone_requests.send_request(world, other, browser="b0", service="x", strength=APP).state == "pending"


def test_an_approval_ends_the_counting(world: World, account: Account, device: Enrolled, waiting: Browser) -> None:
    for _ in range(4):
        ask(waiting, account)
    answer(world, account, device)
    waiting.http.get(waiting.page.url, allow_redirects=False)
    ask(Browser(waiting.base), account)


def test_sending_again_counts_too_and_the_page_still_waits(world: World, account: Account, waiting: Browser) -> None:
    for _ in range(5):
        waiting.send(requestAction="again")
    assert waiting.at == ("waiting", "sent-again")
    assert "Try again after 17:15" in waiting.errors[0]
    assert len(open_requests(world, account.uid)) == 1


# Faults of the push.


def test_a_lost_push_never_reaches_the_phone_but_the_next_one_does(
    world: World, account: Account, browser: Browser
) -> None:
    world.faults.arm("push.lost", person=account.email)
    ask(browser, account)
    advance(world, minutes(9))
    assert phone_sees(world, account) == 0
    browser.send(requestAction="again")
    assert phone_sees(world, account) == 1
    (struck,) = world.journal.events(types=["fault.struck"])
    assert struck.correlation_id == world.journal.events(types=["request.sent"])[0].correlation_id


def test_a_late_push_reaches_the_phone_after_its_time(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"push.delay": "PT2S"})
    world.faults.arm("push.late", seconds=60)
    ask(browser, account)
    seen = []
    for seconds in (61, 1):
        advance(world, timedelta(seconds=seconds))
        seen.append(phone_sees(world, account))
    assert seen == [0, 1]


def test_a_push_that_came_twice_is_answered_by_either(
    world: World, account: Account, browser: Browser, device: Enrolled
) -> None:
    world.faults.arm("push.twice")
    ask(browser, account)
    (request,) = open_requests(world, account.uid)
    assert phone_requests.ids_on_phone(request) == [request.id, f"{request.id}-2"]
    (phone,) = devices_of(world, account.uid)
    approve = partial(
        phone_requests.answer, world, phone, approve=True, pin=PIN, proof=proof(device, request.challenge)
    )
    approve(f"{request.id}-2")
    with pytest.raises(Refusal, match="answered already"):
        approve(request.id)
    browser.page = browser.http.get(browser.page.url, allow_redirects=False)
    assert target(browser).startswith(SERVICE + "?ticket=ST-")


def test_a_push_fault_hits_one_application(world: World, account: Account, browser: Browser) -> None:
    world.faults.arm("push.lost", times=None, service="http://other.example/")
    ask(browser, account)
    assert phone_sees(world, account) == 1
    world.faults.arm("push.lost", times=None, service=SERVICE)
    browser.send(requestAction="again")
    assert phone_sees(world, account) == 0
