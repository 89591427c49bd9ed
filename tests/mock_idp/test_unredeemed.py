"""Tickets and codes that nobody redeems in time are reported, with the cause for which most speaks."""

from datetime import timedelta

import pytest
import requests

from mock_idp.accounts.model import Account
from mock_idp.cas.parameters import ENDPOINTS
from mock_idp.cas.tickets import issue_ticket
from mock_idp.cas.validation import validate
from mock_idp.signin.sessions import SignedIn
from mock_world import Refusal, World
from mock_world.journal import Event
from mock_world.server import HANDSHAKE_FAILED
from tests.killing import Killed, kill_after_job
from tests.mock_idp.conftest import Browser, advance
from tests.mock_idp.oidc import BACK, authorize, client_of, code, give_password, token
from tests.mock_idp.signing_in import sign_in
from tests.mock_idp.validating import get

SERVICE = "https://app.example/in"
LATE = timedelta(seconds=30)


def reported(world: World, kind: str = "ticket.not_validated") -> list[Event]:
    advance(world, LATE)
    return world.journal.events(types=[kind])


def issued(world: World, signed_in: SignedIn, service: str = SERVICE) -> str:
    world.begin_sign_in()
    return issue_ticket(world, signed_in, service, sso=False).id


def test_a_ticket_that_nobody_validated_is_reported_once_with_its_sign_in(world: World, signed_in: SignedIn) -> None:
    issued(world, signed_in)
    advance(world, LATE - timedelta(seconds=1))
    assert world.journal.events(types=["ticket.not_validated"]) == []
    (event,) = reported(world)
    (ticket,) = world.journal.events(types=["ticket.issued"])
    assert (event.person, event.correlation_id) == (signed_in.account.email, ticket.correlation_id)
    assert event.fields["application"] == SERVICE
    assert "no call came at all: the application does not call http" in event.fields["cause"]
    assert len(reported(world)) == 1


def test_each_is_reported_once_though_the_mock_is_killed_meanwhile(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued(world, signed_in)
    advance(world, timedelta(seconds=20))
    issued(world, signed_in)
    kill_after_job(monkeypatch, "ticket.watch")
    with pytest.raises(Killed):
        advance(world, timedelta(seconds=10))
    world.load()
    assert len(reported(world)) == 2


def test_what_was_validated_or_refused_is_not_reported(world: World, signed_in: SignedIn) -> None:
    validate(world, {"ticket": issued(world, signed_in), "service": SERVICE}, ENDPOINTS["/laxValidate"])
    with pytest.raises(Refusal):
        validate(world, {"ticket": issued(world, signed_in), "service": "x"}, ENDPOINTS["/laxValidate"])
    assert reported(world) == []


def test_each_is_reported_at_its_own_time(world: World, signed_in: SignedIn) -> None:
    issued(world, signed_in, "https://one.example/")
    advance(world, timedelta(seconds=20))
    issued(world, signed_in, "https://two.example/")
    advance(world, timedelta(seconds=10))
    assert [event.fields["application"] for event in world.journal.events(types=["ticket.not_validated"])] == [
        "https://one.example/"
    ]
    advance(world, timedelta(seconds=20))
    one, two = world.journal.events(types=["ticket.not_validated"])
    assert two.at - one.at == timedelta(seconds=20)


def test_a_job_that_runs_late_reports_what_was_issued_with_it(world: World, signed_in: SignedIn) -> None:
    world.clock.run()
    world.settings.change({"redeem.time": "PT1S"})
    issued(world, signed_in)
    assert len(reported(world)) == 1
    world.settings.change({"redeem.time": "PT0S"})
    assert len(reported(world)) == 1


def test_by_setting_none_is_reported(world: World, signed_in: SignedIn) -> None:
    world.settings.change({"redeem.time": "PT0S"})
    issued(world, signed_in)
    assert reported(world) == []


def test_a_call_to_a_wrong_address_a_broken_handshake_and_a_return_speak_for_themselves(
    world: World, browser: Browser, signed_in: SignedIn
) -> None:
    issued(world, signed_in)
    get(browser, "serviceValidat", ticket="ST-1-x", service=SERVICE)
    world.journal.record(
        HANDSHAKE_FAILED, client="127.0.0.1:1", listener="idp", reason="it does not trust us; let it trust us"
    )
    issued(world, signed_in)
    first, second = reported(world)
    assert f"an address that is none of EU Login: {world.prefix}/cas/serviceValidat" in first.fields["cause"]
    assert "a client broke TLS's handshake off: it does not trust us; let it trust us" in first.fields["or_else"]
    assert "the browser came back to EU Login 1 times" in first.fields["or_else"]
    assert second.fields["cause"].startswith("no call came at all")


def test_a_call_without_the_ticket_is_named(world: World, browser: Browser, signed_in: SignedIn) -> None:
    issued(world, signed_in)
    get(browser, service=SERVICE)
    (event,) = reported(world)
    assert event.fields["cause"] == (
        "a call was refused before it was looked for: ticket.invalid_request, got no ticket, but service; send both by "
        "these names, URL-encoded in the query, or as a form"
    )


def test_a_code_that_nobody_redeemed_is_reported_and_one_that_was_refused_is_not(
    world: World, account: Account, browser: Browser
) -> None:
    client = client_of(world)
    value = code(browser, account, client)
    assert token(browser, client, code=value, code_verifier="w" * 43).status_code == 400
    assert reported(world, "code.not_redeemed") == []
    give_password(authorize(Browser(browser.base), client), account)
    (event,) = reported(world, "code.not_redeemed")
    assert (event.person, event.fields["application"]) == (account.email, "Rare Disease Portal")
    assert event.sentence.startswith(
        f"Rare Disease Portal did not redeem the code of {account.email} within 30 seconds."
    )


@pytest.mark.parametrize(
    ("sent", "first"),
    [
        (
            {},
            "no call came at all: the application refuses what the browser brings to {back} (it does not know the",
        ),
        (
            {"state": None},
            "no call came at all: the application refuses what the browser brings to {back} (it expects a",
        ),
        ({"response_mode": "form_post"}, "the browser was sent to {back} by a form POST of another site"),
    ],
)
def test_why_a_client_may_refuse_what_the_browser_brings_is_told(
    world: World, account: Account, browser: Browser, sent: dict[str, str | None], first: str
) -> None:
    give_password(authorize(browser, client_of(world), **sent), account)
    (event,) = reported(world, "code.not_redeemed")
    assert event.fields["cause"].startswith(first.format(back=BACK))
    assert "does not call http" in event.sentence


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_request_that_cannot_be_read_is_named(
    world: World, account: Account, browser: Browser, method: str
) -> None:
    client = client_of(world)
    give_password(authorize(browser, client), account)
    auth = (client.client_id, client.secret)
    requests.request(method, f"{browser.base}/cas/oauth2/token", data="grant_type=x", auth=auth, timeout=5)
    (event,) = reported(world, "code.not_redeemed")
    kind = "parameter.not_posted, got GET" if method == "GET" else "token.missing, got no grant_type"
    assert event.fields["cause"].startswith(f"a call was refused before it was looked for: {kind}")


# What else explains.


def test_parameters_that_belong_to_the_service_are_named(world: World, browser: Browser) -> None:
    browser.open("/cas/login?service=https://app.example/in?x=1&page=2&tab=3")
    (event,) = world.journal.events(types=["signin.stray_parameters"])
    assert event.sentence == (
        "https://app.example/in?x=1 came to /cas/login with page, tab, which EU Login does not know: the query of "
        "`service` was not encoded, so that page=&tab= is no part of it."
    )
    browser.open("/cas/login?service=https://app.example/in&theme=dark")
    assert world.journal.events(types=["signin.stray_parameters"])[-1].fields["lost"] == ""


@pytest.mark.parametrize("services", ["open", "registered"])
def test_a_refused_service_is_told_the_registered_ones_and_what_is_encoded_twice(
    world: World, browser: Browser, services: str
) -> None:
    world.settings.change({"cas.services": services})
    browser.open("/cas/login?service=https%253A%252F%252Fapp.example%252Fin")
    refused = world.journal.events(types=["service.invalid"])[-1].fields
    assert refused["remedy"] == "encode `service` once: it came encoded twice, and would be https://app.example/in"
    assert ("none is registered" in refused["expected"]) is (services == "registered")


def test_what_was_asked_at_the_sign_in_and_not_at_the_validation_is_told(
    world: World, account: Account, browser: Browser
) -> None:
    sign_in(browser, account, service=SERVICE, renew="true", authenticationLevel="BASIC")
    ticket = browser.page.headers["Location"].partition("ticket=")[2]
    get(browser, ticket=ticket, service=SERVICE, authenticationLevel="BASIC")
    assert world.journal.events(types=["ticket.validated"])[-1].fields["not_repeated"] == "renew"


def test_a_factor_that_is_needed_is_told_with_what_could_be_added(
    world: World, account: Account, browser: Browser
) -> None:
    sign_in(browser, account, service=SERVICE, authenticationLevel="MEDIUM")
    (event,) = world.journal.events(types=["signin.second_factor_needed"])
    words = f"{account.email} has no factor that app.example accepts: it demands MEDIUM; could add PASSWORD_MOBILE_APP"
    assert event.sentence.startswith(words)


def test_a_session_that_is_over_by_its_age_is_told_once(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, account)
    advance(world, timedelta(hours=13))
    for _ in range(2):
        browser.open("/cas/login")
        assert browser.at[0] == "whoami"
    (event,) = world.journal.events(types=["session.expired"])
    assert event.person == account.email
