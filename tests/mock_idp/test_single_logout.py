"""Single logout: who is told that a session has ended, how, and that nobody waits for it."""

import re
import socket
import threading
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from defusedxml.ElementTree import fromstring
from requests.exceptions import SSLError

from mock_idp.account_management.password_links import send_link
from mock_idp.account_management.sign_out import sign_out
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.cas.tickets import ServiceTicket, issue_ticket, take_ticket
from mock_idp.common import back_channel
from mock_idp.common.strength_names import PASSWORD
from mock_idp.signin.sessions import SignedIn, find_session, start_session
from mock_world import World
from mock_world.journal import TOPIC, Event
from tests.mock_idp.application import TIMEOUT, Application
from tests.mock_idp.at_once import at_once
from tests.mock_idp.conftest import PASSWORD as OWN
from tests.mock_idp.conftest import Browser
from tests.mock_idp.signing_in import told

DIALECTS = pytest.mark.parametrize("dialect", ["eulogin", "cas"])


def opened(world: World, signed_in: SignedIn, service: str, *, asked: bool = True, validated: bool = True) -> str:
    """A ticket for a service, validated by it."""
    ticket = issue_ticket(world, signed_in, service, sso=False).id
    if validated:
        assert take_ticket(world, ticket)
    with world.database.session() as db:
        db.get_one(ServiceTicket, ticket).single_logout = asked
    return ticket


def journal(world: World, kind: str, number: int = 1) -> Event:
    """The event of that kind and number, once it is there."""

    def look() -> Event | None:
        found = world.journal.events(types=[kind])
        return found[number - 1] if len(found) >= number else None

    found = world.signals.wait(look, TOPIC, seconds=TIMEOUT)
    assert found is not None, f"no {kind} in the journal"
    return found


@DIALECTS
def test_signing_out_tells_the_service_by_a_form_parameter(
    world: World, account: Account, signed_in: SignedIn, application: Application, dialect: str
) -> None:
    world.settings.change({"dialect": dialect})
    ticket = opened(world, signed_in, f"{application.url}/signin?next=/")
    sign_out(world, signed_in)
    call = application.wait()
    assert (call.method, call.path, call.query, list(call.form)) == (
        "POST",
        "/signin",
        {"next": "/"},
        ["logoutRequest"],
    )
    root = fromstring(call.form["logoutRequest"])
    assert root.tag == "{urn:oasis:names:tc:SAML:2.0:protocol}LogoutRequest"
    assert (root.get("Version"), "T" in root.get("IssueInstant", "")) == ("2.0", True)
    assert root.findtext("{urn:oasis:names:tc:SAML:2.0:assertion}NameID") == account.uid
    assert root.findtext("{urn:oasis:names:tc:SAML:2.0:protocol}SessionIndex") == ticket
    assert journal(world, "single_logout.sent").fields == {"service": f"{application.url}/signin?next=/"}
    assert ticket not in str([event.fields for event in world.journal.events()])


def _by_password(browser: Browser, other: Account, **query: str) -> tuple[str, str]:
    browser.open("/cas/login?" + urlencode({"renew": "true"} | query)).send(username=other.email)
    return browser.send(password=OWN).at


def _by_the_link_of_a_mail(world: World, browser: Browser, other: Account) -> tuple[str, str]:
    browser.open(f"/cas/init/initialisePasswordLogin.cgi?{send_link(world, other).token}")
    return browser.send(newPassword="Lantern 42!", newPasswordConfirm="Lantern 42!").at


@pytest.mark.parametrize("page", ["successful-login", "password-expires", "second-factor-needed", "password-set"])
def test_somebody_else_who_signs_in_ends_the_session_of_before_and_its_service_is_told(
    world: World, account: Account, browser: Browser, application: Application, page: str
) -> None:
    other = create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=OWN))
    session = start_session(world, account, PASSWORD)
    opened(world, SignedIn(session, account), application.url)
    browser.http.cookies.set(f"eulogin_idp_{world.name}_sso", session.id, path=world.prefix, domain="localhost.local")
    if page == "password-set":
        assert _by_the_link_of_a_mail(world, browser, other)[0] == page
    else:
        world.settings.change({"password.max_age": "PT0S"} if page == "password-expires" else {})
        level = {"authenticationLevel": "MEDIUM"} if page == "second-factor-needed" else {}
        assert _by_password(browser, other, **level)[0] == page
    assert account.uid in application.wait().form["logoutRequest"]
    assert find_session(world, session.id) is None


def test_of_a_session_also_after_another_proof_those_that_asked_and_validated_are_told_alone(
    world: World, account: Account, signed_in: SignedIn, application: Application
) -> None:
    opened(world, signed_in, f"{application.url}/did-not-ask", asked=False)
    opened(world, signed_in, f"{application.url}/never-validated", validated=False)
    elsewhere = SignedIn(start_session(world, account, PASSWORD), account)
    opened(world, elsewhere, f"{application.url}/elsewhere")
    opened(world, signed_in, f"{application.url}/told")
    sign_out(world, SignedIn(start_session(world, account, PASSWORD, former=signed_in.session.id), account))
    application.wait()
    journal(world, "single_logout.sent")
    assert [call.path for call in application.calls] == ["/told"]
    assert "single_logout" not in world.scheduler.kinds


def test_each_ticket_is_told_once_also_by_two_at_the_same_instant(
    world: World, signed_in: SignedIn, application: Application
) -> None:
    tickets = {opened(world, signed_in, application.url) for _ in range(3)}
    at_once(2, lambda: sign_out(world, signed_in))
    found = [application.wait() for _ in tickets]
    assert len(found) == len(application.calls) == 3
    told = [re.findall("SessionIndex>(ST-[^<]+)<", call.form["logoutRequest"])[0] for call in application.calls]
    assert {*told} == tickets


def test_a_sign_out_that_is_taken_back_tells_nobody(
    world: World, signed_in: SignedIn, application: Application
) -> None:
    opened(world, signed_in, application.url)

    def taken_back() -> None:
        with world.database.session():
            sign_out(world, signed_in)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        taken_back()
    assert "single_logout" not in world.scheduler.kinds
    sign_out(world, signed_in)
    application.wait()
    assert len(application.calls) == 1


@pytest.mark.parametrize(("status", "good"), [(204, True), (302, True), (400, False), (503, False)])
def test_a_service_that_refuses_is_explained_in_the_journal(
    world: World, account: Account, signed_in: SignedIn, application: Application, status: int, *, good: bool
) -> None:
    application.status, application.headers, application.document = status, {"Location": "/elsewhere"}, b""
    opened(world, signed_in, application.url)
    sign_out(world, signed_in)
    event = journal(world, f"single_logout.{'sent' if good else 'failed'}")
    assert (event.person, len(application.calls)) == (account.email, 1)
    if not good:
        fields = told(world, "single_logout.failed")
        assert fields["got"] == f"status {status}"
        assert "take a POST without its own form token" in fields["remedy"]


def test_a_dead_or_slow_service_delays_nobody(
    world: World, signed_in: SignedIn, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(back_channel, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        opened(world, signed_in, silent_url)
        opened(world, signed_in, application.url)
        sign_out(world, signed_in)
        assert world.journal.events(types=["single_logout.failed"]) == []
        application.wait()
        assert journal(world, "single_logout.failed").fields["got"] == "no answer in time"
    opened(world, signed_in, silent_url)  # where nobody listens any more
    sign_out(world, signed_in)
    assert journal(world, "single_logout.failed", 2).fields["got"].startswith("no connection")


def test_an_authority_that_is_not_trusted_is_no_broken_connection() -> None:
    assert "a certificate that is not trusted" in back_channel.reason_of(SSLError())


def through(world: World, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once work in the background is through."""
    done = threading.Event()

    def run(_: str, work: Callable[[], None]) -> None:
        work()
        done.set()

    monkeypatch.setattr(world.background, "run", run)
    return done


def test_a_service_that_the_mock_may_not_call_is_left_alone(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = through(world, monkeypatch)
    opened(world, signed_in, "https://shop.evil/signin")
    sign_out(world, signed_in)
    assert done.wait(TIMEOUT)
    assert journal(world, "call.target_refused").fields["got"] == "shop.evil"
    assert world.journal.events(types=["single_logout.sent", "single_logout.failed"]) == []
