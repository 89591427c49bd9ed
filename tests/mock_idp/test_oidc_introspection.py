"""What clients ask about tokens, take back, and learn from UserInfo."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import select

from eulogin_harness.personas.changing import delete_person
from eulogin_harness.personas.model import PersonaRow
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.myaccount.leaving import delete_account
from mock_idp.oidc.claims import DOMAIN, GROUPS
from mock_idp.oidc.clients import delete_client, find_client
from mock_idp.oidc.keys import sign
from mock_idp.oidc.model import Client, Grant, Token
from mock_world import World
from mock_world import settings as s
from mock_world.server import Site
from tests.mock_idp import oidc
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.oidc_machines import (
    asserted,
    basic,
    by_key,
    claims,
    client_of,
    granted,
    public,
    signed,
    token_of,
)

INACTIVE = {"active": False}


def post(world: World, path: str, client: Client, **form: str) -> requests.Response:
    """A form of a client: by its secret, or by its id alone where it has none."""
    headers = basic(client.client_id, client.secret) if client.secret else {}
    data = form if client.secret else {"client_id": client.client_id, **form}
    return requests.post(world.addresses.public("idp", "/cas/oauth2" + path), data=data, headers=headers, timeout=30)


def introspect(world: World, client: Client, token: str) -> dict[str, Any]:
    answer = post(world, "/token/introspect", client, token=token)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def error(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


@pytest.fixture
def client(world: World) -> Client:
    return client_of(world, client_id="app")


@pytest.fixture
def grant(world: World, client: Client, account: Account) -> Grant:
    return granted(world, client, account)


@pytest.fixture
def on(world: World) -> World:
    world.settings.change({"oidc.userinfo": True})
    return world


def test_a_living_token_is_told_in_the_protocols_time(
    world: World, client: Client, grant: Grant, account: Account
) -> None:
    world.settings.change({"protocol_time": "world"})
    value, now = token_of(world, grant), int(world.clock.now().timestamp())
    advance(world, minutes(1))
    assert introspect(world, client, value) == {
        "active": True,
        "scope": "openid email",
        "client_id": "app",
        "username": account.uid,
        "sub": account.uid,
        "iss": world.addresses.public("idp", "/cas/oauth2"),
        "iat": now,
        "exp": now + 300,
        "auth_time": now - 120,
        "acr": "https://ecas.ec.europa.eu/loa/basic",
        "token_type": "Bearer",
    }


def test_in_real_time_a_token_has_the_rest_of_its_life(world: World, client: Client, grant: Grant) -> None:
    value = token_of(world, grant)
    advance(world, minutes(1))
    told = introspect(world, client, value)
    assert abs(told["exp"] - world.protocol_now().timestamp() - 240) < 30
    assert told["exp"] - told["iat"] == 300


def test_another_confidential_client_may_ask_too(world: World, grant: Grant) -> None:
    assert introspect(world, client_of(world), token_of(world, grant))["client_id"] == "app"


def test_a_public_client_may_not_ask(world: World, account: Account) -> None:
    spa = public(world)
    value = token_of(world, granted(world, spa, account))
    assert error(post(world, "/token/introspect", spa, token=value)) == (403, "unauthorized_client")
    assert world.journal.events(types=["introspection.public_client"])


def test_an_assertion_authenticates_too(world: World, grant: Grant) -> None:
    key, value = by_key(world), token_of(world, grant)
    url = world.addresses.public("idp", "/cas/oauth2/token/introspect")
    form = {"token": value, **asserted(signed(claims(world, key, aud=url)))}
    assert requests.post(url, data=form, timeout=30).json()["active"] is True
    assert error(requests.post(url, data=form, timeout=30)) == (401, "invalid_client")


def test_a_refresh_token_is_told_as_such(world: World, client: Client, grant: Grant) -> None:
    assert introspect(world, client, token_of(world, grant, "refresh"))["token_type"] == "refresh_token"


def test_a_token_lives_until_its_last_second(world: World, client: Client, grant: Grant) -> None:
    values = [token_of(world, grant, kind) for kind in ("access", "refresh")]
    advance(world, timedelta(seconds=299))
    assert [introspect(world, client, value)["active"] for value in values] == [True, True]
    advance(world, timedelta(seconds=1))
    assert [introspect(world, client, value) for value in values] == [INACTIVE, INACTIVE]


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_what_is_dead_is_told_as_inactive_alone(world: World, client: Client, account: Account, kind: str) -> None:
    now = world.clock.now()
    dead = [
        token_of(world, granted(world, client, account), kind, revoked_at=now),
        token_of(world, granted(world, client, account, ended_at=now), kind),
    ]
    if kind == "refresh":
        dead.append(token_of(world, granted(world, client, account), kind, used_at=now))
    for value in dead:
        assert introspect(world, client, value) == INACTIVE


def test_a_token_of_a_client_that_was_taken_off_is_dead(world: World, client: Client, grant: Grant) -> None:
    value = token_of(world, grant)
    delete_client(world, client.client_id)
    assert introspect(world, client_of(world), value) == INACTIVE


@pytest.mark.parametrize("value", ["x", "a.b.c", "\u00e9", "x" * 10_000, "\x00", "%00", "' OR 1=1"])
def test_what_is_no_token_is_inactive(world: World, client: Client, value: str) -> None:
    assert introspect(world, client, value) == INACTIVE


def test_an_id_token_is_no_access_token(world: World, client: Client, grant: Grant) -> None:
    assert introspect(world, client, sign(world, {"sub": grant.uid, "aud": "app"})) == INACTIVE


def test_the_audience_of_a_jwt_is_told_and_no_resource_of_others(world: World, client: Client, grant: Grant) -> None:
    """APIs that find an audience take it as the one resource that the token is for."""
    jwt = sign(world, {"jti": token_of(world, grant, as_jwt=True)}, typ="at+jwt")
    assert introspect(world, client, jwt)["aud"] == world.addresses.public("idp", "/cas/oauth2")
    assert "aud" not in introspect(world, client, token_of(world, grant))
    assert "aud" not in introspect(world, client, token_of(world, grant, "refresh"))


def test_a_jwt_is_found_by_its_id_if_this_world_signed_it(
    site: Site, world: World, client: Client, grant: Grant
) -> None:
    value, other = token_of(world, grant, as_jwt=True), site.worlds.create()
    assert introspect(world, client, value) == INACTIVE  # APIs may log a jti
    assert introspect(world, client, sign(world, {"jti": value}, typ="at+jwt"))["active"] is True
    assert introspect(world, client, sign(world, {"jti": value}, typ="at+jwt", alien=True)) == INACTIVE
    assert introspect(world, client, sign(other, {"jti": value}, typ="at+jwt")) == INACTIVE
    site.worlds.delete(other.name)


def test_a_token_of_another_world_is_none(site: Site, world: World, grant: Grant) -> None:
    other = site.worlds.create()
    assert introspect(other, client_of(other, client_id="app"), token_of(world, grant)) == INACTIVE
    site.worlds.delete(other.name)


@pytest.mark.parametrize("path", ["/token/introspect", "/token/revoke"])
def test_a_token_must_be_sent_in_the_form(world: World, client: Client, grant: Grant, path: str) -> None:
    value, url = token_of(world, grant), world.addresses.public("idp", f"/cas/oauth2{path}")
    headers = basic(client.client_id, client.secret)
    assert error(post(world, path, client)) == (400, "invalid_request")
    assert error(requests.post(f"{url}?token={value}", headers=headers, timeout=30)) == (400, "invalid_request")
    assert error(requests.post(url, json={"token": value}, headers=headers, timeout=30)) == (400, "invalid_request")
    assert "not as JSON" in world.journal.events(types=["token.not_sent"])[-1].fields["remedy"]
    assert introspect(world, client, value)["active"] is True
    assert introspect(world, client, "x") == INACTIVE
    asked = [event.fields for event in world.journal.events(types=["token.introspected"])]
    assert asked == [{"client": "app", "active": True}, {"client": "app", "active": False}]


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("path", ["/token", "/token/introspect", "/token/revoke"])
def test_another_method_is_told_what_to_send_as_machines_read_it(world: World, path: str, method: str) -> None:
    answer = requests.request(method, world.addresses.public("idp", f"/cas/oauth2{path}"), timeout=30)
    assert (error(answer), answer.headers["Allow"]) == ((405, "invalid_request"), "POST")
    (event,) = world.journal.events(types=["parameter.not_posted"])
    assert (event.fields["got"], event.fields["expected"]) == (method, "POST, form-encoded")


@pytest.mark.parametrize("path", ["/token/introspect", "/token/revoke"])
@pytest.mark.parametrize("name", ["token", "client_id", "x"])
def test_a_parameter_that_comes_twice_is_refused(
    world: World, client: Client, grant: Grant, path: str, name: str
) -> None:
    value, url = token_of(world, grant), world.addresses.public("idp", f"/cas/oauth2{path}")
    form = [("token", value), (name, "app"), (name, "app")]
    headers = basic(client.client_id, client.secret)
    assert error(requests.post(url, data=form, headers=headers, timeout=30)) == (400, "invalid_request")
    assert introspect(world, client, value)["active"] is True


@pytest.mark.parametrize("path", ["/token/introspect", "/token/revoke"])
def test_without_authentication_nothing_is_told_or_done(world: World, client: Client, grant: Grant, path: str) -> None:
    value = token_of(world, grant)
    url = world.addresses.public("idp", f"/cas/oauth2{path}")
    assert error(requests.post(url, data={"token": value}, timeout=30)) == (401, "invalid_client")
    assert introspect(world, client, value)["active"] is True


def _by_the_person(world: World, account: Account) -> None:
    delete_account(world, account, PASSWORD)


def _by_the_control_api(world: World, account: Account) -> None:
    delete_person(world, PersonaRow(uid=account.uid, phone_id="none"))


@pytest.mark.parametrize("deleting", [_by_the_person, _by_the_control_api])
def test_tokens_of_somebody_deleted_are_nobodys(
    world: World, browser: Browser, account: Account, deleting: Callable[[World, Account], None]
) -> None:
    client = client_of(world, grant_types=["authorization_code", "refresh_token"])
    grant = granted(world, client, account)
    access, refresh = token_of(world, grant), token_of(world, grant, "refresh")
    deleting(world, account)
    another = create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))
    assert granted(world, client, another).id != grant.id
    assert [introspect(world, client, value) for value in (access, refresh)] == [INACTIVE] * 2
    assert oidc.refused(oidc.refresh(browser, client, refresh)) == (400, "invalid_grant")
    assert [post(world, "/token/revoke", client, token=value).status_code for value in (access, refresh)] == [200] * 2
    with world.database.session() as db:
        assert list(db.scalars(select(Token))) == []


def test_a_refresh_token_whose_grant_is_not_there_is_unknown(world: World, client: Client, grant: Grant) -> None:
    value = token_of(world, grant, "refresh", grant_id="gone")
    assert introspect(world, client, value) == INACTIVE
    assert post(world, "/token/revoke", client, token=value).status_code == 200


def test_a_token_of_cpms_is_dead_once_it_has_another_id(on: World, client: Client, account: Account) -> None:
    cpms = find_client(on, on.settings[s.CPMS_CLIENT_ID])
    assert cpms is not None
    value = token_of(on, granted(on, cpms, account))
    assert introspect(on, client, value)["active"] is True
    on.settings.change({"cpms.client_id": "another"})
    assert introspect(on, client, value) == INACTIVE
    assert error(userinfo(on, value)) == (401, "invalid_token")


# Revocation.


def test_a_revoked_access_token_is_dead_and_its_grant_lives(world: World, client: Client, grant: Grant) -> None:
    access, refresh = token_of(world, grant), token_of(world, grant, "refresh")
    answer = post(world, "/token/revoke", client, token=access, token_type_hint="refresh_token")
    assert (answer.status_code, answer.text) == (200, "")
    assert introspect(world, client, access) == INACTIVE
    assert introspect(world, client, refresh)["active"] is True
    assert post(world, "/token/revoke", client, token=access).status_code == 200
    (event,) = world.journal.events(types=["token.revoked_by_client"])
    assert event.fields == {"client": "app", "kind": "access"}


def test_a_revoked_refresh_token_takes_all_of_its_grant_with_it(
    world: World, client: Client, grant: Grant, account: Account
) -> None:
    tokens = [token_of(world, grant), token_of(world, grant), token_of(world, grant, "refresh")]
    other = token_of(world, granted(world, client, account))
    assert post(world, "/token/revoke", client, token=tokens[2]).status_code == 200
    assert [introspect(world, client, value) for value in tokens] == [INACTIVE] * 3
    assert introspect(world, client, other)["active"] is True
    assert post(world, "/token/revoke", client, token=tokens[2]).status_code == 200
    (event,) = world.journal.events(types=["grant.ended"])
    assert event.fields == {"client": "app", "uid": account.uid}


def test_a_refresh_token_that_is_used_up_still_ends_its_grant(world: World, client: Client, grant: Grant) -> None:
    access, used = token_of(world, grant), token_of(world, grant, "refresh", used_at=world.clock.now())
    assert post(world, "/token/revoke", client, token=used).status_code == 200
    assert introspect(world, client, access) == INACTIVE


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_a_token_of_another_client_stays(world: World, client: Client, grant: Grant, kind: str) -> None:
    value, other = token_of(world, grant, kind), client_of(world)
    assert error(post(world, "/token/revoke", other, token=value)) == (400, "unauthorized_client")
    assert world.journal.events(types=["token.of_another_client"])[-1].fields["got"] == "a token of client app"
    assert introspect(world, other, value)["active"] is True


def test_a_public_client_revokes_its_own(world: World, client: Client, account: Account) -> None:
    spa = public(world)
    value = token_of(world, granted(world, spa, account))
    assert post(world, "/token/revoke", spa, token=value).status_code == 200
    assert introspect(world, client, value) == INACTIVE


def test_an_unknown_token_is_no_error(world: World, client: Client) -> None:
    assert post(world, "/token/revoke", client, token="x" * 10_000).status_code == 200


# UserInfo.


def userinfo(world: World, token: str, method: str = "GET") -> requests.Response:
    url = world.addresses.public("idp", "/cas/oauth2/userinfo")
    return requests.request(method, url, headers={"Authorization": f"Bearer {token}"}, timeout=30)


def test_userinfo_is_off_and_says_where_the_claims_are(world: World, grant: Grant) -> None:
    assert error(userinfo(world, token_of(world, grant))) == (404, "invalid_request")
    assert "claims of the ID token" in world.journal.events(types=["userinfo.off"])[-1].fields["remedy"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_userinfo_tells_the_claims_of_the_scope(on: World, grant: Grant, account: Account, method: str) -> None:
    answer = userinfo(on, token_of(on, grant), method)
    assert answer.json() == {"sub": account.uid, "email": account.email, "email_verified": True}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_token_in_the_form_is_as_good(on: World, grant: Grant, account: Account) -> None:
    url, value = on.addresses.public("idp", "/cas/oauth2/userinfo"), token_of(on, grant)
    assert requests.post(url, data={"access_token": value}, timeout=30).json()["sub"] == account.uid
    header = {"Authorization": f"bearer {value}"}
    assert requests.get(url, headers=header, timeout=30).json()["sub"] == account.uid
    twice = requests.post(url, data={"access_token": value}, headers=header, timeout=30)
    assert error(twice) == (400, "invalid_request")
    assert on.journal.events(types=["userinfo.two_tokens"])
    assert error(requests.get(f"{url}?access_token={value}", timeout=30)) == (401, "invalid_token")


@pytest.mark.parametrize("kind", ["Basic ", "Token ", "Bearer", ""])
def test_a_token_in_another_header_is_none(on: World, grant: Grant, kind: str) -> None:
    url, value = on.addresses.public("idp", "/cas/oauth2/userinfo"), token_of(on, grant)
    header = {"Authorization": kind + value}
    assert error(requests.get(url, headers=header, timeout=30)) == (401, "invalid_token")


@pytest.mark.parametrize("name", ["access_token", "x"])
def test_userinfo_takes_each_parameter_once(on: World, grant: Grant, name: str) -> None:
    url, value = on.addresses.public("idp", "/cas/oauth2/userinfo"), token_of(on, grant)
    form = [("access_token", value), (name, value), (name, value)]
    assert error(requests.post(url, data=form, timeout=30)) == (400, "invalid_request")
    assert on.journal.events(types=["parameter.repeated"])


def test_groups_come_only_where_the_registration_asks(on: World, account: Account) -> None:
    wide = {"scope": "openid profile"}
    plain, asking = (client_of(on, claims=listed) for listed in ([], [GROUPS]))
    told = [userinfo(on, token_of(on, granted(on, each, account, parameters=wide))).json() for each in (plain, asking)]
    assert GROUPS not in told[0]
    assert told[1][GROUPS] == ["G1", "G2"]
    assert told[0][DOMAIN] == "external"


def test_a_token_of_less_scope_tells_less(on: World, grant: Grant, account: Account) -> None:
    assert userinfo(on, token_of(on, grant, scope="openid")).json() == {"sub": account.uid}


def test_a_token_without_openid_has_no_userinfo(on: World, grant: Grant) -> None:
    answer = userinfo(on, token_of(on, grant, scope="email"))
    assert error(answer) == (403, "insufficient_scope")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="EU Login", error="insufficient_scope"'
    assert on.journal.events(types=["userinfo.no_openid"])


def test_a_token_that_is_worth_nothing_has_no_userinfo(on: World, client: Client, grant: Grant) -> None:
    living, refresh = token_of(on, grant), token_of(on, grant, "refresh")
    ended = token_of(on, grant, revoked_at=on.clock.now())
    for value in ("", "x", refresh, ended, sign(on, {"sub": grant.uid}), "\u00e9".encode().decode("latin-1")):
        answer = userinfo(on, value)
        assert error(answer) == (401, "invalid_token")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="EU Login", error="invalid_token"'
    advance(on, minutes(5))
    assert error(userinfo(on, living)) == (401, "invalid_token")
    assert "not the ID token" in on.journal.events(types=["userinfo.wrong_token"])[-1].fields["remedy"]


def test_no_token_or_secret_is_in_journal_log_or_output(
    on: World, client: Client, grant: Grant, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    secrets = [client.secret, *(token_of(on, grant, kind) for kind in ("access", "refresh"))]
    for value in secrets[1:]:
        introspect(on, client, value)
        userinfo(on, value)
        post(on, "/token/revoke", client_of(on), token=value)
        post(on, "/token/revoke", client, token=value)
    told = str([event.fields for event in on.journal.events()]) + caplog.text + "".join(capfd.readouterr())
    assert "token.introspected" in str([event.type for event in on.journal.events()])
    assert not any(secret in told for secret in secrets)
