"""Signing in, waiting for the phone, signing out (guide, G12, G20 and G21)."""

import pytest

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.devices.requests import open_requests
from mock_idp.devices.rules import Enrolled, devices_of
from mock_world import World
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.signing_in import SERVICE, WANTED, answer, login


def test_an_unknown_user_is_told_at_the_first_step(world: World, browser: Browser) -> None:
    login(browser).send(username="nobody@hospital.example")
    assert browser.at == ("whoami", "ready")
    assert "we know no user" in browser.errors[0]
    assert 'value="nobody@hospital.example"' in browser.page.text
    assert world.journal.events(types=["account.unknown"])[0].fields["got"] == "nobody@hospital.example"


@pytest.mark.parametrize("by", ["email", "uid"])
def test_one_signs_in_by_address_or_by_identifier(account: Account, browser: Browser, by: str) -> None:
    login(browser).send(username=f" {getattr(account, by).upper()} ").send(password=PASSWORD)
    assert browser.at == ("successful-login", "ready")
    assert "Log out" in browser.text


def test_a_wrong_password_is_told_and_not_shown_again(world: World, account: Account, browser: Browser) -> None:
    login(browser).send(username=account.email).send(password="wrong-password")
    assert browser.at == ("password", "ready")
    assert "it is not the right one" in browser.errors[0]
    assert "wrong-password" not in browser.page.text
    assert "wrong-password" not in str(world.journal.events(types=["signin.wrong_password"])[0].fields)


def test_an_account_without_password_points_to_the_mail(world: World, browser: Browser) -> None:
    create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example"))
    login(browser).send(username="bo@hospital.example").send(password="")
    assert "Follow the link in the mail" in browser.errors[0]


def test_a_service_gets_a_ticket_behind_its_own_query(account: Account, browser: Browser) -> None:
    login(browser, service="http://app.example/cb?a=1").send(username=account.email)
    browser.send(follow=False, password=PASSWORD)
    location = browser.page.headers["Location"]
    assert browser.page.status_code == 303
    assert location.startswith("http://app.example/cb?a=1&ticket=ST-")


def test_a_second_sign_in_of_the_same_browser_asks_nothing(account: Account, browser: Browser) -> None:
    login(browser).send(username=account.email).send(password=PASSWORD)
    answered = browser.http.get(browser.base + "/cas/login", params={"service": SERVICE}, allow_redirects=False)
    assert answered.headers["Location"].startswith(SERVICE + "?ticket=ST-")
    assert login(browser, service=SERVICE, renew="true").at == ("whoami", "known")


def test_the_proof_that_led_to_a_service_is_no_new_one_for_it_afterwards(account: Account, browser: Browser) -> None:
    login(browser, service=SERVICE).send(username=account.email)
    browser.send(follow=False, password=PASSWORD)
    assert browser.page.headers["Location"].startswith(SERVICE + "?ticket=ST-")
    assert login(browser, service=SERVICE, renew="true").at == ("whoami", "known")


def test_a_session_ends_after_thirteen_hours(world: World, account: Account, browser: Browser) -> None:
    login(browser).send(username=account.email).send(password=PASSWORD)
    advance(world, minutes(13 * 60))
    assert login(browser).at == ("whoami", "known")


def test_a_service_that_asks_for_more_gets_the_way_to_add_a_phone(account: Account, browser: Browser) -> None:
    login(browser, **WANTED).send(username=account.email)
    assert "verif-method-dd-PASSWORD" not in browser.page.text
    browser.send(password=PASSWORD)
    assert browser.at == ("second-factor-needed", "ready")
    assert "Add a mobile device" in browser.text
    assert browser.open("/cas/mobile").at == ("add-device", "ready")


def test_a_wrong_password_never_tells_whether_there_is_a_second_factor(account: Account, browser: Browser) -> None:
    login(browser, **WANTED).send(username=account.email).send(password="wrong")
    assert browser.at == ("password", "ready")


def test_the_phone_approves_and_the_page_goes_on(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    login(browser, **WANTED).send(username=account.email).send(password=PASSWORD)
    assert browser.at == ("waiting", "pending")
    waiting = browser.page.url
    answer(world, account, device)
    browser.page = browser.http.get(waiting, allow_redirects=False)
    assert browser.page.headers["Location"].startswith(SERVICE + "?ticket=ST-")


def test_an_approved_request_is_good_for_one_sign_in(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    login(browser).send(username=account.email).send(password=PASSWORD, loginStrength="PASSWORD_MOBILE_APP")
    waiting = browser.page.url
    answer(world, account, device)
    assert browser.open(waiting).at == ("successful-login", "ready")
    browser.open("/cas/logout").send()
    assert browser.open(waiting).at == ("whoami", "known")


def test_another_browser_cannot_take_the_sign_in(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    login(browser, **WANTED).send(username=account.email).send(password=PASSWORD)
    answer(world, account, device)
    thief = Browser(browser.base).open(browser.page.url)
    assert thief.at == ("error", "ready")
    assert "ticket=" not in thief.page.url


@pytest.mark.parametrize("again", [False, True])
def test_denied_on_the_phone_can_be_sent_again_or_given_up(
    world: World, account: Account, device: Enrolled, browser: Browser, *, again: bool
) -> None:
    login(browser, **WANTED).send(username=account.email).send(password=PASSWORD)
    answer(world, account, device, approve=False)
    assert browser.open(browser.page.url).at == ("waiting", "denied")
    browser.send(requestAction="again" if again else "cancel")
    assert browser.at == (("waiting", "sent-again") if again else ("whoami", "ready"))


def test_an_unanswered_request_times_out_and_the_page_says_so(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    login(browser, **WANTED).send(username=account.email).send(password=PASSWORD)
    advance(world, minutes(10))
    assert browser.open(browser.page.url).at == ("waiting", "timed-out")
    assert "not answered in time" in browser.errors[0]


def test_cancelled_requests_vanish_from_the_phone(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    login(browser, **WANTED).send(username=account.email).send(password=PASSWORD).send(requestAction="cancel")
    assert open_requests(world, account.uid) == []
    assert devices_of(world, account.uid)[0].identifier == device.device_identifier


def test_a_method_that_is_not_offered_is_refused(account: Account, browser: Browser) -> None:
    login(browser).send(username=account.email).send(password=PASSWORD, loginStrength="PASSWORD_SMS")
    assert browser.at == ("password", "ready")
    assert any("Choose one of the verification methods" in error for error in browser.errors)


@pytest.mark.parametrize(
    "service",
    [
        "http://evil.com/",
        "https://cpms.example@evil.com/",
        "//evil.com",
        "javascript:alert(1)",
        "http://cpms.example\\@evil.com",
        "http://localhost.evil.com/",
        "x" * 10_000,
    ],
)
def test_a_foreign_service_is_refused_with_the_documented_sentence(browser: Browser, service: str) -> None:
    browser.page = browser.http.get(browser.base + "/cas/login", params={"service": service}, allow_redirects=False)
    assert browser.page.status_code == 403
    assert browser.at == ("invalid-service", "ready")
    assert "You are using an invalid service to access EU Login: ['" in browser.errors[0]


def test_logging_out_is_confirmed_and_returns_only_to_allowed_places(account: Account, browser: Browser) -> None:
    login(browser).send(username=account.email).send(password=PASSWORD)
    assert browser.open("/cas/logout?url=http://evil.com/").at == ("logout", "ready")
    assert "You are about to be logged out of EU Login." in browser.text
    assert 'href="http://evil.com' not in browser.page.text
    browser.open("/cas/logout?url=http://app.example/").send()
    assert browser.at == ("logged-out", "ready")
    assert 'href="http://app.example/"' in browser.page.text
    assert login(browser).at == ("whoami", "known")


def test_a_form_without_its_token_changes_nothing(account: Account, browser: Browser) -> None:
    login(browser).send(username=account.email)
    browser.page = browser.http.post(browser.page.url, data={"username": account.email, "password": PASSWORD})
    assert browser.page.status_code == 400
    assert browser.at == ("error", "ready")
    assert login(browser).at == ("whoami", "ready")


@pytest.mark.parametrize("typed", ["", "x" * 10_000, "<script>alert(1)</script>", "\u202eevil", "a\x00b"])
def test_anything_typed_as_user_name_gets_a_page(browser: Browser, typed: str) -> None:
    login(browser).send(username=typed)
    assert browser.at == ("whoami", "ready")
    assert "<script>alert" not in browser.page.text


def test_the_phone_of_a_session_that_ended_counts_no_more(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    login(browser).send(username=account.email).send(password=PASSWORD)
    answer(world, account, device)
    assert browser.open(browser.page.url).at == ("successful-login", "ready")
    advance(world, minutes(14 * 60))
    login(browser).send(username=account.email).send(password=PASSWORD, loginStrength="PASSWORD")
    assert login(browser, **WANTED).at == ("password", "ready")


def test_signing_in_by_password_again_does_not_make_the_phone_last_longer(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    login(browser).send(username=account.email).send(password=PASSWORD)
    answer(world, account, device)
    browser.open(browser.page.url)
    advance(world, minutes(12 * 60))
    login(browser, renew="true").send(username=account.email).send(password=PASSWORD, loginStrength="PASSWORD")
    advance(world, minutes(2 * 60))
    assert login(browser, **WANTED).at == ("whoami", "known")


def test_a_second_factor_added_to_the_password_begins_a_whole_session(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    login(browser).send(username=account.email).send(password=PASSWORD, loginStrength="PASSWORD")
    advance(world, minutes(13 * 60 - 1))
    login(browser, **WANTED).send(password=PASSWORD)
    answer(world, account, device)
    browser.http.get(browser.page.url, allow_redirects=False)
    advance(world, minutes(13 * 60 - 1))
    assert login(browser).at == ("successful-login", "ready")
    advance(world, minutes(1))
    assert login(browser).at == ("whoami", "known")


def test_an_approval_is_worth_nothing_after_cancelling_or_when_it_lapsed(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    login(browser, **WANTED).send(username=account.email).send(password=PASSWORD)
    waiting, cancel = browser.page.url, dict(browser.hidden) | {"requestAction": "cancel"}
    answer(world, account, device)
    browser.http.post(waiting, data=cancel)
    assert browser.open(waiting).at == ("waiting", "cancelled")
    login(browser, **WANTED).send(username=account.email).send(password=PASSWORD)
    answer(world, account, device)
    advance(world, minutes(10))
    assert browser.open(browser.page.url).at == ("waiting", "timed-out")


def test_logging_out_stays_in_its_world(world: World, account: Account, browser: Browser) -> None:
    login(browser).send(username=account.email).send(password=PASSWORD)
    browser.open("/cas/logout?url=http://app.example/").send(follow=False)
    assert browser.page.headers["Location"] == f"{world.prefix}/cas/logout?url=http://app.example/"


def test_a_ticket_goes_before_the_fragment_of_a_service(account: Account, browser: Browser) -> None:
    login(browser, service="http://app.example/in#/home").send(username=account.email)
    browser.send(follow=False, password=PASSWORD)
    assert browser.page.headers["Location"].startswith("http://app.example/in?ticket=ST-")
    assert browser.page.headers["Location"].endswith("#/home")


@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "x", "\u0661"])
@pytest.mark.parametrize("path", ["/cas/mobile", "/cas/userdata/mobileApp/deleteDevice.cgi"])
def test_a_device_number_that_is_none_is_told(account: Account, browser: Browser, path: str, number: str) -> None:
    login(browser).send(username=account.email).send(password=PASSWORD)
    assert browser.open(f"{path}?device={number}").page.status_code == 404
