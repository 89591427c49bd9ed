"""Waiting for the phone: every state says what is going on and how to get on (guide, G21)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.devices import requests as phone_requests
from mock_idp.devices import rules
from mock_idp.devices.requests import open_requests
from mock_idp.devices.rules import Enrolled, devices_of
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

pytestmark = pytest.mark.usefixtures("device")


def ask(browser: Browser, account: Account) -> Browser:
    """Up to the page that waits."""
    assert sign_in(browser, account, APP, **WANTED).at[0] == "waiting"
    return browser


# What the page says.


def test_the_page_says_until_when_it_waits_and_goes_on_without_script(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    ask(browser, account)
    assert "The request waits until 17:10." in browser.text
    assert 'Choose "Continue" when you have answered on the phone.' in browser.text
    assert "to continue to cpms.example" in browser.text
    query = {name: value for name, value in browser.hidden if name in {*WANTED, "request"}}
    answer(world, account, device)
    browser.page = browser.http.get(browser.base + "/cas/login", params=query, allow_redirects=False)
    assert target(browser).startswith(SERVICE + "?ticket=ST-")


@pytest.mark.parametrize(("seconds", "state"), [(-1, "pending"), (0, "timed-out")])
def test_a_request_waits_ten_minutes_and_no_second_more(
    world: World, account: Account, browser: Browser, seconds: int, state: str
) -> None:
    ask(browser, account)
    advance(world, timedelta(minutes=10, seconds=seconds))
    assert browser.open(browser.page.url).at == ("waiting", state)


def test_the_end_of_a_request_is_told_when_it_comes(world: World, account: Account) -> None:
    world.settings.change({"challenge.life": "PT0.2S"})
    world.clock.run()
    sent = phone_requests.send_request(world, account, browser="b", service="x", strength=APP)
    begun = time.monotonic()
    assert phone_requests.wait_for_answer(world, sent.id, "b", 25) == "timed-out"
    assert time.monotonic() - begun < 10


def test_a_newer_request_of_another_tab_ends_the_first_at_once(
    world: World, account: Account, browser: Browser
) -> None:
    first = tab(ask(browser, account))
    number = dict(first.hidden)["request"]
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(first.http.get, first.base + "/cas/login/state", params={"request": number}, timeout=20)
        ask(browser, account)
        assert told.result().json() == {"state": "cancelled"}
    assert first.open(first.page.url).at == ("waiting", "cancelled")
    assert "a newer one took its place" in first.text
    assert browser.open(browser.page.url).at == ("waiting", "pending")
    assert len(open_requests(world, account.uid)) == 1


def test_a_request_that_ended_leads_back_to_the_start_with_the_service(account: Account, browser: Browser) -> None:
    ask(browser, account)
    waiting = browser.page.url
    browser.send(requestAction="cancel")
    assert browser.open(waiting).at == ("waiting", "cancelled")
    assert "Start again" in browser.text
    assert "/cas/login?service=http%3A%2F%2Fcpms.example%2Fsignin&amp;authenticationLevel=MEDIUM" in browser.page.text


def test_another_browser_leaves_the_first_ones_request_alone(world: World, account: Account, browser: Browser) -> None:
    ask(browser, account)
    ask(Browser(browser.base), account)
    assert browser.open(browser.page.url).at == ("waiting", "pending")
    assert len(open_requests(world, account.uid)) == 2


def test_a_blocked_phone_is_told_at_once_with_the_way_out(
    world: World, account: Account, browser: Browser, is_waiting: threading.Event
) -> None:
    ask(browser, account)
    number = dict(browser.hidden)["request"]
    with ThreadPoolExecutor(1) as pool:
        address = browser.base + "/cas/login/state"
        told = pool.submit(browser.http.get, address, params={"request": number}, timeout=20)
        assert is_waiting.wait(5)
        block(world, account)
        assert told.result().json() == {"state": "blocked"}
    assert browser.open(browser.page.url).at == ("waiting", "blocked")
    assert "Use another verification method" in browser.errors[0]
    assert "Send again" not in browser.text
    browser.send(requestAction="other").send(password=PASSWORD)
    assert browser.at == ("second-factor-needed", "ready")
    assert "your phone is blocked by wrong PIN codes" in browser.text
    assert "Manage my mobile devices" in browser.text
    assert browser.open("/cas/userdata/mobileApp/manageMyMobileDevices.cgi").at == ("devices", "ready")


def test_a_phone_that_was_deleted_meanwhile_cannot_answer_either(
    world: World, account: Account, browser: Browser
) -> None:
    ask(browser, account)
    rules.delete_device(world, devices_of(world, account.uid)[0])
    assert browser.open(browser.page.url).at == ("waiting", "blocked")


def test_one_phone_of_two_may_be_blocked(world: World, account: Account, browser: Browser) -> None:
    second = rules.add_device(world, account.uid, name="Second", pin=PIN)
    rules.enrol(world, second.enrolment, pin=PIN, description=rules.DeviceDescription("Second"))
    ask(browser, account)
    for _ in range(5):
        with pytest.raises(Refusal):
            rules.check_pin(world, second, "0000", person=account.email)
    assert browser.open(browser.page.url).at == ("waiting", "pending")


# The buttons.


def test_another_method_leads_back_to_the_password_of_the_same_account(
    world: World, account: Account, browser: Browser
) -> None:
    sign_in(browser, account, APP, service=SERVICE)
    browser.send(requestAction="other")
    assert browser.at == ("password", "ready")
    assert account.email in browser.text
    assert open_requests(world, account.uid) == []
    assert browser.open(browser.page.url).at == ("password", "ready")
    assert "?service=http%3A%2F%2Fcpms.example%2Fsignin&amp;anonymize=true" in browser.page.text
    browser.send(follow=False, password=PASSWORD, loginStrength="PASSWORD")
    assert target(browser).startswith(SERVICE + "?ticket=ST-")


@pytest.mark.parametrize(("approve", "by"), [(True, "pin"), (False, None)])
def test_the_journal_tells_by_what_a_request_was_approved_and_nothing_of_a_denied_one(
    world: World, account: Account, device: Enrolled, browser: Browser, approve: bool, by: str | None
) -> None:
    sign_in(browser, account, APP)
    answer(world, account, device, approve=approve)
    (event,) = world.journal.events(types=["request.answered"])
    assert (event.fields["approved"], event.fields.get("verified_by")) == (approve, by)


@pytest.mark.parametrize("state", ["pending", "denied", "timed-out"])
def test_a_request_is_sent_again(
    world: World, account: Account, device: Enrolled, browser: Browser, state: str
) -> None:
    ask(browser, account)
    if state == "denied":
        answer(world, account, device, approve=False)
    if state == "timed-out":
        advance(world, minutes(10))
    assert browser.open(browser.page.url).at == ("waiting", state)
    assert browser.send(requestAction="again").at == ("waiting", "sent-again")
    answer(world, account, device)
    browser.page = browser.http.get(browser.page.url, allow_redirects=False)
    assert target(browser).startswith(SERVICE)


def test_a_request_that_was_used_or_given_up_is_not_sent_again(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    """Else the back button would make the phone ring without the password, after signing out too."""
    old = tab(sign_in(browser, account, APP))
    answer(world, account, device)
    assert browser.open(browser.page.url).at == ("successful-login", "ready")
    browser.open("/cas/logout").send()
    assert old.send(requestAction="again").at == ("whoami", "known")
    given_up = tab(ask(browser, account))
    browser.send(requestAction="cancel")
    assert given_up.send(requestAction="again").at == ("waiting", "cancelled")
    assert open_requests(world, account.uid) == []


@pytest.mark.parametrize(("seconds", "at"), [(-1, ("waiting", "sent-again")), (0, ("page-too-old", "ready"))])
def test_a_request_is_sent_again_only_while_the_password_is_fresh(
    world: World, account: Account, browser: Browser, seconds: int, at: tuple[str, str]
) -> None:
    ask(browser, account)
    advance(world, timedelta(hours=1, seconds=seconds))
    assert browser.open(browser.page.url).at == ("waiting", "timed-out")
    assert browser.send(requestAction="again").at == at


def test_sending_again_and_again_does_not_keep_the_password_fresh(
    world: World, account: Account, browser: Browser
) -> None:
    ask(browser, account)
    for _ in range(2):
        advance(world, minutes(29))
        assert browser.send(requestAction="again").at == ("waiting", "sent-again")
    advance(world, minutes(2))
    assert browser.send(requestAction="again").at == ("page-too-old", "ready")


@pytest.mark.parametrize("action", ["", "nonsense", "x" * 10_000])
def test_an_unknown_button_gives_up_the_request(world: World, account: Account, browser: Browser, action: str) -> None:
    ask(browser, account).send(requestAction=action)
    assert browser.at == ("whoami", "ready")
    assert open_requests(world, account.uid) == []


@pytest.mark.parametrize("number", ["", "0" * 18, "x" * 10_000, "\u0661" * 18, "<b>"])
@pytest.mark.parametrize("name", ["request", "other"])
def test_a_foreign_request_is_told_and_leads_on(browser: Browser, name: str, number: str) -> None:
    login(browser, **{name: number})
    assert (browser.at, browser.page.status_code) == (("error", "ready"), 404)
    assert "Start signing in again" in browser.errors[0]
    assert "Go to the first page" in browser.text


@pytest.mark.parametrize("name", ["request", "other"])
def test_a_request_of_another_browser_opens_nothing(account: Account, browser: Browser, name: str) -> None:
    ask(browser, account)
    stranger = Browser(browser.base)
    assert login(stranger, **{name: dict(browser.hidden)["request"]}).at == ("error", "ready")
    assert account.email not in stranger.page.text


# Meanwhile.


def test_somebody_else_who_signed_in_meanwhile_keeps_the_browser(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    other = create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))
    waiting = tab(ask(browser, account))
    assert sign_in(browser, other).at == ("successful-login", "ready")
    answer(world, account, device)
    approved = waiting.page.url
    assert waiting.open(approved).at == ("error", "ready")
    sentence = f'You are currently logged in as user "{other.uid}" and cannot use an authentication factor'
    assert f'{sentence} registered to user "{account.uid}"' in waiting.errors[0]
    assert "bo@hospital.example" in login(browser).text
    assert "to continue to cpms.example" in log_out_by_link(waiting).text
    browser.page = browser.http.get(approved, allow_redirects=False)
    assert target(browser).startswith(SERVICE + "?ticket=ST-")


def test_an_account_that_was_disabled_meanwhile_does_not_come_in(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    ask(browser, account)
    answer(world, account, device)
    change(world, account, disabled=True)
    assert browser.open(browser.page.url).at == ("error", "ready")
    assert "disabled by administrators" in browser.errors[0]
    assert login(browser).at == ("whoami", "ready")


# Too many requests.


def test_a_phone_gets_five_requests_in_a_quarter_of_an_hour(world: World, account: Account, browser: Browser) -> None:
    for _ in range(5):
        ask(browser, account)
        advance(world, minutes(1))
    sign_in(browser, account, APP, service=SERVICE)
    assert browser.at == ("password", "ready")
    assert "Try again after 17:15, or choose another verification method" in browser.errors[0]
    assert told(world, "request.too_many")["expected"].startswith("fewer than 5 requests")
    browser.send(follow=False, password=PASSWORD, loginStrength="PASSWORD")
    assert target(browser).startswith(SERVICE)


@pytest.mark.parametrize(("seconds", "at"), [(-1, ("password", "ready")), (0, ("waiting", "pending"))])
def test_requests_are_forgotten_after_a_quarter_of_an_hour(
    world: World, account: Account, browser: Browser, seconds: int, at: tuple[str, str]
) -> None:
    for _ in range(5):
        ask(browser, account)
    advance(world, timedelta(minutes=15, seconds=seconds))
    assert sign_in(browser, account, APP, **WANTED).at == at


def test_requests_at_the_same_time_are_counted_one_by_one(world: World, account: Account) -> None:
    def send(number: int) -> str:
        try:
            return phone_requests.send_request(world, account, browser=f"b{number}", service="x", strength=APP).state
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert sorted(answers) == ["pending"] * 5 + ["request.too_many"] * 3
    assert len(world.journal.events(types=["request.too_many"])) == 3


def test_an_approval_ends_the_counting(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
    for _ in range(5):
        ask(browser, account)
    answer(world, account, device)
    browser.http.get(browser.page.url, allow_redirects=False)
    ask(Browser(browser.base), account)


def test_sending_again_counts_too_and_the_page_goes_on_waiting(
    world: World, account: Account, browser: Browser
) -> None:
    ask(browser, account)
    for _ in range(5):
        browser.send(requestAction="again")
    assert browser.at == ("waiting", "sent-again")
    assert "Try again after 17:15" in browser.errors[0]
    assert len(open_requests(world, account.uid)) == 1


def test_other_people_are_not_counted(world: World, account: Account, browser: Browser) -> None:
    other = create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))
    waiting = rules.add_device(world, other.uid, name="Phone", pin=PIN)
    rules.enrol(world, waiting.enrolment, pin=PIN, description=rules.DeviceDescription("Phone"))
    for _ in range(5):
        ask(browser, account)
    ask(Browser(browser.base), other)
    with pytest.raises(Refusal):
        phone_requests.send_request(world, account, browser="b", service="x", strength=APP)
