"""Signing in, waiting for the phone, signing out (guide, G12, G20 and G21)."""

import pytest

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.factors.devices.enrolment import Enrolled
from mock_world import World
from tests.mock_idp.accounts_pages import value
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.signing_in import SERVICE, WANTED, answer, login, opened, sign_in, target, told


@pytest.mark.parametrize("typed", ["nobody@hospital.example", "", "x" * 10_000, '"><b>x</b>', "a\x00b\u202e"])
def test_a_user_name_that_nobody_has_is_told_and_shown_as_typed(world: World, browser: Browser, typed: str) -> None:
    login(browser).send(username=typed)
    assert browser.at == ("whoami", "ready")
    assert "we know no user" in browser.errors[0]
    assert value(browser, "username") == typed
    assert world.journal.events(types=["account.unknown"])[0].fields["got"] == (typed[:80] or "nothing")


@pytest.mark.parametrize("by", ["email", "uid"])
def test_one_signs_in_by_address_or_by_identifier(account: Account, browser: Browser, by: str) -> None:
    login(browser).send(username=f" {getattr(account, by).upper()} ").send(password=PASSWORD)
    assert browser.at == ("successful-login", "ready")
    assert "Log out" in browser.text


@pytest.mark.parametrize("password", ["", "<b>x</b>", "x" * 10_000])
def test_a_wrong_password_is_told_and_not_shown_again(
    world: World, account: Account, browser: Browser, password: str
) -> None:
    login(browser, **WANTED).send(username=account.email).send(password=password)
    assert browser.at == ("password", "ready")
    assert account.email in browser.text
    assert "it is not the right one for this account. Tries left: 4." in browser.errors[0]
    fields = told(world, "signin.wrong_password")
    assert fields["tries_left"] == 4
    assert not password or password not in browser.page.text + str(fields)


def test_an_account_without_password_points_to_the_mail(world: World, browser: Browser) -> None:
    create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example"))
    login(browser).send(username="bo@hospital.example").send(password="")
    assert "Follow the link in the mail" in browser.errors[0]


@pytest.mark.parametrize(
    ("service", "before", "after"),
    [
        ("http://app.example/cb?a=1", "http://app.example/cb?a=1&ticket=ST-", ""),
        ("http://app.example/in#/home", "http://app.example/in?ticket=ST-", "#/home"),
    ],
)
def test_a_ticket_goes_behind_the_query_of_a_service_and_before_its_fragment(
    account: Account, browser: Browser, service: str, before: str, after: str
) -> None:
    login(browser, service=service).send(username=account.email)
    browser.send(follow=False, password=PASSWORD)
    location = browser.page.headers["Location"]
    assert (browser.page.status_code, location.startswith(before), location.endswith(after)) == (303, True, True)


def test_a_second_sign_in_asks_nothing_unless_it_must_be_new(account: Account, browser: Browser) -> None:
    assert target(sign_in(browser, account, service=SERVICE)).startswith(SERVICE + "?ticket=ST-")
    assert target(opened(browser, service=SERVICE)).startswith(SERVICE + "?ticket=ST-")
    assert login(browser, service=SERVICE, renew="true").at == ("whoami", "known")


@pytest.mark.threat("A service of elsewhere asks for a ticket")
def test_a_foreign_service_is_refused_with_the_documented_sentence(browser: Browser) -> None:
    for service in (
        "http://evil.com/",
        "https://cpms.example@evil.com/",
        "//evil.com",
        "javascript:alert(1)",
        "http://cpms.example\\@evil.com",
        "http://localhost.evil.com/",
        "x" * 2_000,
    ):
        assert opened(browser, service=service).page.status_code == 403
        assert browser.at == ("invalid-service", "ready")
        assert "You are using an invalid service to access EU Login: ['" in browser.errors[0]


def test_logging_out_leads_to_allowed_places_of_its_world(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, account)
    for name in ("service", "url"):
        for address in ("http://evil.com/", "javascript:alert(1)", "\\\\evil.com", "x" * 10_000):
            browser.page = browser.http.get(browser.base + "/cas/logout", params={name: address})
            assert browser.at == ("logout", "ready")
            assert f'href="{address}' not in browser.page.text
    assert "You are about to be logged out of EU Login." in browser.text
    browser.open("/cas/logout?url=http://app.example/").send(follow=False)
    assert browser.page.headers["Location"] == f"{world.prefix}/cas/logout?url=http://app.example/"
    assert browser.open("/cas/logout?url=http://app.example/").at == ("logged-out", "ready")
    assert 'href="http://app.example/"' in browser.page.text
    assert "Return to the application" not in browser.open("/cas/logout?url=http://evil.com/").text
    assert login(browser).at == ("whoami", "known")


def test_an_ended_session_forgets_the_phone(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
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


@pytest.mark.parametrize("path", ["/cas/mobile", "/cas/userdata/mobileApp/deleteDevice.cgi"])
def test_a_device_number_that_is_none_is_told(account: Account, browser: Browser, path: str) -> None:
    sign_in(browser, account)
    for number in ("99999999999999999999", "x", "\u0661"):
        assert browser.open(f"{path}?device={number}").page.status_code == 404
