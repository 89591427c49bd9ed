"""Tickets that an application left in the address of its service: journal, logs and pages never repeat them."""

import logging
from collections.abc import Callable

import pytest

from mock_idp.accounts.model import Account
from mock_idp.cas import single_logout
from mock_idp.cas.proxying import grant, issue_proxy_ticket
from mock_idp.cas.services import NewService, check_service, register_service
from mock_idp.cas.tickets import ServiceTicket, issue_ticket, take_ticket
from mock_idp.cas.transactions import begin
from mock_idp.factors import PASSWORD
from mock_idp.signin.loops import check_loop
from mock_idp.signin.sessions import SignedIn, start_session
from mock_idp.signin.signing_out import sign_out
from mock_world import Refusal, World
from mock_world.journal import TOPIC
from tests.mock_idp.application import TIMEOUT, Application

SECRET = "tHiSiSaSeCrEt"
LEFT = f"/ST-12345678-{SECRET}/?ticket=PT-12345678-{SECRET}"


@pytest.fixture
def signed_in(world: World, account: Account) -> SignedIn:
    return SignedIn(start_session(world, account, PASSWORD), account)


def _signs_in(world: World, _: SignedIn, service: str) -> None:
    check_service(world, service)


def _is_registered(world: World, _: SignedIn, service: str) -> None:
    register_service(world, NewService(url=service.replace("http:", "ftp:")))


def _begins(world: World, _: SignedIn, service: str) -> None:
    begin(world, {"service": service})


def _loops(world: World, _: SignedIn, service: str) -> None:
    for count in range(6):
        check_loop(world, "b", service.replace("12345678", f"{count}{count}"))


def _may_not_proxy(world: World, signed_in: SignedIn, service: str) -> None:
    register_service(world, NewService(url="http://app.example", proxy=False))
    grant(world, issue_ticket(world, signed_in, service, sso=False), signed_in.account, "https://localhost/")


def _is_called_back_elsewhere(world: World, signed_in: SignedIn, service: str) -> None:
    grant(world, issue_ticket(world, signed_in, service, sso=False), signed_in.account, "https://shop.evil" + LEFT)


def _proxies(world: World, signed_in: SignedIn, service: str) -> None:
    with Application() as application:
        grant(world, issue_ticket(world, signed_in, service, sso=False), signed_in.account, application.url)
        issue_proxy_ticket(world, application.calls[-1].form["pgtId"], service)


def _is_told(world: World, signed_in: SignedIn, status: int, kind: str) -> None:
    with Application(status=status) as application:
        ticket = issue_ticket(world, signed_in, application.url + LEFT, sso=False).id
        take_ticket(world, ticket)
        with world.database.session() as db:
            db.get_one(ServiceTicket, ticket).single_logout = True
        sign_out(world, signed_in)
        assert world.signals.wait(lambda: world.journal.events(types=[kind]) or None, TOPIC, seconds=TIMEOUT)


def _is_told_of_the_end(world: World, signed_in: SignedIn, _: str) -> None:
    _is_told(world, signed_in, 200, single_logout.SENT.name)


def _is_not_told_of_the_end(world: World, signed_in: SignedIn, _: str) -> None:
    _is_told(world, signed_in, 500, single_logout.FAILED.code)


@pytest.mark.parametrize(
    ("does", "service", "event"),
    [
        (_signs_in, "https://shop.evil", "service.invalid"),
        (_is_registered, "http://app.example", "service.wrong_url"),
        (_begins, "http://app.example", "login_request.begun"),
        (_begins, "https://shop.evil", "service.invalid"),
        (_loops, "http://app.example", "signin.loop"),
        (_may_not_proxy, "http://app.example", "proxy.not_allowed"),
        (_is_called_back_elsewhere, "http://app.example", "proxy.callback_invalid"),
        (_proxies, "http://app.example", "proxy.ticket_issued"),
        (_is_told_of_the_end, "", "single_logout.sent"),
        (_is_not_told_of_the_end, "", "single_logout.failed"),
    ],
)
def test_a_ticket_that_was_left_in_an_address_is_not_repeated(
    world: World, signed_in: SignedIn, caplog: pytest.LogCaptureFixture,
    does: Callable[[World, SignedIn, str], None], service: str, event: str,
) -> None:  # fmt: skip
    said = ""
    with caplog.at_level(logging.INFO):
        try:
            does(world, signed_in, service + LEFT)
        except Refusal as refusal:
            said = refusal.message()
    events = world.journal.events()
    assert event in {each.type for each in events}
    assert SECRET not in f"{[each.fields for each in events]}{said}{caplog.text}"
