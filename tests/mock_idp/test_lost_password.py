"""The request behind "Lost your password?" and its mail (facts, reset)."""

import re

import pytest

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_world import World
from tests.mock_idp.accounts_pages import EMAIL, LOST, NEW, link_to, the_link, value
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.signing_in import change, told

SERVICE = "http://app.example/cb?a=1"


def test_the_way_from_a_lost_password_to_a_new_one(world: World, account: Account, browser: Browser) -> None:
    advance(world, minutes(1))
    browser.open(f"{LOST}?username={EMAIL}")
    assert (browser.at, value(browser, "username")) == (("lost-password", "ready"), EMAIL)
    assert browser.send(username=EMAIL).at == ("sign-up-sent", "ready")
    assert EMAIL in browser.text
    assert browser.open(the_link(world)).send(newPassword=NEW, newPasswordConfirm=NEW).at == ("password-set", "ready")
    assert "Password changed" in browser.text
    other = Browser(browser.base).open("/cas/login").send(username=EMAIL)
    assert other.send(password=PASSWORD).at == ("password", "ready")
    assert other.send(password=NEW).at == ("successful-login", "ready")


def test_the_mail_of_a_reset_has_the_order_of_the_registration_mail(world: World, account: Account) -> None:
    from mock_idp.account_management.registration import ask_for_password

    ask_for_password(world, EMAIL)
    (mail,) = world.mailbox.mails(to=EMAIL)
    assert mail.subject == "Your EU Login account: new password"
    in_order = (
        rf"Dear Ada Berg,.*{EMAIL}.*choose a new password.*{re.escape(the_link(world))}.*5 minutes, counted from the "
        r"moment this message was sent.*right away.*the same link still helps.*copy.*your password stays as it is"
        r".*do not reply.*help or contact page of the site.*Sent to you by EU Login"
    )
    assert re.search(in_order, mail.text, re.DOTALL)
    assert [link["text"] for link in mail.links] == ["this link"]
    assert mail.html is not None
    assert mail.html.count(the_link(world)) == 2


def test_who_never_set_a_password_gets_the_registration_mail_again(world: World, browser: Browser) -> None:
    create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example"))
    browser.open(LOST).send(username="bo@hospital.example")
    assert world.mailbox.mails(to="bo@hospital.example")[0].subject == "Your EU Login account: create your password"


def test_the_address_of_an_identifier_is_told_by_mail_only(world: World, account: Account, browser: Browser) -> None:
    browser.open(LOST).send(username=account.uid)
    assert browser.at == ("sign-up-sent", "ready")
    assert EMAIL not in browser.text
    assert len(world.mailbox.mails(to=EMAIL)) == 1


@pytest.mark.parametrize("name", ["", "<b>x</b>", "a\x00b", "x" * 10_000])
def test_a_name_that_nobody_has_is_told_and_kept(world: World, browser: Browser, name: str) -> None:
    browser.open(LOST).send(username=name)
    assert browser.at == ("lost-password", "ready")
    assert "Check the spelling, or create an account" in browser.errors[0]
    assert value(browser, "username") == name
    assert "<b>x</b>" not in browser.page.text
    assert told(world, "account.unknown")["got"] == (name[:80] or "nothing")
    assert browser.open(link_to(browser, "Create an account")).at == ("register", "ready")


def test_a_disabled_account_gets_no_mail(world: World, account: Account, browser: Browser) -> None:
    change(world, account, disabled=True)
    browser.open(LOST).send(username=EMAIL)
    assert "Ask the support of EU Login for help" in browser.errors[0]
    assert told(world, "account.disabled")["got"] == "a disabled account"
    assert world.mailbox.mails(to=EMAIL) == []


def test_a_lock_ends_with_a_new_password(world: World, account: Account, browser: Browser) -> None:
    browser.open("/cas/login").send(username=EMAIL)
    for _ in range(5):
        browser.send(password="wrong")
    assert "Try again after" in browser.errors[0]
    advance(world, minutes(1))
    browser.open(LOST).send(username=EMAIL).open(the_link(world)).send(newPassword=NEW, newPasswordConfirm=NEW)
    assert browser.at == ("password-set", "ready")
    assert Browser(browser.base).open("/cas/login").send(username=EMAIL).send(password=NEW).at[0] == "successful-login"


def test_what_a_service_asked_for_comes_out_at_the_end(world: World, account: Account, browser: Browser) -> None:
    advance(world, minutes(1))
    address = f"{LOST}?service=http%3A%2F%2Fapp.example%2Fcb%3Fa%3D1&loginRequestId=LR-1&username={EMAIL}"
    browser.open(address).send(username=EMAIL)
    other = Browser(browser.base).open(the_link(world)).send(newPassword=NEW, newPasswordConfirm=NEW)
    onward = other.http.get(link_to(other, "Proceed to app.example"), allow_redirects=False)
    assert "loginRequestId=LR-1" in onward.url
    assert onward.headers["Location"].startswith(f"{SERVICE}&ticket=ST-")
