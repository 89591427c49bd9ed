"""Pages between sign-in and service: expiring password, details, warning, redirect (facts, after sign-in)."""

from datetime import timedelta

import pytest

from mock_idp.accounts.model import Account
from mock_idp.factors.devices.enrolment import Enrolled
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


@pytest.fixture
def warned(world: World, account: Account) -> Account:
    """Who wants to be warned before each service."""
    change(world, account, warns=True)
    return account


@pytest.fixture
def expired(world: World, account: Account) -> Account:
    """Whose password has expired."""
    world.settings.change(AGES)
    advance(world, timedelta(days=10))
    return account


# Warning.


def test_the_warning_stands_before_each_service_and_names_it(world: World, warned: Account, browser: Browser) -> None:
    assert sign_in(browser, warned, service=SERVICE).at == WARN
    assert "cpms.example asks for your identity" in browser.text
    assert not answer_page(browser, "warn").at[0]
    assert ticket(world, browser).sso is False
    assert opened(browser, service="http://other.example/").at == WARN
    answer_page(browser, "warn")
    assert ticket(world, browser).sso is True


def test_who_cancels_at_the_warning_gets_no_ticket(world: World, warned: Account, browser: Browser) -> None:
    sign_in(browser, warned, service=SERVICE, renew="true")
    for unknown in ("", "x" * 10_000):
        assert answer_page(browser, unknown).at == WARN
    assert answer_page(browser, "cancel").at == ("successful-login", "ready")
    assert world.journal.events(types=["ticket.issued"]) == []
    assert opened(browser, service=SERVICE, renew="true").at == ("whoami", "known")


def test_pages_of_eu_login_itself_do_not_warn(world: World, warned: Account, browser: Browser) -> None:
    world.settings.change({"redirect_page": True})
    browser.open("/cas/userdata/myAccount.cgi").send(username=warned.email).send(password=PASSWORD)
    assert browser.at == ("account", "ready")
    assert login(browser).at == ("successful-login", "ready")


def test_the_warning_cannot_be_passed_by_a_link_or_without_token(warned: Account, browser: Browser) -> None:
    sign_in(browser, warned)
    assert opened(browser, service=SERVICE, goOn="warn").at == WARN
    browser.page = browser.http.post(browser.page.url, data={"goOn": "warn"}, allow_redirects=False)
    assert browser.at == ("error", "ready")


def test_the_warning_may_be_reloaded_and_sent_twice(warned: Account, browser: Browser) -> None:
    sign_in(browser, warned, service=SERVICE)
    page = opened(browser, service=SERVICE).page
    first = answer_page(browser, "warn").page.headers["Location"]
    browser.page = page
    second = answer_page(browser, "warn").page.headers["Location"]
    assert first != second
    assert {target.partition("?")[0] for target in (first, second)} == {SERVICE}


def test_an_answer_to_the_warning_after_signing_out_asks_to_sign_in(warned: Account, browser: Browser) -> None:
    old = sign_in(browser, warned, service=SERVICE).page
    browser.open("/cas/logout").send()
    browser.page = old
    assert answer_page(browser, "warn").at == ("whoami", "known")


# Details.


@pytest.mark.parametrize("warns", [False, True])
def test_details_are_shown_instead_of_the_warning(
    world: World, account: Account, browser: Browser, *, warns: bool
) -> None:
    change(world, account, shows_details=True, warns=warns, first_name="<b>Ada</b>", last_name="\u05d1\u05e8\u05d2")
    assert sign_in(browser, account, service=SERVICE).at == DETAILS
    shown = (account.uid, account.email, "&lt;b&gt;Ada&lt;/b&gt;", "\u05d1\u05e8\u05d2")
    assert all(value in browser.page.text for value in shown)
    answer_page(browser, "details")
    assert target(browser).startswith(SERVICE)
    assert bool(target(opened(browser, service=SERVICE))) is not warns
    assert sign_in(browser, account, renew="true").at == DETAILS
    assert answer_page(browser, "details").at == ("successful-login", "ready")
    assert login(browser).at == ("successful-login", "ready")


# A password that expires.


def test_a_password_is_warned_of_before_it_expires(world: World, account: Account, browser: Browser) -> None:
    world.settings.change(AGES)
    set_at = world.clock.now()
    for days, seconds, at in [(7, -1, ""), (7, 0, "ready"), (10, -1, "ready"), (10, 0, "expired")]:
        world.move_clock(set_at + timedelta(days=days, seconds=seconds))
        page = sign_in(Browser(browser.base), account, service=SERVICE)
        assert page.at == (("password-expires", at) if at else ("", ""))


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


def test_an_expired_password_signs_nobody_in(
    world: World, expired: Account, device: Enrolled, browser: Browser
) -> None:
    login(browser).send(username=expired.email).send(password="wrong")
    assert browser.at == ("password", "ready")
    for strength, query in (("PASSWORD", {"service": SERVICE}), (APP, WANTED)):
        assert sign_in(browser, expired, strength, **query).at == ("password-expires", "expired")
        assert "Change your password to sign in" in browser.errors[0]
        assert "imminentForceLogin" not in browser.page.text
        assert "/cas/init/passwordResetRequest.cgi?service=http" in browser.page.text
    assert answer_page(login(browser, service=SERVICE), "expires").at == ("whoami", "ready")
    assert world.journal.events(types=["session.signed_in", "request.sent"]) == []


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
    assert kept(world, browser)["password_change"] == {
        "uid": account.uid,
        "query": query,
        "at": world.clock.now().isoformat(),
    }
    if days == 8:
        answer_page(browser, "expires")
        assert "password_change" not in kept(world, browser)
        sign_in(browser, account, service=SERVICE, renew="true")
        browser.open("/cas/logout").send()
        assert "password_change" not in kept(world, browser)


def test_a_new_proof_counts_across_the_change_of_an_expired_password(
    world: World, expired: Account, browser: Browser
) -> None:
    sign_in(browser, expired, service=SERVICE, renew="true")
    browser.open("/cas/change/changePassword.cgi")
    new = {"newPassword": "Lantern 42!", "newPasswordConfirm": "Lantern 42!"}
    go_on(browser.send(follow=False, currentPassword=PASSWORD, **new))
    assert ticket(world, browser).sso is False


def test_an_expired_password_signs_out_who_was_signed_in(
    world: World, expired: Account, other: Account, browser: Browser
) -> None:
    change(world, other, password_set_at=world.clock.now())
    sign_in(browser, other)
    assert sign_in(browser, expired, service=SERVICE, renew="true").at == ("password-expires", "expired")
    assert other.email not in browser.text
    assert "password_change" in kept(world, browser)
    assert expired.email in browser.open("/cas/change/changePassword.cgi").text
    assert sign_in(browser, other, **WANTED).at == ("second-factor-needed", "ready")
    assert "password_change" not in kept(world, browser)


# The page with a link.


def test_the_redirect_page_carries_the_link_to_the_service(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"redirect_page": True})
    sign_in(browser, account, service=SERVICE)
    assert browser.at == ("redirect", "ready")
    assert f'<a id="fallbackLink" href="{SERVICE}?ticket=ST-' in browser.page.text
    assert "redirect.js" in browser.page.text
    assert "click here if you are not redirected" in browser.text


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


def test_a_new_proof_counts_for_its_service_and_for_an_hour(world: World, warned: Account, browser: Browser) -> None:
    sign_in(browser, warned, service=SERVICE, renew="true")
    assert opened(browser, service="http://other.example/", renew="true").at == ("whoami", "known")
    assert opened(browser, service=SERVICE, renew="true").at == WARN
    advance(world, minutes(60))
    assert opened(browser, service=SERVICE, renew="true").at == ("whoami", "known")
