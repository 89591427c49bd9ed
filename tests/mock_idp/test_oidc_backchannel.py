"""Back-channel logout: who is told that a session has ended, by which token, and that nobody waits for it."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from mock_idp import telling
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.oidc.clients import delete_client
from mock_idp.oidc.model import Client
from mock_world import World
from mock_world.clock import real_now
from mock_world.journal import TOPIC, Event
from tests.mock_idp.conftest import PASSWORD, Browser
from tests.mock_idp.oidc import claims, client_of, code, header, tokens
from tests.mock_idp.oidc_listener import TIMEOUT, Listener
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.signing_in import sign_in as sign_in_by_pages
from tests.mock_idp.signing_in import told
from tests.mock_idp.test_single_logout import through
from tests.serving import serving


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    with serving(listener.app, name="127.0.0.1") as listener.url:
        yield listener


def told_client(world: World, listener: Listener, **fields: Any) -> Client:
    return client_of(world, backchannel_logout_uri=f"{listener.url}/back-channel", **fields)


def journal(world: World, kind: str, count: int = 1) -> list[Event]:
    """The events of that kind, once there are so many."""

    def look() -> list[Event] | None:
        found = world.journal.events(types=[kind])
        return found if len(found) >= count else None

    found = world.signals.wait(look, TOPIC, seconds=TIMEOUT)
    assert found is not None, f"no {count} {kind} in the journal"
    return found


def log_out(browser: Browser) -> None:
    browser.open("/cas/logout").send()
    assert browser.at[0] == "logged-out"


@pytest.mark.parametrize("alg", [None, "ES256"])
def test_the_client_learns_by_a_logout_token(
    world: World, account: Account, browser: Browser, listener: Listener, alg: str | None
) -> None:
    client = told_client(world, listener, id_token_signed_response_alg=alg)
    id_token = claims(world, tokens(browser, account, client)["id_token"])
    log_out(browser)
    form = listener.next()
    assert list(form) == ["logout_token"]
    found, head = claims(world, form["logout_token"]), header(form["logout_token"])
    assert (head["typ"], head["alg"]) == ("logout+jwt", alg or "PS512")
    assert set(found) == {"iss", "sub", "aud", "iat", "exp", "jti", "sid", "events"}
    assert {name: found[name] for name in ("iss", "sub", "aud", "sid")} == {
        name: id_token[name] for name in ("iss", "sub", "aud", "sid")
    }
    assert found["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert (found["exp"] - found["iat"], abs(found["iat"] - real_now().timestamp()) < 60) == (120, True)
    (sent,) = journal(world, "back_channel_logout.sent")
    assert (sent.person, sent.fields["client"]) == (account.email, "Rare Disease Portal")
    assert form["logout_token"] not in str([event.fields for event in world.journal.events()])


def test_each_client_of_the_session_is_told_once_and_no_other(
    world: World, account: Account, browser: Browser, listener: Listener
) -> None:
    first, second, unused, elsewhere, quiet = (told_client(world, listener) for _ in range(5))
    silent = client_of(world)
    for client in (first, first, second, silent):
        tokens(browser, account, client)
    code(browser, account, unused)  # never redeemed: it knows nobody
    tokens(Browser(browser.base), account, elsewhere)
    assert quiet
    log_out(browser)
    journal(world, "back_channel_logout.sent", 2)
    heard = sorted(claims(world, listener.next()["logout_token"])["aud"] for _ in range(2))
    assert heard == sorted([first.client_id, second.client_id])
    assert listener.forms.empty()


def test_the_session_is_the_same_though_more_was_proved_in_between(
    world: World, account: Account, browser: Browser, listener: Listener
) -> None:
    client = told_client(world, listener)
    sid = claims(world, tokens(browser, account, client)["id_token"])["sid"]
    sign_in(browser, world, account, "PASSWORD_MOBILE_APP")
    log_out(browser)
    assert claims(world, listener.next()["logout_token"])["sid"] == sid


def test_somebody_else_who_signs_in_ends_the_session_too(
    world: World, account: Account, browser: Browser, listener: Listener
) -> None:
    other = create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))
    tokens(browser, account, told_client(world, listener))
    sign_in_by_pages(browser, other, renew="true", service="http://cpms.example/")
    assert claims(world, listener.next()["logout_token"])["sub"] == account.uid


@pytest.mark.parametrize("status", [302, 400, 500])
def test_a_client_that_does_not_take_it_is_named_with_what_to_do(
    world: World, account: Account, browser: Browser, listener: Listener, status: int
) -> None:
    listener.status = status
    tokens(browser, account, told_client(world, listener))
    log_out(browser)
    journal(world, "back_channel_logout.failed")
    fields = told(world, "back_channel_logout.failed")
    assert (fields["got"], fields["address"]) == (f"status {status}", f"{listener.url}/back-channel")


@pytest.mark.parametrize("status", [200, 204])
def test_both_good_answers_count(
    world: World, account: Account, browser: Browser, listener: Listener, status: int
) -> None:
    listener.status = status
    tokens(browser, account, told_client(world, listener))
    log_out(browser)
    assert journal(world, "back_channel_logout.sent")


def test_a_client_that_is_not_there_or_never_answers_delays_nobody(
    world: World, account: Account, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "PATIENCE", 0.2)
    with socket.socket() as closed, socket.create_server(("127.0.0.1", 0)) as silent:
        closed.bind(("127.0.0.1", 0))
        for sock in (closed, silent):
            address = f"http://127.0.0.1:{sock.getsockname()[1]}/x"
            tokens(browser, account, client_of(world, backchannel_logout_uri=address))
        log_out(browser)
        found = journal(world, "back_channel_logout.failed", 2)
    got = {event.fields["got"] for event in found}
    assert got == {"no connection, or one that broke off", "no answer in time"}


def test_nobody_outside_is_called(
    world: World, account: Account, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = through(world, monkeypatch)
    world.settings.change({"allowed_targets": ["clinic.org"]})
    tokens(browser, account, client_of(world, backchannel_logout_uri="http://clinic.org/x"))
    world.settings.change({"allowed_targets": []})
    log_out(browser)
    assert done.wait(TIMEOUT)
    (refused,) = journal(world, "call.target_refused")
    assert refused.fields["got"] == "clinic.org"
    assert world.journal.events(types=["back_channel_logout.sent", "back_channel_logout.failed"]) == []


def test_a_client_that_was_deleted_is_told_nothing(
    world: World, account: Account, browser: Browser, listener: Listener
) -> None:
    gone, there = told_client(world, listener), told_client(world, listener)
    tokens(browser, account, gone)
    tokens(browser, account, there)
    delete_client(world, gone.client_id)
    log_out(browser)
    assert claims(world, listener.next()["logout_token"])["aud"] == there.client_id
    assert listener.forms.empty()
