"""PANIC and the deletion of an account (facts, account pages)."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from mock_idp.account_management.account_deletion import delete_account, delete_all_factors
from mock_idp.account_management.configuration import Configuration, configure
from mock_idp.account_management.email_change import ask_for_email
from mock_idp.account_management.password_links import send_link
from mock_idp.account_management.registration import SignUp, register
from mock_idp.accounts import failed_attempts
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account, find_account, get_account
from mock_idp.cas.tickets import issue_ticket
from mock_idp.common.strength_names import BY_APP, PASSWORD_MOBILE_APP
from mock_idp.common.strength_names import PASSWORD as PASSWORD_STRENGTH
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.factors.devices.rules import add_device, devices_of
from mock_idp.factors.devices.sign_in_requests import request_of, send_request, state_of
from mock_idp.factors.keys.rules import keys_of
from mock_idp.factors.second_factors import second_factors
from mock_idp.signin.sessions import find_session, start_session
from mock_world import Refusal, World
from mock_world.database import Base
from tests.mock_idp.conftest import PASSWORD, PIN, Browser
from tests.mock_idp.signed_in import journal_explains, sign_in, subjects
from tests.mock_idp.test_devices import signed
from tests.mock_idp.test_keys import add_key

PANIC = "/cas/userdata/deleteAllMyDevices.cgi"
DELETE = "/cas/userdata/deleteMyAccount.cgi"


@pytest.fixture
def signed_in(world: World, account: Account, browser: Browser) -> Browser:
    return sign_in(browser, world, account)


@pytest.mark.parametrize(
    "happens",
    [delete_all_factors, lambda world, account: delete_account(world, account, PASSWORD)],
    ids=["panic", "end"],
)
def test_a_phone_that_waits_learns_at_once_that_it_is_not_wanted_any_more(
    world: World,
    account: Account,
    device: Enrolled,
    browser: Browser,
    is_waiting: threading.Event,
    happens: Callable[[World, Account], None],
) -> None:
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(signed, "GET", browser.base + "/cas/app/requests?wait=30", device)
        assert is_waiting.wait(5)
        happens(world, account)
        answer = asking.result()
    assert (answer.status_code, answer.json()["type"]) == (401, "device.not_authenticated")


def test_panic_deletes_every_factor_and_the_password_alone_works_again(
    world: World, account: Account, device: Enrolled, signed_in: Browser
) -> None:
    add_key(world, account)
    add_device(world, account.uid, name="Never scanned", pin=PIN)
    signed_in.open(PANIC)
    assert signed_in.at == ("panic", "ready")
    assert devices_of(world, account.uid)
    signed_in.send()
    assert signed_in.at == ("panic", "empty")
    assert (devices_of(world, account.uid), keys_of(world, account.uid)) == ([], [])
    other = Browser(signed_in.base).open("/cas/login").send(username=account.email)
    assert other.send(password=PASSWORD).at == ("successful-login", "ready")
    assert subjects(world, account.email)[-1] == "Your EU Login account was changed"
    assert "the password alone is enough to sign in again" in world.mailbox.mails(to=account.email)[-1].text


def test_panic_switches_off_that_two_factors_are_always_required(
    world: World, account: Account, device: Enrolled, signed_in: Browser
) -> None:
    configure(world, account, replace(Configuration.of(account), always_two_factors=True))
    assert signed_in.open(PANIC).at == ("password", "ready")
    sign_in(signed_in, world, account, PASSWORD_MOBILE_APP).open(PANIC).send()
    assert signed_in.at == ("panic", "empty")
    assert not get_account(world, account.email).always_two_factors


def test_panic_in_two_tabs_is_reported_once(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
    before = len(subjects(world, account.email))
    sent = send_request(world, account, browser="b", service="x", strength=PASSWORD_MOBILE_APP)
    sign_in(browser, world, account).open(PANIC)
    old = browser.page
    browser.send()
    assert state_of(world, request_of(world, sent.id, "b")) == "cancelled"
    browser.page = old
    assert browser.send().at == ("panic", "empty")
    assert len(subjects(world, account.email)) == before + 1
    assert len(world.journal.events(types=["account.panic"])) == 1


def test_panic_touches_nobody_else(world: World, account: Account, device: Enrolled, other: Account) -> None:
    delete_all_factors(world, other)
    assert second_factors(world, account.uid) == BY_APP


def test_staff_are_refused_panic_and_told_whom_to_ask(world: World, staff: Account, browser: Browser) -> None:
    add_device(world, staff.uid, name="Phone", pin=PIN)
    sign_in(browser, world, staff).open(PANIC)
    assert browser.at == ("panic", "staff")
    assert "Ask the service desk of your institution" in browser.text
    token = dict(browser.open("/cas/logout").hidden)["csrf_token"]
    browser.page = browser.http.post(browser.base + PANIC, data={"csrf_token": token})
    assert browser.at == ("panic", "staff")
    assert "only self-registered people can delete everything at once" in browser.errors[0]
    assert journal_explains(world, "account.panic_of_staff")
    assert len(devices_of(world, staff.uid)) == 1


# Deleting the account.


def test_nothing_is_left_of_an_account(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
    add_key(world, account)
    found = find_session(world, start_session(world, account, PASSWORD_STRENGTH).id)
    assert found is not None
    issue_ticket(world, found, "https://app.example/", sso=False)
    send_link(world, account)
    ask_for_email(world, account, "new@hospital.example")
    send_request(world, account, browser="b", service="x", strength=PASSWORD_MOBILE_APP)
    failed_attempts.count_failure(world, account.uid, failed_attempts.KEY)
    sign_in(browser, world, account).open(DELETE).send(currentPassword=PASSWORD)
    assert browser.at == ("account-deleted", "ready")
    tables = [table for table in Base.metadata.sorted_tables if "uid" in table.columns]
    with world.database.session() as db:
        left = {table.name: db.execute(select(table).where(table.columns["uid"] == account.uid)).all()
                for table in tables}  # fmt: skip
    assert {name for name, rows in left.items() if rows} == set()
    assert {"idp_account", "idp_ticket", "idp_session", "idp_failed_attempts", "idp_security_key"} <= set(left)


def test_a_deleted_account_is_signed_out_and_signs_up_again(world: World, account: Account, browser: Browser) -> None:
    elsewhere = sign_in(Browser(browser.base), world, account)
    sign_in(browser, world, account).open(DELETE).send(currentPassword=PASSWORD)
    for one in (browser, elsewhere):
        assert one.open("/cas/userdata/myAccount.cgi").at == ("whoami", "ready")
    again = register(world, SignUp("Ada", "Berg", account.email, account.email))
    assert again.uid != account.uid


def test_the_deletion_is_reported_unless_notifications_are_off(world: World, account: Account) -> None:
    delete_account(world, account, PASSWORD)
    (mail,) = world.mailbox.mails(to=account.email)
    assert mail.subject == "Your EU Login account was deleted"
    assert "create a new account" in mail.text
    quiet = create_account(world, NewAccount("Bo", "Nil", "bo@x.example", password=PASSWORD, notifications=False))
    delete_account(world, quiet, PASSWORD)
    assert subjects(world, "bo@x.example") == []


def test_wrong_passwords_delete_nothing_and_lock_here_too(world: World, account: Account, signed_in: Browser) -> None:
    signed_in.open(DELETE)
    for left in (4, 3, 2, 1):
        signed_in.send(currentPassword="<b>wrong")
        assert signed_in.at == ("delete-account", "ready")
        assert f"Tries left: {left}." in signed_in.errors[0]
    field = re.search(r"<input[^>]*currentPassword[^>]*>", signed_in.page.text)
    assert field is not None
    assert 'value=""' in field[0]
    assert 'aria-describedby="currentPassword-error"' in signed_in.page.text
    assert journal_explains(world, "signin.wrong_password")
    assert "Try again after 17:15" in signed_in.send(currentPassword="wrong").errors[0]
    assert signed_in.send(currentPassword=PASSWORD).at == ("delete-account", "ready")
    assert find_account(world, account.email) is not None


def test_a_form_sent_again_after_the_deletion_leads_to_the_sign_in_page(account: Account, signed_in: Browser) -> None:
    signed_in.open(DELETE)
    old = signed_in.page
    signed_in.send(currentPassword=PASSWORD)
    signed_in.page = old
    signed_in.send(currentPassword=PASSWORD)
    assert signed_in.at == ("error", "ready")  # the old page's token belongs to a session that ended
    assert "Nothing was changed." in signed_in.text
    assert signed_in.open("/cas/userdata/accountDeleted.cgi").at == ("account-deleted", "ready")


def test_staff_cannot_delete_their_account(world: World, staff: Account, browser: Browser) -> None:
    sign_in(browser, world, staff).open(DELETE)
    assert browser.at == ("delete-account", "staff")
    assert "Ask the service desk of your institution" in browser.text
    with pytest.raises(Refusal, match="Ask the service desk"):
        delete_account(world, staff, PASSWORD)
    assert journal_explains(world, "account.deletion_of_staff")
    assert find_account(world, staff.email) is not None
