"""Back-channel logout: who is told that a session has ended, by which token, and that nobody waits for it."""

from typing import Any

import pytest

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.oidc.clients import delete_client
from mock_idp.oidc.model import Client
from mock_world import World
from mock_world.clock import real_now
from mock_world.journal import TOPIC, Event
from tests.mock_idp.application import TIMEOUT, Application
from tests.mock_idp.conftest import PASSWORD, Browser
from tests.mock_idp.oidc import claims, client_of, code, header, tokens
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.signing_in import sign_in as sign_in_by_pages
from tests.mock_idp.signing_in import told
from tests.mock_idp.test_single_logout import through


def told_client(world: World, application: Application, **fields: Any) -> Client:
    return client_of(world, backchannel_logout_uri=f"{application.url}/back-channel", **fields)


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
    world: World, account: Account, browser: Browser, application: Application, alg: str | None
) -> None:
    client = told_client(world, application, id_token_signed_response_alg=alg)
    id_token = claims(world, tokens(browser, account, client)["id_token"])
    sign_in(browser, world, account, "PASSWORD_MOBILE_APP")  # the session is the same though more was proved
    log_out(browser)
    form = application.wait().form
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


def test_each_client_of_the_session_is_told_once_and_no_other_nor_one_that_was_deleted(
    world: World, account: Account, browser: Browser, application: Application
) -> None:
    first, second, unused, elsewhere, gone, _ = (told_client(world, application) for _ in range(6))
    for client in (first, first, second, gone, client_of(world)):
        tokens(browser, account, client)
    code(browser, account, unused)  # never redeemed: it knows nobody
    tokens(Browser(browser.base), account, elsewhere)
    delete_client(world, gone.client_id)
    log_out(browser)
    journal(world, "back_channel_logout.sent", 2)
    heard = [claims(world, call.form["logout_token"])["aud"] for call in application.calls]
    assert sorted(heard) == sorted([first.client_id, second.client_id])


def test_somebody_else_who_signs_in_ends_the_session_too(
    world: World, account: Account, browser: Browser, application: Application
) -> None:
    other = create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))
    tokens(browser, account, told_client(world, application))
    sign_in_by_pages(browser, other, renew="true", service="http://cpms.example/")
    assert claims(world, application.wait().form["logout_token"])["sub"] == account.uid


@pytest.mark.parametrize(("status", "taken"), [(200, True), (204, True), (302, False), (500, False)])
def test_a_client_that_does_not_take_it_is_named_with_what_to_do(
    world: World, account: Account, browser: Browser, application: Application, status: int, *, taken: bool
) -> None:
    application.status = status
    tokens(browser, account, told_client(world, application))
    log_out(browser)
    journal(world, f"back_channel_logout.{'sent' if taken else 'failed'}")
    if not taken:
        fields = told(world, "back_channel_logout.failed")
        assert (fields["got"], fields["address"]) == (f"status {status}", f"{application.url}/back-channel")


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
