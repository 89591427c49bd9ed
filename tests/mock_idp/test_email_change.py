"""Changing the e-mail address: the link to the new one, and what becomes of the old one (facts, account pages)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mock_idp.account_management.configuration import Configuration, configure
from mock_idp.account_management.email_change import ask_for_email, confirm_email
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account, find_account
from mock_idp.factors.devices.enrolment import Enrolled
from mock_world import Refusal, World
from tests.mock_idp.conftest import Browser, advance, minutes
from tests.mock_idp.signed_in import journal_explains, sign_in
from tests.mock_idp.signing_in import change
from tests.mock_idp.test_devices import signed

NEW = "ada@clinic.example"
PAGE = "/cas/userdata/configureMyAccount.cgi"
FORM = {"firstName": "Ada", "lastName": "Berg", "email": NEW, "emailLanguage": "en", "notifications": "y"}


def the_link(world: World, to: str = NEW) -> str:
    return world.mailbox.mails(to=to)[-1].links[0]["url"]


def token(world: World, to: str = NEW) -> str:
    return the_link(world, to).partition("?")[2]


def is_account(world: World, email: str) -> bool:
    return find_account(world, email) is not None


def test_the_new_address_counts_once_its_link_is_confirmed(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, world, account).open(PAGE)
    browser.send(firstName="Ada", lastName="Berg", email=NEW.upper(), emailLanguage="en", notifications="y")
    assert browser.at == ("configure-account", "updated")
    assert f"Your account has been successfully updated. We sent a message to {NEW} :" in browser.text
    assert (is_account(world, NEW), is_account(world, account.email)) == (False, True)
    stranger = Browser(browser.base).open(the_link(world))
    assert stranger.at == ("confirm-email", "ready")
    assert not is_account(world, NEW)
    stranger.send()
    assert stranger.at == ("confirm-email", "confirmed")
    assert (is_account(world, NEW), is_account(world, account.email)) == (True, False)
    assert browser.open("/cas/userdata/myAccount.cgi").at == ("account", "ready")
    assert NEW in browser.text


def test_mails_tell_both_addresses_of_the_wish_and_the_change(world: World, account: Account) -> None:
    ask_for_email(world, account, NEW)
    confirm_email(world, token(world))
    (mail,) = world.mailbox.mails(to=NEW)
    assert [link["text"] for link in mail.links] == ["this link"]
    assert mail.html is not None
    for form in (mail.text, mail.html):
        assert the_link(world) in form
        assert "works for 5 minutes, counted from the moment this message was sent" in form
    wish, done = world.mailbox.mails(to=account.email)
    assert f"The new e-mail address {NEW} was entered for your account." in wish.text
    assert f"The e-mail address of your account was changed to {NEW}." in done.text


def test_the_link_works_until_five_minutes_after_the_mail(world: World, account: Account, browser: Browser) -> None:
    ask_for_email(world, account, NEW)
    advance(world, timedelta(minutes=4, seconds=59))
    assert browser.open(the_link(world)).at == ("confirm-email", "ready")
    advance(world, timedelta(seconds=1))
    browser.send()
    assert (browser.at, browser.page.status_code) == (("confirm-email", "refused"), 410)
    assert browser.errors == ["Enter the new address again: this link worked until 5 minutes after the mail was sent."]
    assert journal_explains(world, "email.link_expired")
    assert PAGE in browser.page.text
    assert not is_account(world, NEW)


def test_an_older_link_points_to_the_newest_mail(world: World, account: Account, browser: Browser) -> None:
    ask_for_email(world, account, NEW)
    ask_for_email(world, account, "other@clinic.example")
    browser.open(the_link(world))
    assert (browser.at, browser.page.status_code) == (("confirm-email", "refused"), 410)
    assert browser.errors[0].startswith("Use the link of the newest mail")
    assert journal_explains(world, "email.link_superseded")
    confirm_email(world, token(world, "other@clinic.example"))
    assert is_account(world, "other@clinic.example")


def test_a_link_sent_twice_shows_what_it_has_done(world: World, account: Account, browser: Browser) -> None:
    ask_for_email(world, account, NEW)
    first, second = browser.open(the_link(world)), Browser(browser.base).open(the_link(world))
    assert first.send().at == ("confirm-email", "confirmed")
    assert second.send().at == ("confirm-email", "confirmed")
    assert len(world.journal.events(types=["email.changed"])) == 1
    assert token(world) not in str([event.fields for event in world.journal.events()])


def test_a_used_link_does_not_bring_an_address_back(world: World, account: Account, browser: Browser) -> None:
    ask_for_email(world, account, NEW)
    used = the_link(world)
    confirm_email(world, token(world))
    changed = find_account(world, NEW)
    assert changed is not None
    ask_for_email(world, changed, account.email)
    confirm_email(world, token(world, account.email))
    assert browser.open(used).at == ("confirm-email", "refused")
    assert "Enter the address again if you still want to change it" in browser.errors[0]
    assert journal_explains(world, "email.link_used")


@pytest.mark.parametrize("mangled", ["", "%00", "x" * 10_000])
def test_a_link_that_is_not_known_is_told_without_a_crash(browser: Browser, world: World, mangled: str) -> None:
    browser.open(f"/cas/userdata/confirmEmail.cgi?{mangled}")
    assert (browser.at, browser.page.status_code) == (("confirm-email", "refused"), 404)
    assert "Copy the whole address from the mail" in browser.errors[0]
    assert journal_explains(world, "email.link_unknown")
    with pytest.raises(Refusal, match="not known"):
        confirm_email(world, mangled)


def test_an_address_taken_meanwhile_is_refused(world: World, account: Account, browser: Browser) -> None:
    ask_for_email(world, account, NEW)
    browser.open(the_link(world))
    create_account(world, NewAccount("Bo", "Nil", NEW))
    browser.send()
    assert (browser.at, browser.page.status_code) == (("confirm-email", "refused"), 409)
    assert "There is an account with this e-mail address already" in browser.errors[0]
    assert is_account(world, account.email)


def test_a_disabled_account_keeps_its_address(world: World, account: Account, browser: Browser) -> None:
    ask_for_email(world, account, NEW)
    change(world, account, disabled=True)
    browser.open(the_link(world)).send()
    assert (browser.at, browser.page.status_code) == (("confirm-email", "refused"), 403)
    assert "disabled by administrators" in browser.errors[0]
    assert not is_account(world, NEW)


def test_so_many_mails_a_while_are_enough(world: World, account: Account, browser: Browser) -> None:
    for _ in range(5):
        ask_for_email(world, account, NEW)
    sign_in(browser, world, account).open(PAGE)
    browser.send(firstName="Zoë", lastName="Berg", email=NEW, emailLanguage="en")
    assert browser.at == ("configure-account", "ready")
    assert "Use the newest of the 5 mails that we sent, or try again after 17:15." in browser.errors
    assert journal_explains(world, "email.too_many")
    kept = find_account(world, account.email)
    assert kept is not None
    assert kept.first_name == "Ada"  # all or nothing
    advance(world, minutes(15))
    ask_for_email(world, account, NEW)


def test_the_page_tells_which_address_is_waited_for(world: World, account: Account, browser: Browser) -> None:
    ask_for_email(world, account, NEW)
    sign_in(browser, world, account).open(PAGE)
    assert f"{NEW} takes effect once you follow the link of our message." in browser.text
    advance(world, minutes(5))
    assert NEW not in browser.open(PAGE).text


@pytest.mark.threat(
    "Somebody who knows the password alone moves an account that always wants a factor to another address"
)
@pytest.mark.parametrize("wants_factor", [False, True])
def test_the_address_is_changed_by_the_password_unless_the_account_always_wants_a_factor(
    world: World, account: Account, device: Enrolled, browser: Browser, *, wants_factor: bool
) -> None:
    at_page = sign_in(browser, world, account).open(PAGE)
    configure(world, account, replace(Configuration.of(account), always_two_factors=wants_factor))
    at_page.send(**FORM, follow=True)
    assert at_page.at == (("password", "ready") if wants_factor else ("configure-account", "updated"))
    told = [mail for mail in world.mailbox.mails(to=account.email) if NEW in mail.text]
    assert bool(told) is not wants_factor


def test_the_phone_of_a_changed_account_learns_the_new_address(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    ask_for_email(world, account, NEW)
    confirm_email(world, token(world))
    assert signed("GET", browser.base + "/cas/app/requests", device).json() == {"account": NEW, "items": []}
