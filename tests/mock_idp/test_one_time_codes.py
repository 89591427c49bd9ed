"""The QR code method: a one-time password made by the app without network (facts, "QR Code" and shapes of codes)."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest

from mock_idp.account_management.account_deletion import delete_all_factors
from mock_idp.account_management.device_deletion import remove_device
from mock_idp.account_management.password_change import put_password
from mock_idp.accounts.model import Account
from mock_idp.factors.devices import enrolment, rules
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.factors.devices.rules import delete_device, devices_of
from mock_idp.factors.otp import challenges, codes
from mock_idp.factors.otp.model import CodeChallenge
from mock_world import Refusal, World
from tests.mock_idp.conftest import PASSWORD, PIN, Browser, advance, minutes
from tests.mock_idp.one_time_codes import TOKEN, app_code, asked, scanned, shown
from tests.mock_idp.signing_in import (
    APP,
    SERVICE,
    WANTED,
    block,
    change,
    go_on,
    login,
    sign_in,
    tab,
    target,
    ticket,
    told,
)
from tests.qr_codes import codes_in, picture_on

pytestmark = pytest.mark.usefixtures("device")


@pytest.fixture
def asking(account: Account, browser: Browser) -> Browser:
    """At the page that asks for the one-time password."""
    assert sign_in(browser, account, TOKEN, **WANTED).at == ("one-time-code", "ready")
    return browser


def enter(asking: Browser, code: str) -> Browser:
    return go_on(asking.send(follow=False, otp=code))


def other_method(asking: Browser, account: Account) -> Browser:
    """By the page's own button to the password of the same account."""
    (address,) = re.findall(r'action="([^"]*/cas/login[^"]*)"', asking.page.text)
    asking.page.url = asking.base.partition("/w/")[0] + unescape(address)
    return asking.send(username=account.email)


# The page.


@pytest.mark.parametrize(
    ("fault", "read"), [("qr.hidden", None), ("qr.foreign", "https://canteen.hospital.example/menu")]
)
def test_the_qr_code_is_covered_or_another_until_the_page_is_opened_again(
    world: World, account: Account, asking: Browser, fault: str, read: str | None
) -> None:
    world.faults.arm(fault, person=account.email)
    spoilt = codes_in(picture_on(asking.open(asking.page.url).page.text))
    assert spoilt == ([read] if read else [])
    (struck,) = world.journal.events(types=["fault.struck"])
    assert (struck.person, struck.correlation_id is not None) == (account.email, True)
    assert scanned(asking.open(asking.page.url)).startswith("eulogin-mock://sign-in")


def test_the_qr_code_names_the_account_and_a_challenge(account: Account, asking: Browser) -> None:
    payload = scanned(asking)
    assert payload.startswith("eulogin-mock://sign-in?account=ada.berg%40hospital.example&challenge=")
    assert len(asked(payload)["challenge"]) == 86
    assert payload not in asking.page.text
    assert 'alt="QR code for the EU Login app' in asking.page.text
    assert "to continue to cpms.example" in asking.text
    assert "This page works until 17:10." in asking.text


def test_the_code_signs_in_as_people_type_it_to_the_last_second(
    world: World, device: Enrolled, asking: Browser
) -> None:
    code = shown(device, asking)
    advance(world, timedelta(minutes=10, seconds=-1))
    enter(asking, f" {code[:4].lower()} - {code[4:]} ")
    got = ticket(world, asking)
    assert (got.strengths, target(asking).startswith(SERVICE)) == ([TOKEN], True)
    (event,) = world.journal.events(types=["otp.accepted"])
    assert event.fields["device"] == "My phone"


def test_it_counts_as_two_factors_everywhere(account: Account, device: Enrolled, browser: Browser) -> None:
    sign_in(browser, account, TOKEN)
    assert enter(browser, shown(device, browser)).at == ("successful-login", "ready")
    assert browser.open("/cas/userdata/mobileApp/addMobileDevice.cgi").at == ("add-device", "ready")
    login(browser, renew="true").send(username=account.email)
    assert dict(browser.hidden)["loginStrength"] == TOKEN


def test_any_device_that_scanned_its_code_may_give_it(world: World, account: Account, asking: Browser) -> None:
    second = rules.add_device(world, account.uid, name="Second", pin=PIN)
    code = app_code(second.secret, scanned(asking))
    assert enter(asking, code).at == ("one-time-code", "ready")
    enrolment.enrol(world, second.enrolment, pin=PIN, description=enrolment.DeviceDescription("Second"))
    assert target(enter(asking, code)).startswith(SERVICE)


def test_a_service_may_accept_nothing_else(account: Account, device: Enrolled, browser: Browser) -> None:
    login(browser, service=SERVICE, acceptStrengths=TOKEN).send(username=account.email)
    assert dict(browser.hidden)["loginStrength"] == TOKEN
    assert APP not in browser.page.text
    go_on(browser.send(follow=False, password=PASSWORD))
    assert target(enter(browser, shown(device, browser))).startswith(SERVICE)


def test_who_lacks_a_device_is_led_to_add_one(world: World, account: Account, browser: Browser) -> None:
    delete_device(world, devices_of(world, account.uid)[0])
    login(browser).send(username=account.email)
    assert f"verif-method-dd-{TOKEN}" not in browser.page.text
    sign_in(browser, account, service=SERVICE, acceptStrengths=TOKEN)
    assert browser.at == ("second-factor-needed", "ready")
    assert "Add a mobile device" in browser.text


# What is refused.


def test_what_can_be_no_code_is_told_and_costs_no_try(world: World, asking: Browser) -> None:
    for typed in (
        "   ",
        "ABCDEFG",
        "ABCDEFGHJ",
        "ABCDEFG0",
        "ABCDEFGI",
        "\u0410\u0412\u0421DEFGH",
        "<b>x</b>",
        "x" * 10_000,
    ):
        enter(asking, typed)
        assert asking.at == ("one-time-code", "ready")
        assert "Enter the 8 characters that the app shows" in asking.errors[0]
        assert "<b>" not in asking.page.text
    assert told(world, "otp.form")["expected"].startswith("8 characters out of 23456789")


def test_the_fifth_wrong_one_ends_the_page(world: World, account: Account, device: Enrolled, asking: Browser) -> None:
    right = shown(device, asking)
    for left in (4, 3, 2, 1):
        enter(asking, "22222222")
        assert f"Tries left: {left}" in asking.errors[0]
        assert asking.at == ("one-time-code", "ready")
    assert told(world, "otp.wrong")["remedy"].endswith("tries left: 1")
    assert 'value="22222222"' in asking.page.text
    waiting = tab(asking)
    assert enter(asking, "22222222").at == ("one-time-code", "failed")
    assert "too many one-time passwords were wrong" in asking.errors[0]
    assert told(world, "otp.too_many_tries")["expected"] == "fewer than 5 wrong one-time passwords on one page"
    assert told(world, "otp.too_many_tries")["remedy"] == "start again: that makes a new page"
    assert enter(waiting, right).at == ("one-time-code", "failed")
    assert world.journal.events(types=["session.signed_in"]) == []
    assert asking.open(asking.page.url).at == ("one-time-code", "failed")
    assert other_method(asking, account).at == ("password", "ready")


def test_a_code_of_another_page_is_wrong(account: Account, device: Enrolled, asking: Browser) -> None:
    first, old = tab(asking), shown(device, asking)
    sign_in(asking, account, TOKEN, **WANTED)
    assert enter(asking, old).at == ("one-time-code", "ready")
    assert target(enter(first, old)).startswith(SERVICE)


def test_it_lapses_after_ten_minutes(world: World, account: Account, device: Enrolled, asking: Browser) -> None:
    code = shown(device, asking)
    advance(world, minutes(10))
    assert enter(asking, code).at == ("one-time-code", "timed-out")
    assert "Enter your password again" in asking.errors[0]
    assert told(world, "otp.lapsed")["expected"] == "a one-time password before 17:10"
    assert told(world, "otp.lapsed")["remedy"] == "start again: that makes a new page"
    asking.open(asking.page.url)
    assert (asking.at, "Try again" in asking.text) == (("one-time-code", "timed-out"), True)
    assert other_method(asking, account).at == ("password", "ready")
    go_on(asking.send(follow=False, password=PASSWORD, loginStrength=TOKEN))
    assert target(enter(asking, shown(device, asking))).startswith(SERVICE)


def test_another_browsers_page_leads_on(world: World, account: Account, device: Enrolled, asking: Browser) -> None:
    stranger, number = Browser(asking.base), asking.page.url.rpartition("code=")[2]
    for challenge in (number, "", "x" * 10_000, "\u0661", "<b>"):
        login(stranger, code=challenge)
        assert (stranger.at, stranger.page.status_code) == (("error", "ready"), 404)
        assert "Start again: this page was not opened for you" in stranger.errors[0]
        assert account.email not in stranger.page.text
        assert stranger.open(f"/cas/login/code?code={challenge}").page.status_code == 404
    assert told(world, "otp.unknown")["remedy"] == "start again, in one browser"
    login(stranger, code=number)
    (start,) = re.findall(r'<a class="button[^"]*" href="([^"]*)"', stranger.page.text)
    assert stranger.open(urljoin(stranger.page.url, start)).at == ("whoami", "ready")
    token = dict(stranger.hidden)["csrf_token"]
    answered = stranger.http.post(asking.page.url, data={"csrf_token": token, "otp": shown(device, asking)})
    assert answered.status_code == 404


def test_another_service_gets_nothing(device: Enrolled, asking: Browser) -> None:
    code = shown(device, asking)
    other = asking.page.url.replace("cpms.example", "other.example")
    assert asking.open(other).at == ("whoami", "ready")
    asking.page.url = other
    assert asking.send(otp=code).at == ("whoami", "ready")


def test_at_the_same_time_too_it_signs_in_once(world: World, device: Enrolled, asking: Browser) -> None:
    code, fields = shown(device, asking), dict(asking.hidden)

    def send(_: int) -> int:
        return asking.http.post(asking.page.url, data=fields | {"otp": code}, allow_redirects=False).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(send, range(4))) == {303}
    assert len(world.journal.events(types=["otp.accepted"])) == 1
    assert len(world.journal.events(types=["session.signed_in"])) == 1


def test_wrong_ones_at_the_same_time_are_counted_one_by_one(world: World, asking: Browser) -> None:
    fields = dict(asking.hidden) | {"otp": "22222222"}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: asking.http.post(asking.page.url, data=fields), range(8)))
    assert len(world.journal.events(types=["otp.wrong"])) == 4
    assert asking.open(asking.page.url).at == ("one-time-code", "failed")


# Meanwhile.


def test_a_disabled_account_does_not_come_in(world: World, account: Account, device: Enrolled, asking: Browser) -> None:
    code = shown(device, asking)
    change(world, account, disabled=True)
    assert enter(asking, code).at == ("error", "ready")
    assert "disabled by administrators" in asking.errors[0]


def test_somebody_else_who_signed_in_meanwhile_keeps_the_browser(
    world: World, device: Enrolled, other: Account, asking: Browser
) -> None:
    waiting, code = tab(asking), shown(device, asking)
    assert sign_in(asking, other).at == ("successful-login", "ready")
    assert enter(waiting, code).at == ("error", "ready")
    assert "cannot use an authentication factor" in waiting.errors[0]


def _wrong(world: World, account: Account, page: CodeChallenge, code: str) -> None:
    for _ in range(5):
        with pytest.raises(Refusal):
            challenges.use_code(world, account, page, "22222222")


@pytest.mark.parametrize(
    ("happens", "state"),
    [
        (challenges.use_code, "used"),
        (_wrong, "failed"),
        (lambda world, account, *_: challenges.end_codes(world, account.uid), "used"),
        (lambda world, account, *_: block(world, account), "blocked"),
        (lambda world, account, *_: remove_device(world, devices_of(world, account.uid)[0]), "blocked"),
        (lambda world, *_: advance(world, minutes(10)), "timed-out"),
    ],
    ids=["used", "wrong", "another password", "blocked", "deleted", "late"],
)
def test_the_page_is_told_at_once_how_it_ended(
    world: World, account: Account, device: Enrolled, is_waiting: threading.Event, happens: Any, state: str
) -> None:
    page = challenges.ask_code(world, account, browser="b", address="")
    right = app_code(device.secret, codes.payload(world, account.email, page.challenge))
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(challenges.wait_for_end, world, page.id, "b", 20)
        assert is_waiting.wait(5)
        happens(world, account, page, right)
        assert held.result(timeout=5) == state


def test_without_a_device_the_page_says_so(world: World, account: Account, device: Enrolled, asking: Browser) -> None:
    code, number = shown(device, asking), asking.page.url.rpartition("code=")[2]
    block(world, account)
    state = asking.http.get(f"{asking.base}/cas/login/code", params={"code": number}, timeout=20)
    assert state.json() == {"state": "blocked"}
    assert enter(asking, code).at == ("one-time-code", "blocked")
    assert "Use another verification method" in asking.errors[0]
    assert told(world, "otp.no_device")


@pytest.mark.parametrize("end", ["password", "panic"])
def test_it_ends_with_the_password_before_it_and_with_all_devices(
    world: World, account: Account, device: Enrolled, asking: Browser, end: str
) -> None:
    code = shown(device, asking)
    if end == "password":
        put_password(world, account, "Another-12")
    else:
        delete_all_factors(world, account)
    assert enter(asking, code).at == ("whoami", "ready")
    assert asking.open(asking.page.url).at == ("whoami", "ready")
    assert world.journal.events(types=["session.signed_in"]) == []


def test_a_page_that_ended_meanwhile_signs_nobody_in(world: World, account: Account, device: Enrolled) -> None:
    asked_for = challenges.ask_code(world, account, browser="b", address="")
    challenges.end_codes(world, account.uid)
    right = app_code(device.secret, codes.payload(world, account.email, asked_for.challenge))
    for challenge in (asked_for, challenges.challenge_of(world, asked_for.id, "b")):
        with pytest.raises(Refusal, match="Start again") as refused:
            challenges.use_code(world, account, challenge, right)
        assert refused.value.code == "otp.ended"
    assert told(world, "otp.ended")["remedy"] == "start again: that makes a new page"


# Too many.


def test_five_pages_in_a_quarter_of_an_hour_without_a_right_one(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    for _ in range(4):
        challenges.ask_code(world, account, browser="b", address="")
    assert sign_in(browser, account, TOKEN, **WANTED).at == ("one-time-code", "ready")
    last = tab(browser)
    assert sign_in(browser, account, TOKEN, **WANTED).at == ("password", "ready")
    assert "Try again after 17:15, or choose another verification method" in browser.errors[0]
    assert told(world, "otp.too_many_requests")["expected"].startswith("fewer than 5 pages")
    advance(world, timedelta(minutes=9))
    assert target(enter(last, shown(device, last))).startswith(SERVICE)
    assert sign_in(Browser(browser.base), account, TOKEN, **WANTED).at == ("one-time-code", "ready")
