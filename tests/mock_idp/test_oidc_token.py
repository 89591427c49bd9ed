"""`/token`: codes and refresh tokens, each once, in time, for their own client; and what ends them."""

import json
from collections.abc import Callable

import pytest
import requests
from sqlalchemy import select

from eulogin_harness.documents.people import PersonaChange
from eulogin_harness.personas.changing import change_person, delete_person
from eulogin_harness.personas.model import PersonaRow
from eulogin_harness.state import dump_state, load_state
from mock_idp.account_management.account_deletion import delete_account, delete_all_factors
from mock_idp.account_management.password_change import put_password
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.oidc.model import Token
from mock_idp.oidc.tokens import find_access
from mock_world import World
from tests.mock_idp.at_once import at_once
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.oidc import (
    BACK,
    answered,
    authorize,
    claims,
    client_of,
    code,
    header,
    refresh,
    refused,
    token,
    tokens,
)
from tests.mock_idp.signing_in import change, told


def lives(world: World, value: str) -> bool:
    return find_access(world, value) is not None


# What a client gets.


def test_a_code_is_good_for_tokens(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    wishes = {"id_token_max_age": "9999", "refresh_token_max_age": "9999"}  # which are ignored
    answer = token(browser, client, code=code(browser, account, client), **wishes)
    body = answer.json()
    assert 299 <= claims(world, body["id_token"])["exp"] - claims(world, body["id_token"])["iat"] <= 300
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


def test_an_access_token_may_be_a_jwt_of_the_type_that_its_client_wishes(
    world: World, account: Account, browser: Browser
) -> None:
    typ = "application/at+jwt"
    client = client_of(world, jwt_access_token_signed_response_alg="ES256", jwt_access_token_explicit_type=typ)
    value = tokens(browser, account, client)["access_token"]
    assert (header(value)["typ"], header(value)["alg"]) == (typ, "ES256")
    found = claims(world, value)
    issuer = world.addresses.public("idp", "/cas/oauth2")
    assert (found["iss"], found["aud"], found["sub"]) == (issuer, issuer, account.uid)
    assert (found["client_id"], found["scope"]) == (client.client_id, "openid email profile")
    assert found["exp"] - found["iat"] == 300
    assert (lives(world, value), lives(world, found["jti"])) == (True, False)
    advance(world, minutes(5))
    assert not lives(world, value)


def test_a_jwt_of_another_kind_is_no_access_token_and_that_refreshes_nothing(
    world: World, account: Account, browser: Browser
) -> None:
    client = client_of(world)
    found = tokens(browser, account, client)
    assert not any(lives(world, value) for value in (found["id_token"], found["refresh_token"], "a.b.c", ""))
    for value in (found["access_token"], "x", "\u0000" * 300):
        assert refused(refresh(browser, client, value)) == (400, "invalid_grant")
    assert refused(refresh(browser, client, "")) == (400, "invalid_request")


def test_a_public_client_redeems_by_pkce_alone(world: World, account: Account, browser: Browser) -> None:
    native = client_of(world, token_endpoint_auth_method="none", client_secret=None)
    sent = {"grant_type": "authorization_code", "client_id": native.client_id, "redirect_uri": BACK}
    url, issued = f"{browser.base}/cas/oauth2/token", code(browser, account, native)
    assert refused(requests.post(url, data=sent | {"code": issued}, timeout=5)) == (400, "invalid_grant")
    answer = requests.post(url, data=sent | {"code": issued, "code_verifier": "v" * 43}, timeout=5)
    assert answer.status_code == 200


# What is refused.


WRONG: list[tuple[dict[str, str | None], str, str]] = [
    ({"grant_type": None}, "token.missing", "invalid_request"),
    ({"code": None}, "token.missing", "invalid_request"),
    ({"grant_type": "password"}, "token.grant_type", "unsupported_grant_type"),
    ({"code": "x" * 10_000}, "token.code_unknown", "invalid_grant"),
    ({"code": "\u0000é"}, "token.code_unknown", "invalid_grant"),
    ({"redirect_uri": BACK + "/"}, "token.redirect_differs", "invalid_grant"),
    ({"redirect_uri": None}, "token.redirect_differs", "invalid_grant"),
    ({"code_verifier": None}, "token.verifier_missing", "invalid_grant"),
    ({"code_verifier": "w" * 43}, "token.verifier_wrong", "invalid_grant"),
    ({"code_verifier": "é" * 10_000}, "token.verifier_wrong", "invalid_grant"),
]


def test_a_wrong_request_is_told_why_and_loses_nothing(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    issued = code(browser, account, client)
    secret, client.secret = client.secret, "another"
    assert refused(token(browser, client, code=issued)) == (401, "invalid_client")
    client.secret = secret
    for form, kind, error in WRONG:
        assert refused(token(browser, client, **{"code": issued} | form)) == (400, error)
        assert issued not in str(told(world, kind))
    assert token(browser, client, code=issued).status_code == 200


def test_the_body_of_a_post_is_read_and_each_parameter_once(world: World, browser: Browser) -> None:
    client = client_of(world)
    sent = [("grant_type", "authorization_code"), ("code", "a"), ("code", "b")]
    url, auth = f"{browser.base}/cas/oauth2/token", (client.client_id, client.secret)
    assert refused(requests.post(url, data=sent, auth=auth, timeout=5)) == (400, "invalid_request")
    told(world, "parameter.repeated")
    assert refused(requests.post(url, json={"grant_type": "authorization_code"}, timeout=5))[1] == "invalid_client"


def test_code_and_refresh_token_of_another_client_are_worth_nothing(
    world: World, account: Account, browser: Browser
) -> None:
    owner, thief = client_of(world), client_of(world)
    issued = code(browser, account, owner)
    assert refused(token(browser, thief, code=issued)) == (400, "invalid_grant")
    assert told(world, "token.code_unknown")["got"] == "the code of another client"
    value = token(browser, owner, code=issued).json()["refresh_token"]
    assert refused(refresh(browser, thief, value)) == (400, "invalid_grant")
    assert told(world, "token.refresh_unknown")["got"] == "the refresh token of another client"
    assert refresh(browser, owner, value).status_code == 200


def test_a_code_works_for_five_minutes_and_a_refresh_token_for_one(
    world: World, account: Account, browser: Browser
) -> None:
    client = client_of(world)
    early, late = (code(browser, account, client) for _ in range(2))
    advance(world, minutes(299 / 60))
    first = token(browser, client, code=early).json()["refresh_token"]
    advance(world, minutes(1 / 60))
    assert refused(token(browser, client, code=late)) == (400, "invalid_grant")
    told(world, "token.code_expired")
    advance(world, minutes(58 / 60))
    second = refresh(browser, client, first).json()["refresh_token"]
    advance(world, minutes(1))
    assert refused(refresh(browser, client, second)) == (400, "invalid_grant")
    assert "less than 60 seconds" in told(world, "token.refresh_expired")["expected"]


@pytest.mark.threat("An authorization code is used a second time")
@pytest.mark.parametrize("later", [0, 6])
def test_a_code_used_twice_revokes_its_tokens_also_after_its_time(
    world: World, account: Account, browser: Browser, later: int
) -> None:
    client = client_of(world)
    issued = code(browser, account, client)
    first = token(browser, client, code=issued).json()
    advance(world, minutes(later))
    assert refused(token(browser, client, code=issued)) == (400, "invalid_grant")
    assert not lives(world, first["access_token"])
    assert refused(refresh(browser, client, first["refresh_token"])) == (400, "invalid_grant")
    told(world, "token.code_used")
    assert told(world, "token.refresh_ended")["got"].startswith("a refresh token that was revoked")


def test_of_several_at_the_same_instant_exactly_one_gets_tokens(
    world: World, account: Account, browser: Browser
) -> None:
    client = client_of(world)
    issued = code(browser, account, client)
    assert sorted(at_once(3, lambda: token(browser, client, code=issued).status_code)) == [200, 400, 400]
    value = tokens(browser, account, client)["refresh_token"]
    assert sorted(at_once(3, lambda: refresh(browser, client, value).status_code)) == [200, 400, 400]


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
    assert answered(authorize(browser, client, code_challenge=None))["error"] == "invalid_request"  # a method alone
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


def test_a_refresh_may_ask_for_less_and_not_for_more(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    value = tokens(browser, account, client, scope="openid email")["refresh_token"]
    assert refused(refresh(browser, client, value, scope="openid profile")) == (400, "invalid_scope")
    told(world, "token.scope_wider")
    less = refresh(browser, client, value, scope="openid").json()
    assert (less["scope"], "email" in claims(world, less["id_token"])) == ("openid", False)
    value = tokens(browser, account, client, scope="openid email")["refresh_token"]
    other = refresh(browser, client, value, scope="email").json()
    assert (other["scope"], "id_token" in other) == ("email", False)


# What ends with the account's password and factors.


ENDS: dict[str, Callable[[World, Account], object]] = {
    "all factors deleted": delete_all_factors,
    "disabled": lambda world, found: change_person(world, PersonaRow(uid=found.uid), PersonaChange(disabled=True)),
    "another password": lambda world, found: put_password(world, found, "Another-1234"),
    "deleted by the person": lambda world, found: delete_account(world, found, PASSWORD),
    "deleted by the API": lambda world, found: delete_person(world, PersonaRow(uid=found.uid, phone_id="none")),
}


@pytest.mark.parametrize("ending", ENDS)
def test_codes_and_tokens_end_with_what_signed_in_and_those_of_others_stay(
    world: World, account: Account, device: Enrolled, browser: Browser, ending: str
) -> None:
    client = client_of(world)
    bo = create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))
    other = tokens(Browser(browser.base), bo, client)
    found, issued = tokens(browser, account, client), code(browser, account, client)
    ENDS[ending](world, account)
    assert [lives(world, one["access_token"]) for one in (found, other)] == [False, True]
    assert refused(refresh(browser, client, found["refresh_token"])) == (400, "invalid_grant")
    assert refused(token(browser, client, code=issued)) == (400, "invalid_grant")
    is_kept = not ending.startswith("deleted")
    with world.database.session() as db:
        assert bool(list(db.scalars(select(Token).where(Token.uid == account.uid)))) is is_kept
    if is_kept:
        told(world, "token.code_ended")


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
    assert waited == [0.5]


def test_fault_malformed_breaks_the_answer_off_and_hits_nobody_else(
    world: World, account: Account, browser: Browser
) -> None:
    client = client_of(world)
    world.faults.arm("token.malformed", person="bo@hospital.example")
    assert tokens(browser, account, client)["access_token"]
    world.faults.arm("token.malformed")
    answer = token(browser, client, code=code(browser, account, client))
    assert answer.status_code == 200
    assert answer.text.startswith('{"access_token"')
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
