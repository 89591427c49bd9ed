"""Signing in by wrong ways: steps left out, foreign values, old pages, two tabs, cookies of elsewhere."""

from datetime import timedelta
from typing import Any

import pytest

from mock_idp.accounts.model import Account
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.factors.devices.sign_in_requests import open_requests
from mock_idp.signin.sessions import find_session
from mock_world import World
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.signing_in import (
    APP,
    SERVICE,
    WANTED,
    answer,
    change,
    log_out_by_link,
    login,
    opened,
    sign_in,
    tab,
    target,
    told,
)

# A second step that was right for something else.


@pytest.mark.threat("A sign-in of somebody else is approved by the approval of another request")
def test_an_approval_is_for_what_it_named(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
    sign_in(browser, account, APP, service=SERVICE)
    number = dict(browser.hidden)["request"]
    answer(world, account, device)
    other = "http://other.example/"
    for asked in ({}, {"service": other}, {"service": other, "authenticationLevel": "HIGH"}):
        assert opened(browser, **asked, request=number).at == ("whoami", "ready")
    assert world.journal.events(types=["session.signed_in"]) == []
    assert opened(browser, service=SERVICE, request=number, authenticationLevel="HIGH").at == ("password", "ready")
    assert world.journal.events(types=["ticket.issued"]) == []


def test_a_form_sent_twice_from_a_new_browser_makes_one_request(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    assert device
    login(browser).send(username=account.email)
    again = Browser(browser.base)
    again.page = browser.page
    again.http.cookies.update(browser.http.cookies)
    for sent in (browser, again):
        assert sent.send(password=PASSWORD, loginStrength=APP).at == ("waiting", "pending")
    assert len(open_requests(world, account.uid)) == 1


@pytest.mark.threat("A session that was planted before the sign-in is used after it (session fixation)")
def test_a_session_of_before_is_worth_nothing_after_a_new_sign_in(
    world: World, account: Account, browser: Browser
) -> None:
    name = f"eulogin_idp_{world.name}_sso"
    browser.http.cookies.set(name, "chosen-by-somebody-else", path=world.prefix, domain="localhost.local")
    sign_in(browser, account)
    first = browser.http.cookies[name]
    sign_in(browser, account, renew="true")
    assert len({"chosen-by-somebody-else", first, browser.http.cookies[name]}) == 3
    assert find_session(world, first) is None


# Steps in a wrong order.


@pytest.mark.parametrize("username", [None, "nobody", "<b>x</b>"])
def test_a_password_without_a_user_asks_who_one_is(account: Account, browser: Browser, username: str | None) -> None:
    login(browser, service=SERVICE)
    if username is None:
        browser.send(password=PASSWORD)
    else:
        browser.send(password=PASSWORD, username=username)
    assert browser.at == ("whoami", "ready")
    assert "we know no user" in browser.errors[0]
    assert PASSWORD not in browser.page.text
    assert account.email not in browser.page.text
    assert "<b>x" not in browser.page.text
    assert dict(browser.hidden)["opened"]


@pytest.mark.threat("A form names a verification method that is not offered")
@pytest.mark.parametrize("strength", ["PASSWORD", "PASSWORD_SMS", "<b>"])
def test_a_strength_that_is_not_offered_gives_no_ticket(
    world: World, account: Account, device: Enrolled, browser: Browser, strength: str
) -> None:
    assert device
    assert sign_in(browser, account, strength, **WANTED).at == ("password", "ready")
    assert "Choose one of the verification methods in the list." in browser.errors[0]
    assert told(world, "signin.method_not_offered")["methods"] == f"{APP}, PASSWORD_SOFTWARE_TOKEN"
    assert world.journal.events(types=["ticket.issued", "request.sent"]) == []


# Wrong passwords and the lock.


@pytest.mark.threat("Passwords are tried one after the other")
def test_five_wrong_passwords_lock_the_account_for_a_while(world: World, account: Account, browser: Browser) -> None:
    login(browser, service=SERVICE).send(username=account.email)
    for left in (4, 3, 2, 1):
        assert f"Tries left: {left}." in browser.send(password="wrong").errors[0]
    for password in ("wrong", PASSWORD):
        browser.send(password=password)
        assert "Try again after 17:15, or ask for a new password" in browser.errors[0]
    assert told(world, "signin.locked")["time"] == "17:15"
    assert "Lost your password?" in browser.text
    assert "/cas/init/passwordResetRequest.cgi?service=http" in browser.page.text
    advance(world, timedelta(minutes=15, seconds=-1))
    assert "Try again after" in browser.send(password=PASSWORD).errors[0]
    advance(world, timedelta(seconds=1))
    browser.send(follow=False, password=PASSWORD)
    assert target(browser).startswith(SERVICE)


def test_a_disabled_account_is_told_after_the_right_password(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, account)
    change(world, account, disabled=True)
    assert browser.open("/cas/userdata/myAccount.cgi").at[0] == "whoami"
    login(browser).send(username=account.email).send(password="wrong")
    assert "not the right one" in browser.errors[0]
    browser.send(password=PASSWORD)
    assert browser.at == ("password", "ready")
    assert "Ask the support of EU Login for help" in browser.errors[0]
    assert 'href="#username"' not in browser.page.text
    assert told(world, "account.disabled")["got"] == "a disabled account"


# Pages that are too old.


@pytest.mark.parametrize(("password", "page"), [({}, "password"), ({"password": PASSWORD}, "successful-login")])
def test_a_sign_in_page_may_be_sent_for_an_hour(
    world: World, account: Account, browser: Browser, password: dict[str, Any], page: str
) -> None:
    old = tab(login(browser))
    advance(world, timedelta(hours=1, seconds=-1))
    assert browser.send(username=account.email, **password).at[0] == page
    advance(world, timedelta(seconds=1))
    assert old.send(username=account.email, **password).at == ("page-too-old", "ready")


def test_a_page_that_is_too_old_keeps_the_service(world: World, account: Account, browser: Browser) -> None:
    login(browser, service=SERVICE).send(username=account.email)
    advance(world, minutes(60))
    browser.send(password="wrong")
    assert browser.page.status_code == 409
    assert "Start again: this page was opened too long ago." in browser.errors[0]
    assert "/cas/login?service=http%3A%2F%2Fcpms.example%2Fsignin" in browser.page.text
    assert "less than 60 minutes ago" in told(world, "signin.page_too_old")["expected"]
    assert world.journal.events(types=["signin.wrong_password"]) == []


def test_scripts_may_leave_the_pages_age_out(world: World, account: Account, browser: Browser) -> None:
    login(browser, service=SERVICE)
    token = dict(browser.hidden)["csrf_token"]
    advance(world, minutes(120))
    fields = {"csrf_token": token, "username": account.email, "password": PASSWORD, "loginStrength": "PASSWORD"}
    browser.page = browser.http.post(browser.page.url, data=fields, allow_redirects=False)
    assert target(browser).startswith(SERVICE)


@pytest.mark.threat("An old sign-in page is sent with a forged age")
@pytest.mark.parametrize("stamp", ["", "IjIwOTktMDEtMDFUMDA6MDA6MDArMDA6MDAi.xxxx"])
def test_a_forged_age_is_refused(world: World, account: Account, browser: Browser, stamp: str) -> None:
    login(browser).send(username=account.email, opened=stamp)
    assert browser.at == ("page-too-old", "ready")
    assert told(world, "signin.page_too_old")["got"] == "a page of another world"


# Two tabs, two people.


def test_each_of_two_tabs_signs_in_who_was_named_in_it(account: Account, other: Account, browser: Browser) -> None:
    second = tab(login(browser).send(username=account.email))
    login(second).send(username=other.email)
    assert account.email in browser.send(password=PASSWORD).text
    assert other.email in second.send(password=PASSWORD).text
    assert other.email in login(browser).text


def test_a_factor_of_somebody_else_is_refused_with_the_documented_sentence(
    world: World, account: Account, device: Enrolled, other: Account, browser: Browser
) -> None:
    assert device
    sign_in(browser, other)
    login(browser, **WANTED, anonymize="true").send(username=account.email)
    browser.send(password=PASSWORD, loginStrength=APP)
    assert browser.at == ("password", "ready")
    expected = (
        f'You are currently logged in as user "{other.uid}" and cannot use an authentication factor '
        f'registered to user "{account.uid}"'
    )
    assert expected in browser.errors[0]
    assert told(world, "signin.other_user")["got"] == f"a factor of {account.uid}"
    assert world.journal.events(types=["request.sent"]) == []
    log_out_by_link(browser)
    assert "to continue to cpms.example" in browser.text
    browser.send(username=account.email).send(password=PASSWORD, loginStrength=APP)
    assert browser.at == ("waiting", "pending")
