"""`/token`: codes and refresh tokens, each once, in time, for their own client; and what ends them."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests
from sqlalchemy import select

from eulogin_harness.documents.people import PersonaChange
from eulogin_harness.personas.changing import change_person
from eulogin_harness.personas.model import PersonaRow
from eulogin_harness.state import dump_state, load_state
from mock_idp.accounts.model import Account
from mock_idp.accounts.new_password import put_password
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.devices.rules import Enrolled
from mock_idp.myaccount.leaving import delete_account, delete_all_factors
from mock_idp.oidc.model import Token
from mock_idp.oidc.tokens import find_access
from mock_world import World, faults
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.oidc import (
    BACK,
    claims,
    client_of,
    code,
    header,
    refresh,
    refused,
    token,
    tokens,
)
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.signing_in import change, told


@pytest.fixture(autouse=True)
def _signs_fast(world: World) -> None:
    """Keys of this kind are made at once."""
    world.settings.change({"oidc.signing_alg": "ES256"})


def lives(world: World, value: str) -> bool:
    return find_access(world, value) is not None


# What a client gets.


def test_a_code_is_good_for_tokens(world: World, account: Account, browser: Browser) -> None:
    answer = token(browser, client := client_of(world), code=code(browser, account, client))
    body = answer.json()
    assert set(body) == {"access_token", "token_type", "expires_in", "scope", "id_token", "refresh_token"}
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 300, "openid email profile")
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    found = find_access(world, body["access_token"])
    assert found is not None
    assert (found[1].uid, found[1].client_id) == (account.uid, client.client_id)


def test_without_that_grant_in_its_registration_a_client_gets_no_refresh_token(
    world: World, account: Account, browser: Browser
) -> None:
    client = client_of(world, grant_types=["authorization_code"])
    assert "refresh_token" not in tokens(browser, account, client)
    assert refused(refresh(browser, client, "x")) == (400, "unauthorized_client")
    told(world, "token.not_for_client")


def test_an_access_token_may_be_a_jwt(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world, jwt_access_token_signed_response_alg="ES256")
    value = tokens(browser, account, client)["access_token"]
    assert (header(value)["typ"], header(value)["alg"]) == ("at+jwt", "ES256")
    found = claims(world, value)
    issuer = world.addresses.public("idp", "/cas/oauth2")
    assert (found["iss"], found["aud"], found["sub"]) == (issuer, issuer, account.uid)
    assert (found["client_id"], found["scope"]) == (client.client_id, "openid email profile")
    assert found["exp"] - found["iat"] == 300
    assert lives(world, value)
    assert not lives(world, found["jti"])
    advance(world, minutes(5))
    assert not lives(world, value)


def test_an_access_token_has_the_type_that_its_client_wishes(world: World, account: Account, browser: Browser) -> None:
    client = client_of(
        world, jwt_access_token_signed_response_alg="ES256", jwt_access_token_explicit_type="application/at+jwt"
    )
    value = tokens(browser, account, client)["access_token"]
    assert header(value)["typ"] == "application/at+jwt"
    assert lives(world, value)


def test_a_jwt_of_another_kind_is_no_access_token(world: World, account: Account, browser: Browser) -> None:
    found = tokens(browser, account, client_of(world))
    assert not lives(world, found["id_token"])
    assert not lives(world, found["refresh_token"])
    assert not lives(world, "a.b.c")
    assert not lives(world, "")


def test_a_public_client_redeems_by_pkce_alone(world: World, account: Account, browser: Browser) -> None:
    native = client_of(world, token_endpoint_auth_method="none", client_secret=None)
    sent = {"grant_type": "authorization_code", "client_id": native.client_id, "redirect_uri": BACK}
    url, issued = f"{browser.base}/cas/oauth2/token", code(browser, account, native)
    assert refused(requests.post(url, data=sent | {"code": issued}, timeout=5)) == (400, "invalid_grant")
    answer = requests.post(url, data=sent | {"code": issued, "code_verifier": "v" * 43}, timeout=5)
    assert answer.status_code == 200


# What is refused.


@pytest.mark.parametrize(
    ("form", "kind", "error"),
    [
        ({"grant_type": None}, "token.missing", "invalid_request"),
        ({"code": None}, "token.missing", "invalid_request"),
        ({"grant_type": "password"}, "token.grant_type", "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "token.grant_type", "unsupported_grant_type"),
        ({"grant_type": "implicit"}, "token.grant_type", "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer"}, "token.grant_type", "unsupported_grant_type"),
        (
            {"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange"},
            "token.grant_type",
            "unsupported_grant_type",
        ),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, "token.grant_type", "unsupported_grant_type"),
        ({"code": "x" * 10_000}, "token.code_unknown", "invalid_grant"),
        ({"code": "\u0000é"}, "token.code_unknown", "invalid_grant"),
        ({"redirect_uri": BACK + "/"}, "token.redirect_differs", "invalid_grant"),
        ({"redirect_uri": None}, "token.redirect_differs", "invalid_grant"),
        ({"code_verifier": None}, "token.verifier_missing", "invalid_grant"),
        ({"code_verifier": "w" * 43}, "token.verifier_wrong", "invalid_grant"),
        ({"code_verifier": "é" * 10_000}, "token.verifier_wrong", "invalid_grant"),
    ],
)
def test_a_wrong_request_is_told_why(
    world: World, account: Account, browser: Browser, form: dict[str, str | None], kind: str, error: str
) -> None:
    client = client_of(world)
    issued = code(browser, account, client)
    assert refused(token(browser, client, **{"code": issued} | form)) == (400, error)
    assert issued not in str(told(world, kind))
    assert token(browser, client, code=issued).status_code == 200  # and nothing is lost by it


def test_a_parameter_that_comes_twice_is_refused(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    sent = [("grant_type", "authorization_code"), ("code", "a"), ("code", "b")]
    url, auth = f"{browser.base}/cas/oauth2/token", (client.client_id, client.secret)
    assert refused(requests.post(url, data=sent, auth=auth, timeout=5)) == (400, "invalid_request")
    told(world, "parameter.repeated")


def test_only_the_body_of_a_post_is_read(world: World, browser: Browser) -> None:
    url = f"{browser.base}/cas/oauth2/token"
    assert refused(requests.get(url, timeout=5))[1] == "invalid_request"
    assert refused(requests.post(url, json={"grant_type": "authorization_code"}, timeout=5))[1] == "invalid_client"


def test_a_client_that_does_not_prove_itself_gets_nothing(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    issued = code(browser, account, client)
    client.secret = "another"
    assert refused(token(browser, client, code=issued)) == (401, "invalid_client")


def test_the_code_of_another_client_is_worth_nothing(world: World, account: Account, browser: Browser) -> None:
    owner, thief = client_of(world), client_of(world)
    issued = code(browser, account, owner)
    assert refused(token(browser, thief, code=issued)) == (400, "invalid_grant")
    assert told(world, "token.code_unknown")["got"] == "the code of another client"
    assert token(browser, owner, code=issued).status_code == 200


def test_the_refresh_token_of_another_client_is_worth_nothing(world: World, account: Account, browser: Browser) -> None:
    owner, thief = client_of(world), client_of(world)
    value = tokens(browser, account, owner)["refresh_token"]
    assert refused(refresh(browser, thief, value)) == (400, "invalid_grant")
    assert told(world, "token.refresh_unknown")["got"] == "the refresh token of another client"
    assert refresh(browser, owner, value).status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (300, 400), (301, 400)])
def test_a_code_works_for_five_minutes(
    world: World, account: Account, browser: Browser, seconds: int, status: int
) -> None:
    client = client_of(world)
    issued = code(browser, account, client)
    advance(world, minutes(seconds / 60))
    assert token(browser, client, code=issued).status_code == status
    assert [event.type for event in world.journal.events(types=["token.code_expired"])] == ["token.code_expired"] * (
        status == 400
    )


def test_a_code_used_twice_revokes_its_tokens(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    issued = code(browser, account, client)
    first = token(browser, client, code=issued).json()
    assert refused(token(browser, client, code=issued)) == (400, "invalid_grant")
    assert not lives(world, first["access_token"])
    assert refused(refresh(browser, client, first["refresh_token"])) == (400, "invalid_grant")
    told(world, "token.code_used")
    assert told(world, "token.refresh_ended")["got"].startswith("a refresh token that was revoked")


def test_a_used_code_is_refused_as_used_even_after_its_time(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    issued = code(browser, account, client)
    token(browser, client, code=issued)
    advance(world, minutes(6))
    token(browser, client, code=issued)
    told(world, "token.code_used")


def at_once(calls: list[Callable[[], requests.Response]]) -> list[int]:
    """Statuses of requests that are sent at the same instant, in order of size."""
    start, found = threading.Barrier(len(calls)), []

    def send(call: Callable[[], requests.Response]) -> None:
        start.wait(5)
        found.append(call().status_code)

    threads = [threading.Thread(target=send, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(found)


def test_of_two_at_the_same_instant_exactly_one_gets_tokens(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    issued = code(browser, account, client)
    assert at_once([lambda: token(browser, client, code=issued)] * 4) == [200, 400, 400, 400]


def test_of_two_refreshes_at_the_same_instant_exactly_one_gets_tokens(
    world: World, account: Account, browser: Browser
) -> None:
    client = client_of(world)
    value = tokens(browser, account, client)["refresh_token"]
    assert at_once([lambda: refresh(browser, client, value)] * 3) == [200, 400, 400]


# PKCE as an option.


@pytest.mark.parametrize(
    ("asked", "verifier", "kind"),
    [
        (False, None, None),
        (False, "v" * 43, "token.verifier_unasked"),
        (True, None, "token.verifier_missing"),
    ],
)
def test_where_pkce_is_optional_challenge_and_verifier_still_go_together(
    world: World, account: Account, browser: Browser, *, asked: bool, verifier: str | None, kind: str | None
) -> None:
    world.settings.change({"oidc.pkce": "optional"})
    client = client_of(world)
    without: dict[str, str | None] = {} if asked else {"code_challenge": None, "code_challenge_method": None}
    answer = token(browser, client, code=code(browser, account, client, **without), code_verifier=verifier)
    assert answer.status_code == (400 if kind else 200)
    if kind:
        told(world, kind)


# Refreshing.


def test_refresh_tokens_rotate_and_a_used_one_ends_everything(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    first = tokens(browser, account, client)
    second = refresh(browser, client, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert lives(world, second["access_token"])
    assert refused(refresh(browser, client, first["refresh_token"])) == (400, "invalid_grant")
    told(world, "token.refresh_used")
    assert not lives(world, second["access_token"])
    assert refused(refresh(browser, client, second["refresh_token"])) == (400, "invalid_grant")


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 400)])
def test_a_refresh_token_works_for_a_minute(
    world: World, account: Account, browser: Browser, seconds: int, status: int
) -> None:
    client = client_of(world)
    value = tokens(browser, account, client)["refresh_token"]
    advance(world, minutes(seconds / 60))
    assert refresh(browser, client, value).status_code == status
    if status == 400:
        assert "less than 60 seconds" in told(world, "token.refresh_expired")["expected"]


def test_a_refresh_may_ask_for_less_and_not_for_more(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    value = tokens(browser, account, client, scope="openid email")["refresh_token"]
    assert refused(refresh(browser, client, value, scope="openid profile")) == (400, "invalid_scope")
    told(world, "token.scope_wider")
    less = refresh(browser, client, value, scope="openid").json()
    assert less["scope"] == "openid"
    assert "email" not in claims(world, less["id_token"])


def test_a_refresh_without_openid_brings_no_id_token(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    value = tokens(browser, account, client, scope="openid email")["refresh_token"]
    less = refresh(browser, client, value, scope="email").json()
    assert (less["scope"], "id_token" in less) == ("email", False)


@pytest.mark.parametrize("value", ["", "x", "\u0000" * 300])
def test_an_unknown_refresh_token_is_refused(world: World, browser: Browser, value: str) -> None:
    error = "invalid_grant" if value else "invalid_request"
    assert refused(refresh(browser, client_of(world), value)) == (400, error)


def test_an_access_token_refreshes_nothing(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    value = tokens(browser, account, client)["access_token"]
    assert refused(refresh(browser, client, value)) == (400, "invalid_grant")


def test_wishes_for_other_lives_are_ignored(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    more = {"id_token_max_age": "9999", "refresh_token_max_age": "9999"}
    body = token(browser, client, code=code(browser, account, client), **more).json()
    found = claims(world, body["id_token"])
    assert found["exp"] - found["iat"] == 300


# What ends with the account's password and factors.


def _panic(world: World, account: Account) -> None:
    delete_all_factors(world, account)


def _disable(world: World, account: Account) -> None:
    change_person(world, PersonaRow(uid=account.uid), PersonaChange(disabled=True))


def _change_password(world: World, account: Account) -> None:
    put_password(world, account, "Another-1234")


def _delete(world: World, account: Account) -> None:
    delete_account(world, account, PASSWORD)


@pytest.mark.parametrize("ending", [_change_password, _panic, _disable, _delete])
def test_codes_and_tokens_end_with_what_signed_in(
    world: World, account: Account, device: Enrolled, browser: Browser, ending: Callable[[World, Account], Any]
) -> None:
    client = client_of(world)
    found, issued = tokens(browser, account, client), code(browser, account, client)
    ending(world, account)
    assert not lives(world, found["access_token"])
    assert refused(refresh(browser, client, found["refresh_token"])) == (400, "invalid_grant")
    assert refused(token(browser, client, code=issued)) == (400, "invalid_grant")
    with world.database.session() as db:
        assert bool(list(db.scalars(select(Token)))) is (ending is not _delete)
    if ending is not _delete:
        told(world, "token.code_ended")


def test_what_ends_for_one_person_stays_for_another(world: World, account: Account, browser: Browser) -> None:
    found = tokens(browser, account, client_of(world))
    _change_password(world, create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD)))
    assert lives(world, found["access_token"])


def test_an_account_that_is_disabled_gets_nothing_however_that_came(
    world: World, account: Account, browser: Browser
) -> None:
    client = client_of(world)
    found, issued = tokens(browser, account, client), code(browser, account, client)
    change(world, account, disabled=True)
    assert not lives(world, found["access_token"])
    assert refused(refresh(browser, client, found["refresh_token"])) == (400, "invalid_grant")
    assert refused(token(browser, client, code=issued)) == (400, "invalid_grant")
    change(world, account, disabled=False)
    assert lives(world, found["access_token"])


def test_signing_out_leaves_tokens_that_are_out_already(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    found = tokens(browser, account, client)
    browser.open("/cas/logout").send()
    assert lives(world, found["access_token"])
    assert refresh(browser, client, found["refresh_token"]).status_code == 200


# Secrets, worlds, faults.


def test_no_secret_is_written_to_the_journal(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    issued = code(browser, account, client)
    found = token(browser, client, code=issued).json()
    token(browser, client, code=issued)
    refresh(browser, client, found["refresh_token"])
    written = " ".join(str(event.fields) for event in world.journal.events())
    secrets = [issued, "v" * 43, client.secret, found["access_token"], found["refresh_token"], found["id_token"]]
    assert [secret for secret in secrets if secret in written] == []


def test_a_code_of_another_world_is_none_here(world: World, account: Account, browser: Browser, site: Any) -> None:
    issued, other = code(browser, account, client_of(world)), site.worlds.create()
    there = Browser(site.listeners["idp"] + other.prefix)
    assert refused(token(there, client_of(other), code=issued)) == (400, "invalid_grant")
    site.worlds.delete(other.name)


def test_a_world_that_is_taken_up_again_knows_its_grants(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world, jwt_access_token_signed_response_alg="ES256")
    found, issued = tokens(browser, account, client), code(browser, account, client)
    load_state(world, json.loads(json.dumps(dump_state(world))))
    assert lives(world, found["access_token"])
    assert refresh(browser, client, found["refresh_token"]).status_code == 200
    assert token(browser, client, code=issued).status_code == 200


def test_fault_slow_takes_its_time_and_answers_then(
    world: World, account: Account, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(world.signals, "wait", lambda _, seconds: waited.append(seconds))
    world.faults.arm("token.slow", person=account.email)
    assert tokens(browser, account, client_of(world))["access_token"]
    assert waited == [faults.SLOW]


def test_fault_malformed_breaks_the_answer_off(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    world.faults.arm("token.malformed")
    answer = token(browser, client, code=code(browser, account, client))
    assert answer.status_code == 200
    assert answer.text.startswith('{"access_token"')
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_a_fault_for_somebody_else_hits_nobody(world: World, account: Account, browser: Browser) -> None:
    world.faults.arm("token.malformed", person="bo@hospital.example")
    sign_in(browser, world, account)
    assert tokens(browser, account, client_of(world))["access_token"]
