"""Pages between sign-in and service: expiring password, details, warning, redirect (facts, after sign-in)."""

from datetime import timedelta

import pytest

from mock_idp.accounts.model import Account
from mock_idp.devices.rules import Enrolled
from mock_world import World
from mock_world.web.cookies import WorldSessions
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.signing_in import (
    APP,
    SERVICE,
    WANTED,
    answer,
    answer_page,
    change,
    go_on,
    login,
    opened,
    sign_in,
    target,
    ticket,
)

WARN, DETAILS, EXPIRES = ("warn", "ready"), ("account-details", "after-login"), ("password-expires", "ready")
AGES = {"password.max_age": "P10D", "password.warning": "P3D"}


# Warning.


def test_the_warning_stands_before_each_service_and_names_it(world: World, account: Account, browser: Browser) -> None:
    change(world, account, warns=True)
    assert sign_in(browser, account, service=SERVICE).at == WARN
    assert "cpms.example asks for your identity" in browser.text
    assert not answer_page(browser, "warn").at[0]
    assert ticket(world, browser).sso is False
    assert opened(browser, service="http://other.example/").at == WARN
    answer_page(browser, "warn")
    assert ticket(world, browser).sso is True


def test_who_cancels_at_the_warning_stays_signed_in_and_no_ticket_is_made(
    world: World, account: Account, browser: Browser
) -> None:
    change(world, account, warns=True)
    sign_in(browser, account, service=SERVICE)
    assert answer_page(browser, "cancel").at == ("successful-login", "ready")
    assert world.journal.events(types=["ticket.issued"]) == []


def test_pages_of_eu_login_itself_do_not_warn(world: World, account: Account, browser: Browser) -> None:
    change(world, account, warns=True)
    browser.open("/cas/userdata/myAccount.cgi").send(username=account.email).send(password=PASSWORD)
    assert browser.at == ("account", "ready")
    assert login(browser).at == ("successful-login", "ready")


def test_the_warning_cannot_be_passed_by_a_link_or_without_token(
    world: World, account: Account, browser: Browser
) -> None:
    change(world, account, warns=True)
    sign_in(browser, account)
    assert opened(browser, service=SERVICE, goOn="warn").at == WARN
    browser.page = browser.http.post(browser.page.url, data={"goOn": "warn"}, allow_redirects=False)
    assert browser.at == ("error", "ready")


def test_the_warning_may_be_reloaded_and_sent_twice(world: World, account: Account, browser: Browser) -> None:
    change(world, account, warns=True)
    sign_in(browser, account, service=SERVICE)
    page = opened(browser, service=SERVICE).page
    first = answer_page(browser, "warn").page.headers["Location"]
    browser.page = page
    second = answer_page(browser, "warn").page.headers["Location"]
    assert first != second
    assert {target.partition("?")[0] for target in (first, second)} == {SERVICE}


def test_an_answer_to_the_warning_after_signing_out_asks_to_sign_in(
    world: World, account: Account, browser: Browser
) -> None:
    change(world, account, warns=True)
    old = sign_in(browser, account, service=SERVICE).page
    browser.open("/cas/logout").send()
    browser.page = old
    assert answer_page(browser, "warn").at == ("whoami", "known")


# Details.


@pytest.mark.parametrize("warns", [False, True])
def test_details_are_shown_after_signing_in_instead_of_the_warning(
    world: World, account: Account, browser: Browser, *, warns: bool
) -> None:
    change(world, account, shows_details=True, warns=warns)
    assert sign_in(browser, account, service=SERVICE).at == DETAILS
    assert all(value in browser.text for value in (account.uid, account.email, "Ada", "Berg"))
    answer_page(browser, "details")
    assert target(browser).startswith(SERVICE)
    assert bool(target(opened(browser, service=SERVICE))) is not warns


def test_details_without_a_service_lead_to_the_page_that_says_so(
    world: World, account: Account, browser: Browser
) -> None:
    change(world, account, shows_details=True)
    assert sign_in(browser, account, renew="true").at == DETAILS
    assert answer_page(browser, "details").at == ("successful-login", "ready")
    assert login(browser).at == ("successful-login", "ready")


def test_names_of_any_alphabet_are_shown_as_text(world: World, account: Account, browser: Browser) -> None:
    change(world, account, shows_details=True, first_name="<b>Ada</b>", last_name="\u05d1\u05e8\u05d2")
    sign_in(browser, account)
    assert "&lt;b&gt;Ada&lt;/b&gt;" in browser.page.text
    assert "\u05d1\u05e8\u05d2" in browser.page.text


# A password that expires.


@pytest.mark.parametrize(
    ("days", "seconds", "at"),
    [(7, -1, ""), (7, 0, "ready"), (10, -1, "ready"), (10, 0, "expired"), (400, 0, "expired")],
)
def test_a_password_is_warned_of_before_it_expires(
    world: World, account: Account, browser: Browser, days: int, seconds: int, at: str
) -> None:
    world.settings.change(AGES)
    advance(world, timedelta(days=days, seconds=seconds))
    sign_in(browser, account, service=SERVICE)
    assert browser.at == (("password-expires", at) if at else ("", ""))


def test_one_goes_on_with_a_password_that_expires_soon(world: World, account: Account, browser: Browser) -> None:
    world.settings.change(AGES)
    advance(world, timedelta(days=8))
    assert sign_in(browser, account, service=SERVICE).at == EXPIRES
    assert "before it expires on Monday 7 December 2026" in browser.text
    assert 'id="imminentForceLogin"' in browser.page.text
    assert "/cas/change/changePassword.cgi" in browser.page.text
    answer_page(browser, "expires")
    assert ticket(world, browser).sso is False
    assert target(opened(browser, service=SERVICE)).startswith(SERVICE)


def test_an_expired_password_signs_nobody_in_and_leads_to_a_new_one(
    world: World, account: Account, browser: Browser
) -> None:
    world.settings.change(AGES)
    advance(world, timedelta(days=10))
    assert sign_in(browser, account, service=SERVICE, authenticationLevel="BASIC").at == ("password-expires", "expired")
    assert "Change your password to sign in" in browser.errors[0]
    assert "imminentForceLogin" not in browser.page.text
    assert "/cas/init/passwordResetRequest.cgi?service=http" in browser.page.text
    assert answer_page(login(browser, service=SERVICE), "expires").at == ("whoami", "ready")
    assert world.journal.events(types=["session.signed_in"]) == []


def kept(world: World, browser: Browser) -> dict[str, object]:
    """What the page session holds."""
    cookie = browser.http.cookies[f"eulogin_idp_{world.name}"]
    found: dict[str, object] = WorldSessions("idp")._serializer(world).loads(cookie)
    return found


@pytest.mark.parametrize("days", [8, 10])
def test_a_password_may_be_changed_in_the_middle_and_the_way_on_is_kept(
    world: World, account: Account, browser: Browser, days: int
) -> None:
    world.settings.change(AGES)
    advance(world, timedelta(days=days))
    assert sign_in(browser, account, service=SERVICE, renew="true").at[0] == "password-expires"
    query = "service=http%3A%2F%2Fcpms.example%2Fsignin"
    waits = kept(world, browser)["password_change"]
    assert isinstance(waits, dict)
    assert (waits["uid"], waits["query"]) == (account.uid, query)
    if days == 8:
        answer_page(browser, "expires")
        assert "password_change" not in kept(world, browser)


def test_signing_out_takes_back_that_the_password_may_be_changed(
    world: World, account: Account, browser: Browser
) -> None:
    world.settings.change(AGES)
    advance(world, timedelta(days=8))
    sign_in(browser, account, service=SERVICE)
    browser.open("/cas/logout").send()
    assert "password_change" not in kept(world, browser)


def test_a_wrong_password_does_not_tell_that_the_right_one_has_expired(
    world: World, account: Account, browser: Browser
) -> None:
    world.settings.change(AGES)
    advance(world, timedelta(days=10))
    login(browser).send(username=account.email).send(password="wrong")
    assert browser.at == ("password", "ready")


def test_an_expired_password_is_told_before_the_phone_rings(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    assert device
    world.settings.change(AGES)
    advance(world, timedelta(days=10))
    assert sign_in(browser, account, APP, **WANTED).at == ("password-expires", "expired")
    assert world.journal.events(types=["request.sent"]) == []


# The page with a link.


@pytest.mark.parametrize("query", [{}, {"renew": "true"}])
def test_the_redirect_page_carries_the_link_to_the_service(
    world: World, account: Account, browser: Browser, query: dict[str, str]
) -> None:
    world.settings.change({"redirect_page": True})
    sign_in(browser, account, service=SERVICE, **query)
    assert browser.at == ("redirect", "ready")
    assert f'<a id="fallbackLink" href="{SERVICE}?ticket=ST-' in browser.page.text
    assert "redirect.js" in browser.page.text
    assert "click here if you are not redirected" in browser.text


def test_the_redirect_page_spares_eu_logins_own_pages(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"redirect_page": True})
    browser.open("/cas/userdata/myAccount.cgi").send(username=account.email).send(password=PASSWORD)
    assert browser.at == ("account", "ready")


# All of them, and what comes out.


@pytest.mark.parametrize("strength", ["PASSWORD", APP])
def test_all_pages_come_in_their_order_and_renew_is_satisfied(
    world: World, account: Account, device: Enrolled, browser: Browser, strength: str
) -> None:
    world.settings.change({"redirect_page": True, **AGES})
    change(world, account, shows_details=True, warns=True)
    advance(world, timedelta(days=8))
    sign_in(browser, account, strength, service=SERVICE, renew="true")
    if strength == APP:
        answer(world, account, device)
        browser.page = browser.http.get(browser.page.url, allow_redirects=False)
        go_on(browser)
    assert browser.at == EXPIRES
    assert answer_page(browser, "expires").at == DETAILS
    assert answer_page(browser, "details").at == ("redirect", "ready")
    assert [event.fields["sso"] for event in world.journal.events(types=["ticket.issued"])] == [False]
    assert opened(browser, service=SERVICE, renew="true").at == ("whoami", "known")


def test_a_new_proof_counts_for_the_service_that_asked_and_not_for_ever(
    world: World, account: Account, browser: Browser
) -> None:
    change(world, account, warns=True)
    sign_in(browser, account, service=SERVICE, renew="true")
    assert opened(browser, service="http://other.example/", renew="true").at == ("whoami", "known")
    assert opened(browser, service=SERVICE, renew="true").at == WARN
    advance(world, minutes(60))
    assert opened(browser, service=SERVICE, renew="true").at == ("whoami", "known")


def test_cancelling_ends_the_new_proof(world: World, account: Account, browser: Browser) -> None:
    change(world, account, warns=True)
    sign_in(browser, account, service=SERVICE, renew="true")
    answer_page(browser, "cancel")
    assert opened(browser, service=SERVICE, renew="true").at == ("whoami", "known")


@pytest.mark.parametrize("step", ["", "nonsense", "\u202e", "x" * 10_000])
def test_an_unknown_page_in_between_is_asked_again(world: World, account: Account, browser: Browser, step: str) -> None:
    change(world, account, warns=True)
    sign_in(browser, account, service=SERVICE)
    assert answer_page(browser, step).at == WARN
