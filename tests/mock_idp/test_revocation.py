"""What ends when a password or an address changes, a factor goes, or administrators disable an account."""

from collections.abc import Callable
from typing import Any

import pytest

from eulogin_harness.documents.people import PersonaChange, PersonaFields
from eulogin_harness.personas.building import make_person
from eulogin_harness.personas.changing import change_person
from mock_idp.account_management import password_links
from mock_idp.account_management.device_deletion import remove_device
from mock_idp.account_management.email_change import ask_for_email, confirm_email, look_at
from mock_idp.account_management.key_deletion import delete_key
from mock_idp.account_management.password_change import put_password
from mock_idp.accounts.model import Account
from mock_idp.cas.tickets import issue_ticket, take_ticket
from mock_idp.common.strength_names import PASSWORD as PASSWORD_STRENGTH
from mock_idp.common.strength_names import PASSWORD_WEBAUTHN
from mock_idp.factors.devices.enrolment import DeviceDescription, Enrolled, enrol
from mock_idp.factors.devices.rules import add_device, devices_of
from mock_idp.factors.keys.challenges import challenge_of, make_challenge, state_of
from mock_idp.factors.keys.model import ADD, SIGN_IN, USED
from mock_idp.factors.keys.rules import keys_of
from mock_idp.signin.sessions import SignedIn, SsoSession, find_session, start_session
from mock_world import Refusal, World
from tests.mock_idp.accounts_pages import EMAIL, NEW, the_link, token_of
from tests.mock_idp.conftest import PASSWORD, PIN, Browser, advance, minutes
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.signing_in import APP, WANTED, answer, told
from tests.mock_idp.signing_in import sign_in as sign_in_by_pages
from tests.mock_idp.test_keys import add_key

ELSEWHERE = "ada@clinic.example"
CONFIGURE = "/cas/userdata/configureMyAccount.cgi"


def _change_address(world: World, account: Account) -> None:
    ask_for_email(world, account, ELSEWHERE)
    confirm_email(world, token_of(the_link(world, ELSEWHERE)))


def _change_password(world: World, account: Account) -> None:
    put_password(world, account, NEW)


@pytest.mark.parametrize("change", [_change_address, _change_password])
def test_a_link_to_a_new_password_ends_when_address_or_password_change(
    world: World, account: Account, browser: Browser, change: Callable[[World, Account], None]
) -> None:
    password_links.send_link(world, account)
    link = the_link(world)
    change(world, account)
    assert browser.open(link).at == ("link-expired", "ready")
    assert "after this link was sent, the password or the e-mail address of the account was changed" in browser.text
    assert told(world, "link.ended")["got"] == "a link of before"
    assert browser.send(username=account.uid).at == ("sign-up-sent", "ready")
    assert Browser(browser.base).open(world.mailbox.mails()[-1].links[0]["url"]).at == ("new-password", "ready")


def test_a_new_password_gives_up_an_address_that_waits(world: World, account: Account, browser: Browser) -> None:
    ask_for_email(world, account, ELSEWHERE)
    put_password(world, account, NEW)
    browser.open(the_link(world, ELSEWHERE))
    assert browser.at == ("confirm-email", "refused")
    assert "Enter the new address again if you still want it" in browser.text
    assert told(world, "email.link_ended")["got"] == "a change that was given up"
    assert "/cas/userdata/configureMyAccount.cgi" in browser.page.text


def test_the_present_address_gives_up_one_that_waits(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, world, account).open(CONFIGURE)
    fields: dict[str, Any] = {"firstName": "Ada", "lastName": "Berg", "emailLanguage": "en", "notifications": "y"}
    browser.send(**fields, email=ELSEWHERE)
    assert f"To keep {EMAIL} , submit this page as it is." in browser.text
    browser.send(**fields, email=EMAIL)
    assert ELSEWHERE not in browser.text
    assert look_at(world, token_of(the_link(world, ELSEWHERE))).state == "refused"


@pytest.mark.parametrize("before", ["pending", "approved", "denied", "timed-out"])
def test_a_request_to_the_phone_ends_with_the_password_that_sent_it(
    world: World, account: Account, device: Enrolled, browser: Browser, before: str
) -> None:
    assert sign_in_by_pages(browser, account, APP, **WANTED).at[0] == "waiting"
    waiting = browser.page
    if before == "timed-out":
        advance(world, minutes(10))
    elif before != "pending":
        answer(world, account, device, approve=before == "approved")
    put_password(world, account, NEW)
    assert browser.open(waiting.url).at == ("waiting", "cancelled")
    assert browser.send(requestAction="again").at == ("waiting", "cancelled")


def test_a_question_to_a_key_ends_with_the_password_before_it(world: World, account: Account) -> None:
    asked, adding = (make_challenge(world, account.uid, browser="b", purpose=purpose) for purpose in (SIGN_IN, ADD))
    put_password(world, account, NEW)
    states = [state_of(world, challenge_of(world, each.id, browser="b")) for each in (asked, adding)]
    assert states == [USED, "pending"]


def _ticket(world: World, account: Account) -> str:
    session = start_session(world, account, PASSWORD_STRENGTH)
    return issue_ticket(world, SignedIn(session, account), "http://app.example/", sso=False).id


def test_sessions_and_tickets_end_for_good_with_the_password_and_by_disabling(world: World) -> None:
    row = make_person(world, PersonaFields(stage="registered"))
    with world.database.session() as db:
        account = db.get_one(Account, row.uid)
    before = _ticket(world, account)
    put_password(world, account, NEW)
    with pytest.raises(Refusal, match="recognized"):
        take_ticket(world, before)
    session, ticket = start_session(world, account, PASSWORD_STRENGTH), _ticket(world, account)
    take_ticket(world, _ticket(world, account))
    for disabled in (True, False):
        change_person(world, row, PersonaChange(disabled=disabled))
        assert find_session(world, session.id) is None
        with pytest.raises(Refusal, match="recognized"):
            take_ticket(world, ticket)


def _strengths(world: World, session: SsoSession) -> list[str]:
    found = find_session(world, session.id)
    return found.session.strengths if found else []


def test_a_strength_leaves_sessions_with_its_last_factor(world: World, account: Account, device: Enrolled) -> None:
    second = add_device(world, account.uid, name="Old phone", pin=PIN)
    enrol(world, second.enrolment, pin=PIN, description=DeviceDescription())
    both = start_session(world, account, PASSWORD_STRENGTH)
    session = start_session(world, account, APP, former=both.id)
    alone = start_session(world, account, APP)
    first, last = devices_of(world, account.uid)
    remove_device(world, first)
    assert _strengths(world, session) == [PASSWORD_STRENGTH, APP]
    remove_device(world, last)
    assert [_strengths(world, each) for each in (session, alone)] == [[PASSWORD_STRENGTH]] * 2


def test_a_key_that_goes_takes_its_strength_along(world: World, account: Account) -> None:
    add_key(world, account)
    session = start_session(world, account, PASSWORD_WEBAUTHN)
    delete_key(world, account, keys_of(world, account.uid)[0].id)
    assert _strengths(world, session) == [PASSWORD_STRENGTH]


@pytest.mark.usefixtures("device")
def test_panic_leaves_this_browser_its_password_alone(world: World, account: Account, browser: Browser) -> None:
    elsewhere = start_session(world, account, APP)
    sign_in(browser, world, account, APP).open("/cas/userdata/deleteAllMyDevices.cgi").send()
    assert browser.at == ("panic", "empty")
    assert find_session(world, elsewhere.id) is None
    with world.database.session() as db:
        assert [each.strengths for each in db.query(SsoSession)] == [[PASSWORD_STRENGTH]]


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("/cas/userdata/deleteAllMyDevices.cgi", {}),
        ("/cas/userdata/deleteMyAccount.cgi", {"currentPassword": PASSWORD}),
        ("/cas/userdata/mobileApp/addMobileDevice.cgi", {"deviceName": "Phone", "pin": PIN, "pinConfirm": PIN}),
    ],
)
def test_a_page_of_one_account_does_nothing_to_another(
    world: World, account: Account, other: Account, browser: Browser, page: str, fields: dict[str, Any]
) -> None:
    for each in (account, other):
        add_device(world, each.uid, name="Waiting", pin=PIN)
    opened = sign_in(browser, world, account).open(page).page
    sign_in(browser, world, other)
    browser.page = opened
    assert dict(browser.send(**fields).hidden)["uid"] == other.uid
    assert "Nothing was changed: this page was opened by somebody else. Send it again only for bo@" in browser.errors[0]
    assert told(world, "account.other_form")["got"] == "a form of somebody else"
    assert [device.name for device in devices_of(world, other.uid)] == ["Waiting"]
    assert browser.send(**fields).errors == []
