"""Signing in by wrong ways: steps left out, foreign values, old pages, two tabs, cookies of elsewhere."""

from datetime import timedelta

import pytest

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.devices.requests import open_requests
from mock_idp.devices.rules import Enrolled
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
    target,
    ticket,
    told,
)

LONG = "x" * 10_000


@pytest.fixture
def other(world: World) -> Account:
    return create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))


def second_tab(browser: Browser) -> Browser:
    tab = Browser(browser.base)
    tab.http = browser.http
    return tab


# A second step that was right for something else.


@pytest.mark.parametrize(
    "asked",
    [{"service": SERVICE}, {"service": SERVICE, "authenticationLevel": "HIGH"}],
    ids=["another service", "more"],
)
def test_an_approval_counts_only_for_the_service_that_the_phone_named(
    world: World, account: Account, device: Enrolled, browser: Browser, asked: dict[str, str]
) -> None:
    sign_in(browser, account, APP)
    number = dict(browser.hidden)["request"]
    answer(world, account, device)
    assert opened(browser, **asked, request=number).at == ("whoami", "ready")
    assert world.journal.events(types=["session.signed_in"]) == []
    assert opened(browser, request=number).at == ("successful-login", "ready")


@pytest.mark.parametrize("more", [{"authenticationLevel": "HIGH"}, {"acceptStrengths": "PASSWORD_WEBAUTHN"}])
def test_an_approval_leads_to_no_service_that_asks_for_more(
    world: World, account: Account, device: Enrolled, browser: Browser, more: dict[str, str]
) -> None:
    sign_in(browser, account, APP, service=SERVICE)
    number = dict(browser.hidden)["request"]
    answer(world, account, device)
    assert opened(browser, service=SERVICE, request=number, **more).at == ("password", "ready")
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


# Steps in a wrong order.


@pytest.mark.parametrize("username", [None, "", "nobody", LONG, "\u202eevil", "<b>x</b>"])
def test_a_password_without_a_known_user_asks_who_one_is(
    account: Account, browser: Browser, username: str | None
) -> None:
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


@pytest.mark.parametrize("password", ["", " ", LONG, "\u05e1\u05d5\u05d3", "<b>x</b>", "a\x00b"])
def test_any_wrong_password_is_counted_and_not_shown(
    world: World, account: Account, browser: Browser, password: str
) -> None:
    login(browser).send(username=account.email).send(password=password)
    assert browser.at == ("password", "ready")
    assert "Tries left: 4." in browser.errors[0]
    assert not password.strip() or password not in browser.page.text
    assert account.email in browser.text
    assert told(world, "signin.wrong_password")["tries_left"] == 4


@pytest.mark.parametrize("typed", ["<b>x</b>", '"><script>alert(1)</script>', "\u202e\u05d0\u05d1", "\u0430\u0431"])
def test_a_user_name_is_shown_again_as_it_was_typed(browser: Browser, typed: str) -> None:
    login(browser).send(username=typed)
    shown = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
    assert f'value="{shown}"' in browser.page.text


@pytest.mark.parametrize("strength", ["PASSWORD", "PASSWORD_SMS", "HIGH", LONG, "<b>"])
def test_a_strength_that_is_not_offered_gives_no_ticket(
    world: World, account: Account, device: Enrolled, browser: Browser, strength: str
) -> None:
    assert device
    assert sign_in(browser, account, strength, **WANTED).at == ("password", "ready")
    assert "Choose one of the verification methods in the list." in browser.errors[0]
    assert told(world, "signin.method_not_offered")["methods"] == f"{APP}, PASSWORD_SOFTWARE_TOKEN"
    assert world.journal.events(types=["ticket.issued", "request.sent"]) == []


def test_a_password_page_sent_twice_signs_in_twice(world: World, account: Account, browser: Browser) -> None:
    login(browser, service=SERVICE).send(username=account.email)
    page = browser.page
    for _ in range(2):
        browser.page = page
        browser.send(follow=False, password=PASSWORD)
        assert ticket(world, browser).sso is False


# Wrong passwords and the lock.


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(
    world: World, account: Account, browser: Browser
) -> None:
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


def test_a_disabled_account_is_told_after_the_right_password_only(
    world: World, account: Account, browser: Browser
) -> None:
    change(world, account, disabled=True)
    login(browser).send(username=account.email).send(password="wrong")
    assert "not the right one" in browser.errors[0]
    browser.send(password=PASSWORD)
    assert browser.at == ("password", "ready")
    assert "Ask the support of EU Login for help" in browser.errors[0]
    assert 'href="#username"' not in browser.page.text
    assert told(world, "account.disabled")["got"] == "a disabled account"


def test_disabling_ends_a_sign_in_that_is_open(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, account)
    change(world, account, disabled=True)
    assert browser.open("/cas/userdata/myAccount.cgi").at[0] == "whoami"


# Pages that are too old.


@pytest.mark.parametrize(("seconds", "step", "at"), [
    (-1, "username", ("password", "ready")),
    (0, "username", ("page-too-old", "ready")),
    (-1, "password", ("successful-login", "ready")),
    (0, "password", ("page-too-old", "ready")),
])  # fmt: skip
def test_a_sign_in_page_may_be_sent_for_an_hour(
    world: World, account: Account, browser: Browser, seconds: int, step: str, at: tuple[str, str]
) -> None:
    login(browser)
    if step == "password":
        browser.send(username=account.email)
    advance(world, timedelta(hours=1, seconds=seconds))
    if step == "username":
        browser.send(username=account.email)
    else:
        browser.send(password=PASSWORD)
    assert browser.at == at


def test_a_page_that_is_too_old_keeps_the_service_and_counts_nothing(
    world: World, account: Account, browser: Browser
) -> None:
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


@pytest.mark.parametrize("stamp", ["", "x", LONG, "IjIwOTktMDEtMDFUMDA6MDA6MDArMDA6MDAi.xxxx"])
def test_a_forged_age_is_refused(world: World, account: Account, browser: Browser, stamp: str) -> None:
    login(browser).send(username=account.email, opened=stamp)
    assert browser.at == ("page-too-old", "ready")
    assert told(world, "signin.page_too_old")["got"] == "a page of another world"


# Two tabs, two people.


def test_two_tabs_of_two_people_sign_in_who_was_named_in_each(
    account: Account, other: Account, browser: Browser
) -> None:
    tab = second_tab(browser)
    login(browser).send(username=account.email)
    login(tab).send(username=other.email)
    assert account.email in browser.send(password=PASSWORD).text
    assert other.email in tab.send(password=PASSWORD).text
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
