"""Proxies: the call-back, proxy tickets and their chains, and until when a proxy granting ticket works."""

import re
import socket
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock
from xml.etree import ElementTree as ET

import pytest
import requests
from cas import CASClient
from defusedxml.ElementTree import fromstring

from eulogin_harness.documents.people import PersonaChange
from eulogin_harness.personas.changing import change_person
from eulogin_harness.personas.model import PersonaRow
from mock_idp.account_management.account_deletion import delete_account
from mock_idp.account_management.password_change import put_password
from mock_idp.account_management.sign_out import sign_out
from mock_idp.accounts.model import Account
from mock_idp.cas import proxying
from mock_idp.cas.proxying import CALLBACK_FAILED, grant, issue_proxy_ticket
from mock_idp.cas.tickets import ServiceTicket, issue_ticket, take_ticket
from mock_idp.common.strength_names import PASSWORD
from mock_idp.signin.services import NewService, delete_service, register_service
from mock_idp.signin.sessions import SignedIn, start_session
from mock_world import Refusal, World
from mock_world.calls import TARGET_REFUSED
from tests.mock_idp.accounts_pages import NEW
from tests.mock_idp.application import SUCCESS, Application
from tests.mock_idp.at_once import at_once
from tests.mock_idp.conftest import PASSWORD as OWN
from tests.mock_idp.conftest import Browser, advance, minutes
from tests.mock_idp.signing_in import change, told

SERVICE = "http://portal.example/"
TARGET = "http://api.example/v1"
NS = {"cas": "https://ecas.ec.europa.eu/cas/schemas", "yale": "http://www.yale.edu/tp/cas"}


@pytest.fixture
def ticket(world: World, signed_in: SignedIn) -> ServiceTicket:
    return issue_ticket(world, signed_in, SERVICE, sso=False)


@pytest.fixture
def pgt(world: World, account: Account, ticket: ServiceTicket, application: Application) -> str:
    grant(world, ticket, account, f"{application.url}/pgt?app=1")
    return application.calls[-1].form["pgtId"]


def proxy(browser: Browser, **query: str) -> ET.Element:
    """What `/cas/proxy` answers: the child of its root."""
    response = requests.get(f"{browser.base}/cas/proxy", params=query, timeout=5)
    assert response.status_code == 200
    root: ET.Element = fromstring(response.content)
    return root[0]


# The call-back.


def test_the_call_back_is_a_form_that_holds_ticket_and_iou(
    world: World, account: Account, ticket: ServiceTicket, application: Application
) -> None:
    with world.database.session(), pytest.raises(RuntimeError, match="transaction is held"):
        grant(world, ticket, account, application.url)
    iou = grant(world, ticket, account, f"{application.url}/pgt?app=1")
    (call,) = application.calls
    assert (call.method, call.path, call.query) == ("POST", "/pgt", {"app": "1"})
    assert call.content_type == "application/x-www-form-urlencoded"
    assert list(call.form) == ["pgtId", "pgtIou"]
    assert call.form["pgtIou"] == iou
    assert re.fullmatch(r"PGTIOU-\d{8}-[\w-]+", iou)
    assert re.fullmatch(r"PGT-\d{8}-[\w-]+", call.form["pgtId"])


def test_in_plain_cas_it_is_a_get_and_any_200_counts(
    world: World, account: Account, ticket: ServiceTicket, application: Application
) -> None:
    world.settings.change({"dialect": "cas"})
    application.document = b"ok"
    iou = grant(world, ticket, account, f"{application.url}/pgt?app=1")
    (call,) = application.calls
    assert (call.method, call.form, call.query["app"], call.query["pgtIou"]) == ("GET", {}, "1", iou)
    assert issue_proxy_ticket(world, call.query["pgtId"], TARGET)


BILLION = (
    b'<!DOCTYPE p [<!ENTITY a "a">]><c:proxySuccess xmlns:c="http://www.yale.edu/tp/casClient">&a;</c:proxySuccess>'
)


WRONG = [
    (500, SUCCESS, "status 500 from http://localhost"),
    (302, SUCCESS, "status 302 from http://localhost"),
    (200, b"", "something else than XML"),
    (200, b"<proxySuccess/>", "a document proxySuccess"),
    (200, b'<p:proxyFailure xmlns:p="http://www.yale.edu/tp/casClient"/>', "proxyFailure"),
    (200, BILLION, "XML with a document type"),
    (200, b"<p>" * 30_000, "an answer of more than 65536 bytes"),
]


def test_a_wrong_answer_gives_no_ticket(
    world: World, account: Account, ticket: ServiceTicket, application: Application
) -> None:
    application.headers = {"Location": "/elsewhere"}
    for application.status, application.document, got in WRONG:
        with pytest.raises(Refusal) as refused:
            grant(world, ticket, account, application.url)
        assert (refused.value.code, "a proxySuccess document" in refused.value.expected) == (CALLBACK_FAILED.code, True)
        assert got in told(world, CALLBACK_FAILED.code)["got"]
        with pytest.raises(Refusal, match="not recognized"):
            issue_proxy_ticket(world, application.calls[-1].form["pgtId"], TARGET)
    assert len(application.calls) == len(WRONG)


def test_an_application_that_does_not_answer_is_given_up(
    world: World, account: Account, ticket: ServiceTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proxying, "PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/?key=secret"
        with pytest.raises(Refusal):
            grant(world, ticket, account, url)
    fields = told(world, CALLBACK_FAILED.code)
    assert (fields["got"], "answer POST at its pgtUrl" in fields["remedy"]) == ("no answer in time", True)
    world.settings.change({"dialect": "cas"})
    with pytest.raises(Refusal):
        grant(world, ticket, account, url)
    fields = told(world, CALLBACK_FAILED.code)
    assert fields["got"].startswith("no connection")
    assert "answer GET at its pgtUrl" in fields["remedy"]
    assert fields["expected"].endswith("status 200 as answer to a GET with pgtId and pgtIou")


def test_https_anywhere_harmless_and_http_on_loopback_are_called_and_nothing_else(
    world: World, account: Account, ticket: ServiceTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = requests.Response()
    answer.status_code, answer._content = 200, SUCCESS
    called = Mock(return_value=answer)
    monkeypatch.setattr(proxying, "call", called)
    for url in ("https://app.example/pgt", "https://localhost/", "http://[::1]/", "http://a.localhost/"):
        grant(world, ticket, account, url)
        assert called.call_args.args == (world, "POST", url)
    called.side_effect = AssertionError
    refused = {url: url for url in ("http://app.example/pgt", "ftp://localhost/", "http://[")}
    refused |= {"https://shop.evil/pgt?key=secret": "https://shop.evil/pgt", "x" * 10_000: "x" * 200}
    for url, got in refused.items():
        with pytest.raises(Refusal) as refusal:
            grant(world, ticket, account, url)
        assert (refusal.value.code, "secret" in refusal.value.message()) == ("proxy.callback_invalid", False)
        assert told(world, "proxy.callback_invalid")["got"] == got


@pytest.mark.parametrize("change", [{"proxy.plain_http": False}, {}], ids=["set", "profile today"])
def test_http_on_loopback_is_a_setting_and_nothing_that_profile_today_takes(
    world: World, account: Account, ticket: ServiceTicket, application: Application, change: dict[str, object]
) -> None:
    world.settings.use_profile("guide" if change else "today")
    world.settings.change(change)
    with pytest.raises(Refusal):
        grant(world, ticket, account, application.url)
    assert "setting proxy.plain_http" in told(world, "proxy.callback_invalid")["expected"]
    assert application.calls == []
    world.settings.change({"proxy.plain_http": True})
    assert grant(world, ticket, account, application.url)


def test_a_call_that_the_mock_itself_refuses_is_a_failed_call_back(
    world: World, account: Account, ticket: ServiceTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = world.refuse(TARGET_REFUSED, got="a host", host="a host")
    monkeypatch.setattr(proxying, "call", Mock(side_effect=refused))
    with pytest.raises(Refusal):
        grant(world, ticket, account, "https://app.example/pgt")
    assert told(world, CALLBACK_FAILED.code)["got"] == "The mock does not call a host."


def test_a_registered_service_may_proxy_where_its_registration_says_so(
    world: World, account: Account, ticket: ServiceTicket, application: Application
) -> None:
    service = register_service(world, NewService("http://portal.example", proxy=False))
    with pytest.raises(Refusal) as refused:
        grant(world, ticket, account, application.url)
    assert (refused.value.code, application.calls) == ("proxy.not_allowed", [])
    assert '"proxy": true' in told(world, "proxy.not_allowed")["remedy"]
    delete_service(world, service.id)
    register_service(world, NewService("http://portal.example", proxy=True))
    assert grant(world, ticket, account, application.url)


# Proxy tickets.


def test_a_proxy_ticket_is_for_its_target_and_names_the_proxy(
    world: World, account: Account, browser: Browser, application: Application, pgt: str
) -> None:
    found = proxy(browser, targetService=TARGET, pgt=pgt)
    assert found.tag == "{https://ecas.ec.europa.eu/cas/schemas}proxySuccess"
    value = found.findtext("cas:proxyTicket", default="", namespaces=NS)
    assert re.fullmatch(r"PT-\d{8}-[\w-]{128}", value)
    ticket, owner = take_ticket(world, value)
    assert (ticket.service, ticket.proxies, ticket.sso) == (TARGET, [f"{application.url}/pgt?app=1"], True)
    assert owner.uid == account.uid
    assert world.journal.events(types=["proxy.ticket_issued"])[-1].fields == {"service": TARGET}
    form = {"targetService": TARGET, "pgt": pgt, "format": "JSON"}
    answer = requests.post(f"{browser.base}/cas/proxy", data=form, timeout=5).json()["serviceResponse"]
    assert answer["proxySuccess"]["proxyTicket"].startswith("PT-")
    assert list(answer) == ["server", "date", "version", "proxySuccess"]


def test_proxies_behind_proxies_are_a_chain_the_last_one_first(
    world: World, account: Account, application: Application, pgt: str
) -> None:
    with Application() as second:
        grant(world, issue_proxy_ticket(world, pgt, TARGET), account, second.url)
        third = issue_proxy_ticket(world, second.calls[0].form["pgtId"], "http://deep.example/")
        assert third.proxies == [second.url, f"{application.url}/pgt?app=1"]


FAILURES: list[tuple[dict[str, str], str, str, str]] = [
    ({"pgt": ""}, "INVALID_REQUEST", "INVALID_REQUEST", "proxy.incomplete"),
    ({"targetService": ""}, "INVALID_REQUEST", "INVALID_REQUEST", "proxy.incomplete"),
    ({"pgt": "PGT-1"}, "BAD_PGT", "BAD_PGT", "proxy.bad_pgt"),
    ({"pgt": "\x00\udc80".encode(errors="replace").decode()}, "BAD_PGT", "BAD_PGT", "proxy.bad_pgt"),
    ({"targetService": "https://shop.evil/"}, "INVALID_SERVICE", "UNAUTHORIZED_SERVICE", "service.invalid"),
    ({"targetService": TARGET + "x" * 10_000}, "INVALID_SERVICE", "UNAUTHORIZED_SERVICE", "service.too_long"),
]


def test_each_failure_has_its_code_in_both_dialects(
    world: World, browser: Browser, application: Application, pgt: str
) -> None:
    for wrong, code, plain, kind in FAILURES:
        query = {"targetService": TARGET, "pgt": pgt} | wrong
        world.settings.change({"dialect": "eulogin"})
        assert proxy(browser, **query).get("code") == code
        assert pgt not in str(told(world, kind))
        world.settings.change({"dialect": "cas"})
        found = proxy(browser, **query)
        assert (found.tag, found.get("code")) == ("{http://www.yale.edu/tp/cas}proxyFailure", plain)
    proxy(browser, targetService=TARGET, pgt=application.calls[-1].form["pgtIou"])
    assert told(world, "proxy.bad_pgt")["got"] == "a pgtIou"


@pytest.mark.parametrize(
    ("demand", "plain"),
    [({"least_assurance_level": 20}, None), ({"authentication_level": "MEDIUM"}, "UNAUTHORIZED_SERVICE")],
)
def test_a_target_that_would_not_accept_the_person_gets_no_ticket_but_plain_cas_knows_no_assurance(
    world: World, browser: Browser, pgt: str, demand: dict[str, Any], plain: str | None
) -> None:
    register_service(world, NewService("http://api.example", **demand))
    assert proxy(browser, targetService=TARGET, pgt=pgt).get("code") == "ACCESSED_DENIED"
    assert told(world, "proxy.access_denied")["got"] == "assurance level 10, signed in by PASSWORD"
    world.settings.change({"dialect": "cas"})
    assert proxy(browser, targetService=TARGET, pgt=pgt).get("code") == plain


def test_a_proxy_ticket_fails_by_a_fault_for_its_target(world: World, browser: Browser, pgt: str) -> None:
    world.faults.arm("validation.failed", service="http://api.example/")
    assert [proxy(browser, targetService=TARGET, pgt=pgt).get("code") for _ in range(2)] == ["INTERNAL_ERROR", None]


def test_python_cas_gets_a_proxy_ticket(world: World, browser: Browser, pgt: str) -> None:
    world.settings.change({"dialect": "cas"})
    client = CASClient(version=3, service_url=TARGET, server_url=browser.base + "/cas/")
    assert client.get_proxy_ticket(pgt).startswith("PT-")


def test_many_ask_with_one_granting_ticket_at_the_same_time(world: World, pgt: str) -> None:
    assert len({*at_once(6, lambda: issue_proxy_ticket(world, pgt, TARGET).id)}) == 6


# What ends a proxy granting ticket.


def _disable_and_enable(world: World, signed_in: SignedIn) -> None:
    for disabled in (True, False):
        change_person(world, PersonaRow(uid=signed_in.account.uid), PersonaChange(disabled=disabled))


ENDS: dict[str, Callable[[World, SignedIn], object]] = {
    "signed out": sign_out,
    "another password": lambda world, found: put_password(world, found.account, NEW),
    "another password, this session spared": lambda world, found: put_password(
        world, found.account, NEW, spare=found.session.id
    ),
    "account deleted": lambda world, found: delete_account(world, found.account, OWN),
    "account disabled, and enabled again": _disable_and_enable,
    "account disabled otherwise": lambda world, found: change(world, found.account, disabled=True),
    "session over": lambda world, _: advance(world, minutes(13 * 60)),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_granting_ticket_ends(world: World, signed_in: SignedIn, pgt: str, end: str) -> None:
    if end == "signed out":
        start_session(world, signed_in.account, PASSWORD)  # in another browser: not the one that it hangs on
    ENDS[end](world, signed_in)
    with pytest.raises(Refusal) as refused:
        issue_proxy_ticket(world, pgt, TARGET)
    assert refused.value.code == "proxy.bad_pgt"


def test_it_lasts_until_the_session_ends_and_beyond_another_proof_of_the_same_person(
    world: World, account: Account, signed_in: SignedIn, pgt: str
) -> None:
    advance(world, minutes(13 * 60) - minutes(1 / 60))
    assert issue_proxy_ticket(world, pgt, TARGET)
    start_session(world, account, PASSWORD, former=signed_in.session.id)
    advance(world, minutes(1))
    assert issue_proxy_ticket(world, pgt, TARGET)
