"""PANIC and the deletion of an account (facts, account pages)."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from mock_idp.accounts import tries
from mock_idp.accounts.links import send_link
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account, find_account
from mock_idp.accounts.registration import SignUp, register
from mock_idp.cas.tickets import issue_ticket
from mock_idp.devices.requests import request_of, send_request, state_of
from mock_idp.devices.rules import Enrolled, add_device, devices_of
from mock_idp.factors import BY_APP, PASSWORD_MOBILE_APP, second_factors
from mock_idp.factors import PASSWORD as PASSWORD_STRENGTH
from mock_idp.keys.model import SecurityKey
from mock_idp.keys.rules import keys_of
from mock_idp.myaccount.configuring import Configuration, configure
from mock_idp.myaccount.email_change import ask_for_email
from mock_idp.myaccount.leaving import delete_account, delete_all_factors
from mock_idp.signin.sessions import find_session, start_session
from mock_world import Refusal, World
from mock_world.database import Base
from tests.mock_idp.conftest import PASSWORD, PIN, Browser
from tests.mock_idp.signed_in import journal_explains, sign_in, subjects
from tests.mock_idp.test_devices import signed

PANIC = "/cas/userdata/deleteAllMyDevices.cgi"
DELETE = "/cas/userdata/deleteMyAccount.cgi"


@pytest.fixture
def key(world: World, account: Account) -> SecurityKey:
    now = world.clock.now()
    key = SecurityKey(
        uid=account.uid, name="Key", credential_id="c", public_key="p", sign_count=0, transports=[], added_at=now,
        used_at=None,
    )  # fmt: skip
    with world.database.session() as db:
        db.add(key)
    return key


@pytest.fixture
def staff(world: World) -> Account:
    new = NewAccount("Eva", "Staff", "eva@staff.example", password=PASSWORD, domain="eu.europa.ec")
    return create_account(world, new)


def is_always(world: World, account: Account) -> bool:
    with world.database.session() as db:
        return db.get_one(Account, account.uid).always_two_factors


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
    world: World, account: Account, device: Enrolled, key: SecurityKey, browser: Browser
) -> None:
    add_device(world, account.uid, name="Never scanned", pin=PIN)
    sign_in(browser, world, account).open(PANIC)
    assert browser.at == ("panic", "ready")
    assert devices_of(world, account.uid)
    browser.send()
    assert browser.at == ("panic", "empty")
    assert (devices_of(world, account.uid), keys_of(world, account.uid)) == ([], [])
    other = Browser(browser.base).open("/cas/login").send(username=account.email)
    assert other.send(password=PASSWORD).at == ("successful-login", "ready")
    assert subjects(world, account.email)[-1] == "Your EU Login account was changed"
    assert "the password alone is enough to sign in again" in world.mailbox.mails(to=account.email)[-1].text


def test_panic_switches_off_that_two_factors_are_always_required(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    configure(world, account, replace(Configuration.of(account), always_two_factors=True))
    assert sign_in(browser, world, account).open(PANIC).at == ("password", "ready")
    sign_in(browser, world, account, PASSWORD_MOBILE_APP).open(PANIC).send()
    assert browser.at == ("panic", "empty")
    assert not is_always(world, account)


def test_panic_cancels_what_waits_for_the_phone(world: World, account: Account, device: Enrolled) -> None:
    sent = send_request(world, account, browser="b", service="x", strength=PASSWORD_MOBILE_APP)
    delete_all_factors(world, account)
    assert state_of(world, request_of(world, sent.id, "b")) == "cancelled"


def test_panic_twice_and_in_two_tabs_reports_once(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    before = len(subjects(world, account.email))
    sign_in(browser, world, account).open(PANIC)
    old = browser.page
    browser.send()
    browser.page = old
    assert browser.send().at == ("panic", "empty")
    assert len(subjects(world, account.email)) == before + 1
    assert len(world.journal.events(types=["account.panic"])) == 1


def test_panic_touches_nobody_else(world: World, account: Account, device: Enrolled) -> None:
    other = create_account(world, NewAccount("Bo", "Nil", "bo@hospital.example", password=PASSWORD))
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


def test_nothing_of_a_deleted_account_is_left_in_eu_login(
    world: World, account: Account, device: Enrolled, key: SecurityKey, browser: Browser
) -> None:
    found = find_session(world, start_session(world, account, PASSWORD_STRENGTH).id)
    assert found is not None
    issue_ticket(world, found, "https://app.example/", sso=False)
    send_link(world, account)
    ask_for_email(world, account, "new@hospital.example")
    send_request(world, account, browser="b", service="x", strength=PASSWORD_MOBILE_APP)
    tries.count_failure(world, account.uid, tries.KEY)
    sign_in(browser, world, account).open(DELETE).send(currentPassword=PASSWORD)
    assert browser.at == ("account-deleted", "ready")
    tables = [table for table in Base.metadata.sorted_tables if "uid" in table.columns]
    with world.database.session() as db:
        left = {table.name: db.execute(select(table).where(table.columns["uid"] == account.uid)).all()
                for table in tables}  # fmt: skip
    assert {name for name, rows in left.items() if rows} == set()
    assert {"idp_account", "idp_ticket", "idp_session", "idp_tries", "idp_security_key"} <= set(left)


def test_after_the_deletion_one_is_signed_out_and_the_address_can_sign_up_again(
    world: World, account: Account, browser: Browser
) -> None:
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


@pytest.mark.parametrize("password", ["", "wrong", "<b>", "محمد", "x" * 10_000])
def test_a_wrong_password_deletes_nothing_and_is_not_shown_again(
    world: World, account: Account, browser: Browser, password: str
) -> None:
    sign_in(browser, world, account).open(DELETE).send(currentPassword=password)
    assert browser.at == ("delete-account", "ready")
    assert "Tries left: 4." in browser.errors[0]
    field = re.search(r"<input[^>]*currentPassword[^>]*>", browser.page.text)
    assert field is not None
    assert 'value=""' in field[0]
    assert 'aria-describedby="currentPassword-error"' in browser.page.text
    assert journal_explains(world, "signin.wrong_password")
    assert find_account(world, account.email) is not None


def test_five_wrong_passwords_lock_the_account_here_too(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, world, account).open(DELETE)
    for _ in range(5):
        browser.send(currentPassword="wrong")
    assert "Try again after 17:15" in browser.errors[0]
    browser.send(currentPassword=PASSWORD)
    assert browser.at == ("delete-account", "ready")
    assert find_account(world, account.email) is not None


def test_a_form_sent_again_after_the_deletion_leads_to_the_sign_in_page(
    world: World, account: Account, browser: Browser
) -> None:
    sign_in(browser, world, account).open(DELETE)
    old = browser.page
    browser.send(currentPassword=PASSWORD)
    browser.page = old
    browser.send(currentPassword=PASSWORD)
    assert browser.at == ("error", "ready")  # the old page's token belongs to a session that ended
    assert "Nothing was changed." in browser.text
    assert browser.open("/cas/userdata/accountDeleted.cgi").at == ("account-deleted", "ready")


def test_staff_cannot_delete_their_account(world: World, staff: Account, browser: Browser) -> None:
    sign_in(browser, world, staff).open(DELETE)
    assert browser.at == ("delete-account", "staff")
    assert "Ask the service desk of your institution" in browser.text
    with pytest.raises(Refusal, match="Ask the service desk"):
        delete_account(world, staff, PASSWORD)
    assert journal_explains(world, "account.deletion_of_staff")
    assert find_account(world, staff.email) is not None
