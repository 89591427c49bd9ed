"""Tickets that an application left in the address of its service: journal, logs and pages never repeat them."""

import logging
from collections.abc import Callable

import pytest

from mock_idp.account_management.sign_out import sign_out
from mock_idp.cas import single_logout
from mock_idp.cas.login_transactions import begin
from mock_idp.cas.proxying import grant, issue_proxy_ticket
from mock_idp.cas.tickets import ServiceTicket, issue_ticket, take_ticket
from mock_idp.signin.redirect_loops import check_loop
from mock_idp.signin.services import NewService, check_service, register_service
from mock_idp.signin.sessions import SignedIn
from mock_world import Refusal, World
from mock_world.journal import TOPIC
from tests.mock_idp.application import TIMEOUT, Application

SECRET = "tHiSiSaSeCrEt"
LEFT = f"/ST-12345678-{SECRET}/?ticket=PT-12345678-{SECRET}"


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


def _signs_out(world: World, signed_in: SignedIn, status: str) -> None:
    with Application(status=int(status.removesuffix(LEFT))) as application:
        ticket = issue_ticket(world, signed_in, application.url + LEFT, sso=False).id
        take_ticket(world, ticket)
        with world.database.session() as db:
            db.get_one(ServiceTicket, ticket).single_logout = True
        sign_out(world, signed_in)
        kinds = [single_logout.SENT.name, single_logout.FAILED.code]
        assert world.signals.wait(lambda: world.journal.events(types=kinds) or None, TOPIC, seconds=TIMEOUT)


@pytest.mark.parametrize(
    ("does", "service", "event"),
    [
        (lambda world, _, service: check_service(world, service), "https://shop.evil", "service.invalid"),
        (
            lambda world, _, service: register_service(world, NewService(service)),
            "ftp://app.example",
            "service.wrong_url",
        ),
        (lambda world, _, service: begin(world, {"service": service}), "http://app.example", "login_request.begun"),
        (_loops, "http://app.example", "signin.loop"),
        (_may_not_proxy, "http://app.example", "proxy.not_allowed"),
        (_is_called_back_elsewhere, "http://app.example", "proxy.callback_invalid"),
        (_proxies, "http://app.example", "proxy.ticket_issued"),
        (_signs_out, "200", "single_logout.sent"),
        (_signs_out, "500", "single_logout.failed"),
    ],
)
def test_a_ticket_that_was_left_in_an_address_is_not_repeated(
    world: World, signed_in: SignedIn, caplog: pytest.LogCaptureFixture,
    does: Callable[[World, SignedIn, str], object], service: str, event: str,
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
