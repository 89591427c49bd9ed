"""Changing a password: rules of age and reuse, wrong tries, sessions, and a sign-in that waits for it."""

from datetime import timedelta
from typing import Any

import pytest

from mock_idp.accounts import links
from mock_idp.accounts.ageing import check_history, password_state
from mock_idp.accounts.mails import link_address
from mock_idp.accounts.model import Account
from mock_idp.accounts.new_password import put_password
from mock_idp.accounts.people import NewAccount, create_account, get_account
from mock_idp.accounts.tries import PASSWORD as PASSWORD_TRIES
from mock_idp.accounts.tries import locked_until
from mock_idp.signin.sessions import find_session
from mock_world import Refusal, World
from mock_world.web.cookies import cookie_name
from tests.mock_idp.accounts_pages import CHANGE, EMAIL, NEW, STRANGE, interrupt, link_to, sign_in, told, value
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes

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


def test_a_change_asks_for_a_sign_in_and_comes_back(old_account: Account, browser: Browser) -> None:
    browser.open(CHANGE)
    assert browser.at == ("whoami", "ready")
    assert browser.send(username=EMAIL).send(password=PASSWORD).at == ("change-password", "ready")


def test_a_changed_password_ends_all_sessions_but_this_one_and_a_mail_tells_of_it(
    world: World, at_change: Browser, old_account: Account
) -> None:
    other = sign_in(Browser(at_change.base), old_account)
    assert at_change.send(**RIGHT).at == ("password-set", "changed")
    assert "You are signed in as" in at_change.text
    assert at_change.open(link_to(at_change, "My Account")).at == ("account", "ready")
    assert other.open("/cas/login").at == ("whoami", "known")
    sign_in(other, old_account, NEW)
    (mail,) = world.mailbox.mails(to=EMAIL)
    assert "The password of your account was changed." in mail.text
    assert "This happened on Friday 27 November 2026, 17:01." in mail.text


def test_who_wants_no_mails_gets_none_about_a_change(world: World, at_change: Browser, old_account: Account) -> None:
    with world.database.session() as db:
        db.get_one(Account, old_account.uid).notifications = False
    assert at_change.send(**RIGHT).at == ("password-set", "changed")
    assert world.mailbox.mails(to=EMAIL) == []


@pytest.mark.parametrize("wrong", [*STRANGE, NEW])
def test_a_wrong_current_password_is_told_counted_and_forgotten(world: World, at_change: Browser, wrong: str) -> None:
    at_change.send(**RIGHT | {"currentPassword": wrong})
    assert at_change.at == ("change-password", "ready")
    assert "Enter the password again: it is not the right one for this account. Tries left: 4." in at_change.errors[0]
    assert 'id="currentPassword-error"' in at_change.page.text
    expected, got, remedy = told(world, "signin.wrong_password")
    assert (expected, got) == ("the password of the account", "another password" if wrong else "no password")
    assert remedy.endswith("tries left: 4")
    assert [value(at_change, name) for name in RIGHT] == ["", "", ""]
    assert at_change.send(**RIGHT).at == ("password-set", "changed")


def test_five_wrong_current_passwords_lock_the_account_by_mail_and_for_fifteen_minutes(
    world: World, at_change: Browser
) -> None:
    for left in (4, 3, 2, 1):
        assert f"Tries left: {left}" in at_change.send(**RIGHT | {"currentPassword": "wrong"}).errors[0]
    at_change.send(**RIGHT | {"currentPassword": "wrong"})
    assert "Try again after 17:16, or ask for a new password" in at_change.errors[0]
    assert told(world, "signin.locked") == (
        "an account that is not locked by wrong passwords",
        "a locked account",
        "wait until 17:16, move the world's clock, or set a new password by a mail's link",
    )
    assert "locked until 17:16" in world.mailbox.mails(to=EMAIL)[0].text
    lost = Browser(at_change.base).open(link_to(at_change, "Lost your password?"))
    assert (lost.at, value(lost, "username")) == (("lost-password", "ready"), EMAIL)
    advance(world, timedelta(minutes=14, seconds=59))
    assert at_change.send(**RIGHT).at == ("change-password", "ready")
    advance(world, timedelta(seconds=1))
    assert at_change.send(**RIGHT).at == ("password-set", "changed")


def test_wrong_tries_here_and_at_sign_in_are_counted_together(world: World, at_change: Browser) -> None:
    at_change.send(**RIGHT | {"currentPassword": "wrong"})
    other = Browser(at_change.base).open("/cas/login").send(username=EMAIL)
    assert "Tries left: 3" in other.send(password="wrong").errors[0]


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"newPassword": "short1A", "newPasswordConfirm": "short1A"}, "password.too_weak", "at least 8 characters"),
        ({"newPasswordConfirm": NEW + "x"}, "password.differs", "the same new password in both fields"),
        ({"newPassword": PASSWORD, "newPasswordConfirm": PASSWORD}, "password.used_before", "did not use lately"),
    ],
)
def test_what_is_wrong_with_the_new_password_is_told_at_its_field(
    world: World, at_change: Browser, fields: dict[str, Any], code: str, words: str
) -> None:
    at_change.send(**RIGHT | fields)
    assert at_change.at == ("change-password", "ready")
    assert words in at_change.errors[0]
    assert all(told(world, code))
    assert [value(at_change, name) for name in RIGHT] == ["", "", ""]
    journal = str([event.fields for event in world.journal.events()])
    assert not [secret for secret in (PASSWORD, NEW, "short1A") if secret in journal]


@pytest.mark.parametrize(("age", "page"), [(59, "change-password"), (60, "password-set")])
def test_a_password_is_kept_for_a_minute_at_least(
    world: World, account: Account, browser: Browser, age: int, page: str
) -> None:
    sign_in(browser, account).open(CHANGE)
    advance(world, timedelta(seconds=age))
    assert browser.send(**RIGHT).at[0] == page
    if page == "change-password":
        assert "Try again after 17:01: your password was changed a moment ago." in browser.errors[0]
        assert told(world, "password.too_young") == (
            "a password that was kept for 60 seconds at least",
            "a younger one",
            "wait, or move the world's clock",
        )


def test_the_last_five_passwords_may_not_be_used_again_and_the_sixth_may(world: World, account: Account) -> None:
    for number in range(5):
        put_password(world, get_account(world, EMAIL), f"Lantern {number}!")
    now = get_account(world, EMAIL)
    for number in range(5):
        with pytest.raises(Refusal, match="the last 5 may not be used again"):
            check_history(world, now, f"Lantern {number}!")
    assert told(world, "password.used_before") == (
        "none of the last 5 passwords",
        "a password of before",
        "choose another password, such as one of the samples",
    )
    check_history(world, now, PASSWORD)


@pytest.mark.parametrize(("history", "refused"), [(9, 9), (1, 1), (0, 0)])
def test_history_is_as_long_as_its_setting(world: World, account: Account, history: int, refused: int) -> None:
    world.settings.change({"password.history": history})
    for number in range(12):
        put_password(world, get_account(world, EMAIL), f"Lantern {number}!")
    now, found = get_account(world, EMAIL), 0
    for number in range(12):
        try:
            check_history(world, now, f"Lantern {number}!")
        except Refusal:
            found += 1
    assert found == refused


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (timedelta(days=3636) - timedelta(seconds=1), "good"),
        (timedelta(days=3636), "expiring"),
        (timedelta(days=3650) - timedelta(seconds=1), "expiring"),
        (timedelta(days=3650), "expired"),
    ],
)
def test_a_password_is_warned_of_and_expires(world: World, account: Account, age: timedelta, state: str) -> None:
    advance(world, age)
    assert password_state(world, account) == state


def test_a_form_sent_twice_changes_once(world: World, at_change: Browser) -> None:
    form = at_change.page
    at_change.send(**RIGHT, follow=False)
    assert at_change.page.status_code == 303
    at_change.page = form
    assert "it is not the right one" in at_change.send(**RIGHT).errors[0]
    assert len(world.journal.events(types=["password.set"])) == 1


def test_a_page_whose_session_ended_elsewhere_asks_for_a_sign_in(world: World, at_change: Browser) -> None:
    put_password(world, get_account(world, EMAIL), NEW)
    assert at_change.send(**RIGHT).at == ("whoami", "known")


def test_other_samples_are_a_button_away_and_count_no_try(world: World, at_change: Browser) -> None:
    assert at_change.send(other="samples").at == ("change-password", "ready")
    assert at_change.errors == []
    assert world.journal.events(types=["signin.wrong_password"]) == []


def test_staff_change_their_password_too(world: World, old_account: Account, browser: Browser) -> None:
    with world.database.session() as db:
        db.get_one(Account, old_account.uid).domain = "eu.europa.ec"
    assert sign_in(browser, old_account).open(CHANGE).send(**RIGHT).at == ("password-set", "changed")


# A sign-in that waits until the password was changed.


def test_a_sign_in_that_waited_goes_on_after_the_change(world: World, old_account: Account, browser: Browser) -> None:
    interrupt(browser, world, old_account, LOGIN_QUERY)
    assert browser.open(CHANGE).at == ("change-password", "ready")
    browser.send(**RIGHT, follow=False)
    assert browser.page.headers["Location"] == f"{world.prefix}/cas/login?{LOGIN_QUERY}"
    onward = browser.http.get(f"{browser.base}/cas/login?{LOGIN_QUERY}", allow_redirects=False)
    assert onward.headers["Location"].startswith(f"{SERVICE}?ticket=ST-")
    assert browser.open(CHANGE).at == ("change-password", "ready")
    assert link_to(browser, "Cancel").endswith("/cas/userdata/myAccount.cgi")


@pytest.mark.parametrize("always", [False, True])
def test_a_sign_in_that_had_a_session_goes_on_with_it(
    world: World, old_account: Account, browser: Browser, *, always: bool
) -> None:
    sign_in(browser, old_account)
    with world.database.session() as db:
        db.get_one(Account, old_account.uid).always_two_factors = always
    before = browser.http.cookies.get_dict()[cookie_name("idp", world, "sso")]
    interrupt(browser, world, old_account, LOGIN_QUERY)
    browser.open(CHANGE).send(**RIGHT, follow=False)
    assert browser.page.headers["Location"] == f"{world.prefix}/cas/login?{LOGIN_QUERY}"
    assert browser.http.cookies.get_dict()[cookie_name("idp", world, "sso")] == before
    assert find_session(world, before) is not None


@pytest.mark.parametrize(("seconds", "at"), [(-1, "change-password"), (0, "whoami")])
def test_a_change_waits_as_long_as_a_sign_in_page_is_good(
    world: World, old_account: Account, browser: Browser, seconds: int, at: str
) -> None:
    interrupt(browser, world, old_account, LOGIN_QUERY)
    advance(world, timedelta(hours=1, seconds=seconds))
    assert browser.open(CHANGE).at[0] == at


def test_a_lost_password_keeps_the_service_of_the_sign_in_that_waits(
    world: World, old_account: Account, browser: Browser
) -> None:
    interrupt(browser, world, old_account, LOGIN_QUERY)
    address = link_to(browser.open(CHANGE), "Lost your password?")
    assert "service=http%3A%2F%2Fapp.example%2Fcb" in address
    assert browser.http.get(address).text.count(f'value="{EMAIL}"') == 1


def test_who_is_signed_in_changes_the_own_password_whoever_left_a_sign_in_behind(
    world: World, old_account: Account, browser: Browser
) -> None:
    other = create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))
    sign_in(browser, other)
    interrupt(browser, world, old_account, LOGIN_QUERY)
    assert other.email in browser.open(CHANGE).text
    assert EMAIL not in browser.text


def test_a_sign_in_that_waits_is_forgotten_when_somebody_else_signs_in(
    world: World, old_account: Account, browser: Browser
) -> None:
    other = create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))
    interrupt(browser, world, old_account, LOGIN_QUERY)
    browser.open(link_address(world, links.send_link(world, other)))
    browser.send(newPassword=NEW, newPasswordConfirm=NEW)
    assert other.email in browser.open(CHANGE).text


def test_a_wrong_current_password_lets_no_sign_in_go_on(world: World, old_account: Account, browser: Browser) -> None:
    interrupt(browser, world, old_account, LOGIN_QUERY)
    browser.open(CHANGE).send(**RIGHT | {"currentPassword": "wrong"})
    assert browser.at == ("change-password", "ready")
    assert browser.open("/cas/userdata/myAccount.cgi").at == ("whoami", "ready")


def test_a_change_that_waits_can_be_left(world: World, old_account: Account, browser: Browser) -> None:
    interrupt(browser, world, old_account, LOGIN_QUERY)
    browser.open(CHANGE).open(link_to(browser, "Cancel"))
    assert browser.at == ("whoami", "ready")
    assert "app.example" in browser.text


def test_who_always_wants_two_factors_signs_in_after_the_change(
    world: World, old_account: Account, browser: Browser
) -> None:
    with world.database.session() as db:
        db.get_one(Account, old_account.uid).always_two_factors = True
    interrupt(browser, world, old_account, LOGIN_QUERY)
    assert browser.open(CHANGE).send(**RIGHT).at == ("whoami", "ready")


def test_an_account_that_was_disabled_meanwhile_changes_nothing(
    world: World, old_account: Account, browser: Browser
) -> None:
    with world.database.session() as db:
        db.get_one(Account, old_account.uid).disabled = True
    interrupt(browser, world, old_account, LOGIN_QUERY)
    browser.open(CHANGE).send(**RIGHT)
    assert "Ask the support of EU Login for help" in browser.errors[0]
    assert told(world, "account.disabled")[1] == "a disabled account"
    assert world.journal.events(types=["password.set"]) == []
    assert locked_until(world, old_account.uid, PASSWORD_TRIES) is None


def test_an_account_that_was_deleted_meanwhile_leads_to_the_sign_in_page(
    world: World, old_account: Account, browser: Browser
) -> None:
    interrupt(browser, world, old_account, LOGIN_QUERY)
    with world.database.session() as db:
        db.delete(db.get_one(Account, old_account.uid))
    assert browser.open(CHANGE).at == ("whoami", "ready")


@pytest.mark.parametrize(
    ("least", "said"),
    [
        (timedelta(minutes=1), "17:01"),
        (timedelta(minutes=1, seconds=1), "17:02"),
        (timedelta(days=2), "29/11/2026 17:00"),
    ],
)
def test_when_to_try_again_is_never_too_early_and_has_its_day(
    world: World, account: Account, browser: Browser, least: timedelta, said: str
) -> None:
    world.settings.change({"password.min_age": least})
    sign_in(browser, account).open(CHANGE).send(**RIGHT)
    assert f"Try again after {said}:" in browser.errors[0]


def test_who_forgot_a_new_password_may_set_another_at_once(world: World, account: Account) -> None:
    world.settings.change({"password.min_age": timedelta(days=2)})
    link = links.send_link(world, account)
    links.set_password(world, link.token, NEW)
    assert get_account(world, EMAIL).password_hash != account.password_hash


def test_the_page_of_a_set_password_names_whose_it_is(world: World, account: Account, browser: Browser) -> None:
    other = create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))
    with world.database.session() as db:
        db.get_one(Account, account.uid).always_two_factors = True
    sign_in(browser, other)
    link = links.send_link(world, account)
    browser.open(f"/cas/init/initialisePasswordLogin.cgi?{link.token}")
    browser.send(newPassword=NEW, newPasswordConfirm=NEW)
    assert browser.at == ("password-set", "ready")
    assert f"Sign in as {EMAIL} now" in browser.text
    address = browser.page.url
    browser.open("/cas/logout").send()
    assert browser.open(address).at == ("whoami", "known")
