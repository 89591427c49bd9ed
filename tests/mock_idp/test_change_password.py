"""Changing a password: rules of age and reuse, wrong tries, sessions, and a sign-in that waits for it."""

from datetime import timedelta
from typing import Any

import pytest

from mock_idp.account_management import password_links
from mock_idp.account_management.password_change import put_password
from mock_idp.accounts.failed_attempts import PASSWORD as PASSWORD_TRIES
from mock_idp.accounts.failed_attempts import locked_until
from mock_idp.accounts.mails import link_address
from mock_idp.accounts.model import Account
from mock_idp.accounts.password_expiry import check_history, password_state
from mock_idp.accounts.people import get_account
from mock_idp.signin.sessions import find_session
from mock_world import Refusal, World
from mock_world.web.cookies import cookie_name
from tests.mock_idp.accounts_pages import CHANGE, EMAIL, NEW, interrupt, link_to, sign_in, value
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.signing_in import change, told

RIGHT: dict[str, Any] = {"currentPassword": PASSWORD, "newPassword": NEW, "newPasswordConfirm": NEW}
SERVICE = "http://app.example/cb"
LOGIN_QUERY = "service=http%3A%2F%2Fapp.example%2Fcb&authenticationLevel=BASIC"


@pytest.fixture
def old_account(world: World, account: Account) -> Account:
    """Somebody whose password is old enough to be changed."""
    advance(world, minutes(1))
    return account


@pytest.fixture
def at_change(browser: Browser, old_account: Account) -> Browser:
    return sign_in(browser, old_account).open(CHANGE)


def test_a_changed_password_ends_all_other_sessions(world: World, at_change: Browser, old_account: Account) -> None:
    other = sign_in(Browser(at_change.base), old_account)
    assert at_change.send(**RIGHT).at == ("password-set", "changed")
    assert "You are signed in as" in at_change.text
    assert at_change.open(link_to(at_change, "My Account")).at == ("account", "ready")
    assert other.open("/cas/login").at == ("whoami", "known")
    sign_in(other, old_account, NEW)
    (mail,) = world.mailbox.mails(to=EMAIL)
    assert "The password of your account was changed." in mail.text
    assert "This happened on Friday 27 November 2026, 17:01." in mail.text


def test_the_rules_are_read_between_the_fields_and_the_button(at_change: Browser) -> None:
    parts = ('name="newPassword"', 'name="newPasswordConfirm"', "8 characters or more", ">Submit<", ">Examples<")
    places = [at_change.page.text.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("wrong", ["", NEW])
def test_a_wrong_current_password_is_told_counted_and_forgotten(world: World, at_change: Browser, wrong: str) -> None:
    at_change.send(**RIGHT | {"currentPassword": wrong})
    assert at_change.at == ("change-password", "ready")
    assert "Enter the password again: it is not the right one for this account. Tries left: 4." in at_change.errors[0]
    assert 'id="currentPassword-error"' in at_change.page.text
    assert told(world, "signin.wrong_password")["got"] == ("another password" if wrong else "no password")
    assert [value(at_change, name) for name in RIGHT] == ["", "", ""]
    assert at_change.send(**RIGHT).at == ("password-set", "changed")


def test_wrong_tries_here_and_at_sign_in_are_counted_together(world: World, at_change: Browser) -> None:
    at_sign_in = Browser(at_change.base).open("/cas/login").send(username=EMAIL)
    for left in (4, 3, 2):
        assert f"Tries left: {left}" in at_sign_in.send(password="wrong").errors[0]
    for words in ("Tries left: 1", "Try again after 17:16, or ask for a new password"):
        assert words in at_change.send(**RIGHT | {"currentPassword": "wrong"}).errors[0]
    assert told(world, "signin.locked")["remedy"].startswith("wait until 17:16, move the world's clock, or set a new")
    assert "locked until 17:16" in world.mailbox.mails(to=EMAIL)[0].text
    lost = Browser(at_change.base).open(link_to(at_change, "Lost your password?"))
    assert (lost.at, value(lost, "username")) == (("lost-password", "ready"), EMAIL)


@pytest.mark.parametrize(
    ("new", "confirm", "code", "words"),
    [
        (NEW, NEW + "x", "password.differs", "the same new password in both fields"),
        (PASSWORD, PASSWORD, "password.used_before", "did not use lately"),
    ],
)
def test_what_is_wrong_with_the_new_password_is_told(
    world: World, at_change: Browser, new: str, confirm: str, code: str, words: str
) -> None:
    at_change.send(currentPassword=PASSWORD, newPassword=new, newPasswordConfirm=confirm)
    assert at_change.at == ("change-password", "ready")
    assert words in at_change.errors[0]
    assert not [secret for secret in (PASSWORD, NEW) if secret in str(told(world, code))]
    assert [value(at_change, name) for name in RIGHT] == ["", "", ""]


def test_a_password_is_kept_for_a_minute_at_least(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, account).open(CHANGE)
    advance(world, timedelta(seconds=59))
    assert browser.send(**RIGHT).at == ("change-password", "ready")
    assert "Try again after 17:01: your password was changed a moment ago." in browser.errors[0]
    assert told(world, "password.too_young")["expected"] == "a password that was kept for 60 seconds at least"
    advance(world, timedelta(seconds=1))
    assert browser.send(**RIGHT).at == ("password-set", "changed")


def test_the_last_five_passwords_may_not_be_used_again_and_the_sixth_may(world: World, account: Account) -> None:
    for number in range(5):
        put_password(world, get_account(world, EMAIL), f"Lantern {number}!")
    now = get_account(world, EMAIL)
    for number in range(5):
        with pytest.raises(Refusal, match="the last 5 may not be used again"):
            check_history(world, now, f"Lantern {number}!")
    assert told(world, "password.used_before")["expected"] == "none of the last 5 passwords"
    check_history(world, now, PASSWORD)


def test_a_password_works_for_ten_years_and_is_warned_of_two_weeks_before(world: World, account: Account) -> None:
    set_at = world.clock.now()
    for days, state, before in [(3636, "expiring", "good"), (3650, "expired", "expiring")]:
        world.move_clock(set_at + timedelta(days=days, seconds=-1))
        assert password_state(world, account) == before
        advance(world, timedelta(seconds=1))
        assert password_state(world, account) == state


def test_a_form_sent_twice_changes_once(world: World, at_change: Browser) -> None:
    form = at_change.page
    at_change.send(**RIGHT, follow=False)
    assert at_change.page.status_code == 303
    at_change.page = form
    assert "it is not the right one" in at_change.send(**RIGHT).errors[0]
    assert len(world.journal.events(types=["password.set"])) == 1


def test_other_samples_are_a_button_away_and_count_no_try(world: World, at_change: Browser) -> None:
    assert at_change.send(other="samples").at == ("change-password", "ready")
    assert at_change.errors == []
    assert world.journal.events(types=["signin.wrong_password"]) == []


def test_staff_change_their_password_too(world: World, old_account: Account, browser: Browser) -> None:
    change(world, old_account, domain="eu.europa.ec")
    assert sign_in(browser, old_account).open(CHANGE).send(**RIGHT).at == ("password-set", "changed")


# A sign-in that waits until the password was changed.


@pytest.fixture
def interrupted(world: World, old_account: Account, browser: Browser) -> Browser:
    """In the middle of a sign-in, where the password has to be changed first."""
    interrupt(browser, world, old_account, LOGIN_QUERY)
    return browser


def test_a_sign_in_that_waited_goes_on(world: World, interrupted: Browser) -> None:
    assert interrupted.open(CHANGE).at == ("change-password", "ready")
    interrupted.send(**RIGHT, follow=False)
    assert interrupted.page.headers["Location"] == f"{world.prefix}/cas/login?{LOGIN_QUERY}"
    onward = interrupted.http.get(f"{interrupted.base}/cas/login?{LOGIN_QUERY}", allow_redirects=False)
    assert onward.headers["Location"].startswith(f"{SERVICE}?ticket=ST-")
    assert interrupted.open(CHANGE).at == ("change-password", "ready")
    assert link_to(interrupted, "Cancel").endswith("/cas/userdata/myAccount.cgi")


@pytest.mark.parametrize("always", [False, True])
def test_a_sign_in_that_had_a_session_goes_on_with_it(
    world: World, old_account: Account, browser: Browser, *, always: bool
) -> None:
    sign_in(browser, old_account)
    change(world, old_account, always_two_factors=always)
    before = browser.http.cookies.get_dict()[cookie_name("idp", world, "sso")]
    interrupt(browser, world, old_account, LOGIN_QUERY)
    browser.open(CHANGE).send(**RIGHT, follow=False)
    assert browser.page.headers["Location"] == f"{world.prefix}/cas/login?{LOGIN_QUERY}"
    assert browser.http.cookies.get_dict()[cookie_name("idp", world, "sso")] == before
    assert find_session(world, before) is not None


@pytest.mark.parametrize(("seconds", "at"), [(-1, "change-password"), (0, "whoami")])
def test_a_change_waits_as_long_as_a_sign_in_page(world: World, interrupted: Browser, seconds: int, at: str) -> None:
    advance(world, timedelta(hours=1, seconds=seconds))
    assert interrupted.open(CHANGE).at[0] == at


def test_a_lost_password_keeps_the_service_of_the_sign_in_that_waits(interrupted: Browser) -> None:
    address = link_to(interrupted.open(CHANGE), "Lost your password?")
    assert "service=http%3A%2F%2Fapp.example%2Fcb" in address
    assert interrupted.http.get(address).text.count(f'value="{EMAIL}"') == 1


def test_who_is_signed_in_changes_the_own_password_whoever_left_a_sign_in_behind(
    world: World, old_account: Account, other: Account, browser: Browser
) -> None:
    sign_in(browser, other)
    interrupt(browser, world, old_account, LOGIN_QUERY)
    assert other.email in browser.open(CHANGE).text
    assert EMAIL not in browser.text


def test_a_wrong_current_password_lets_no_sign_in_go_on(interrupted: Browser) -> None:
    interrupted.open(CHANGE).send(**RIGHT | {"currentPassword": "wrong"})
    assert interrupted.at == ("change-password", "ready")
    assert interrupted.open("/cas/userdata/myAccount.cgi").at == ("whoami", "ready")
    interrupted.open(CHANGE).open(link_to(interrupted, "Cancel"))
    assert interrupted.at == ("whoami", "ready")
    assert "app.example" in interrupted.text


def test_who_always_wants_two_factors_signs_in_anew(world: World, old_account: Account, interrupted: Browser) -> None:
    change(world, old_account, always_two_factors=True)
    assert interrupted.open(CHANGE).send(**RIGHT).at == ("whoami", "ready")


def test_an_account_disabled_meanwhile_changes_nothing(
    world: World, old_account: Account, interrupted: Browser
) -> None:
    change(world, old_account, disabled=True)
    interrupted.open(CHANGE).send(**RIGHT)
    assert "Ask the support of EU Login for help" in interrupted.errors[0]
    assert told(world, "account.disabled")["got"] == "a disabled account"
    assert world.journal.events(types=["password.set"]) == []
    assert locked_until(world, old_account.uid, PASSWORD_TRIES) is None


def test_an_account_deleted_meanwhile_signs_in_anew(world: World, old_account: Account, interrupted: Browser) -> None:
    with world.database.session() as db:
        db.delete(db.get_one(Account, old_account.uid))
    assert interrupted.open(CHANGE).at == ("whoami", "ready")


def test_when_to_try_again_is_never_too_early_and_has_its_day(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, account)
    for least, said in [(timedelta(minutes=1, seconds=1), "17:02"), (timedelta(days=2), "29/11/2026 17:00")]:
        world.settings.change({"password.min_age": least})
        assert f"Try again after {said}:" in browser.open(CHANGE).send(**RIGHT).errors[0]


def test_who_forgot_a_new_password_may_set_another_at_once(world: World, account: Account) -> None:
    world.settings.change({"password.min_age": timedelta(days=2)})
    link = password_links.send_link(world, account)
    password_links.set_password(world, link.token, NEW)
    assert get_account(world, EMAIL).password_hash != account.password_hash


def test_who_always_wants_two_factors_is_sent_to_sign_in(
    world: World, account: Account, other: Account, browser: Browser
) -> None:
    change(world, account, always_two_factors=True)
    sign_in(browser, other).open(link_address(world, password_links.send_link(world, account)))
    browser.send(newPassword=NEW, newPasswordConfirm=NEW)
    assert browser.at == ("password-set", "ready")
    assert f"Sign in as {EMAIL} now, with the new password." in browser.text.replace(" .", ".")
    address = browser.page.url
    browser.open("/cas/logout").send()
    assert browser.open(address).at == ("whoami", "known")
