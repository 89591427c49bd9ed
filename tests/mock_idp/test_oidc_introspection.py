"""What clients ask about tokens, take back, and learn from UserInfo."""

import logging
from datetime import timedelta
from typing import Any

import pytest
import requests

from mock_idp.accounts.model import Account
from mock_idp.oidc.clients import delete_client, find_client
from mock_idp.oidc.keys import sign
from mock_idp.oidc.model import Client, Grant
from mock_world import World
from mock_world import settings as s
from mock_world.server import Site
from tests.mock_idp.conftest import advance, minutes
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


def test_a_living_token_is_told_in_the_protocols_time_until_its_last_second(
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
    values = [value, token_of(world, grant, "refresh", expires_at=world.clock.now() + minutes(4))]
    advance(world, minutes(4) - timedelta(seconds=1))
    assert [introspect(world, client, one)["active"] for one in values] == [True, True]
    advance(world, timedelta(seconds=1))
    assert [introspect(world, client, one) for one in values] == [INACTIVE, INACTIVE]


def test_in_real_time_a_token_has_the_rest_of_its_life(world: World, grant: Grant) -> None:
    """Asked for by another confidential client too: an API has a client_id of its own."""
    value = token_of(world, grant)
    advance(world, minutes(1))
    told = introspect(world, client_of(world), value)
    assert abs(told["exp"] - world.protocol_now().timestamp() - 240) < 30
    assert (told["exp"] - told["iat"], told["client_id"]) == (300, "app")


def test_a_public_client_may_not_ask_but_revokes_its_own(world: World, client: Client, account: Account) -> None:
    spa = public(world)
    value = token_of(world, granted(world, spa, account))
    assert error(post(world, "/token/introspect", spa, token=value)) == (403, "unauthorized_client")
    assert world.journal.events(types=["introspection.public_client"])
    assert post(world, "/token/revoke", spa, token=value).status_code == 200
    assert introspect(world, client, value) == INACTIVE


def test_an_assertion_authenticates_too(world: World, grant: Grant) -> None:
    key, value = by_key(world), token_of(world, grant)
    url = world.addresses.public("idp", "/cas/oauth2/token/introspect")
    form = {"token": value, **asserted(signed(claims(world, key, aud=url)))}
    assert requests.post(url, data=form, timeout=30).json()["active"] is True
    assert error(requests.post(url, data=form, timeout=30)) == (401, "invalid_client")


def test_what_is_dead_is_told_as_inactive_alone(world: World, client: Client, account: Account, grant: Grant) -> None:
    now, gone = world.clock.now(), client_of(world)
    dead = [token_of(world, grant, "refresh", used_at=now), token_of(world, grant, "refresh", grant_id="gone")]
    for kind in ("access", "refresh"):
        dead.append(token_of(world, grant, kind, revoked_at=now))
        dead.append(token_of(world, granted(world, client, account, ended_at=now), kind))
        dead.append(token_of(world, granted(world, gone, account), kind))
    delete_client(world, gone.client_id)
    assert [introspect(world, client, value) for value in dead] == [INACTIVE] * 8


def test_what_is_no_token_is_inactive_and_no_error_to_revoke(world: World, client: Client, grant: Grant) -> None:
    id_token = sign(world, {"sub": grant.uid, "aud": "app"}, "ES256")
    for value in ("x", "a.b.c", "\u00e9", "x" * 10_000, "\x00", "' OR 1=1", id_token):
        assert introspect(world, client, value) == INACTIVE
        assert post(world, "/token/revoke", client, token=value).status_code == 200


def test_a_jwt_is_found_by_its_id_if_this_world_signed_it_and_tells_its_audience(
    site: Site, world: World, client: Client, grant: Grant
) -> None:
    """And no other token does: APIs that find an audience take it as the one resource that the token is for."""
    value, other = token_of(world, grant, as_jwt=True), site.worlds.create()
    assert introspect(world, client, value) == INACTIVE  # APIs may log a jti
    told = introspect(world, client, sign(world, {"jti": value}, "ES256", "at+jwt"))
    assert told["aud"] == world.addresses.public("idp", "/cas/oauth2")
    assert introspect(world, client, sign(world, {"jti": value}, "ES256", "at+jwt", alien=True)) == INACTIVE
    assert introspect(world, client, sign(other, {"jti": value}, "ES256", "at+jwt")) == INACTIVE
    refresh = introspect(world, client, token_of(world, grant, "refresh"))
    assert (refresh["token_type"], "aud" in refresh) == ("refresh_token", False)
    site.worlds.delete(other.name)


@pytest.mark.parametrize("path", ["/token/introspect", "/token/revoke"])
def test_a_token_must_be_sent_once_in_the_form_of_a_client_that_proves_itself(
    world: World, client: Client, grant: Grant, path: str
) -> None:
    value, url = token_of(world, grant), world.addresses.public("idp", f"/cas/oauth2{path}")
    assert error(requests.post(url, data={"token": value}, timeout=30)) == (401, "invalid_client")
    headers, refused = basic(client.client_id, client.secret), (400, "invalid_request")
    assert error(post(world, path, client)) == refused
    assert error(requests.post(f"{url}?token={value}", headers=headers, timeout=30)) == refused
    assert error(requests.post(url, json={"token": value}, headers=headers, timeout=30)) == refused
    assert "not as JSON" in world.journal.events(types=["token.not_sent"])[-1].fields["remedy"]
    for name in ("token", "client_id", "x"):
        form = [("token", value), (name, "app"), (name, "app")]
        assert error(requests.post(url, data=form, headers=headers, timeout=30)) == refused
    assert introspect(world, client, value)["active"] is True
    assert introspect(world, client, "x") == INACTIVE
    asked = [event.fields for event in world.journal.events(types=["token.introspected"])]
    assert asked == [{"client": "app", "active": True}, {"client": "app", "active": False}]


@pytest.mark.parametrize("path", ["/token", "/token/introspect", "/token/revoke"])
def test_another_method_is_told_what_to_send_as_machines_read_it(world: World, path: str) -> None:
    for method in ("GET", "PUT"):
        answer = requests.request(method, world.addresses.public("idp", f"/cas/oauth2{path}"), timeout=30)
        assert (error(answer), answer.headers["Allow"]) == ((405, "invalid_request"), "POST")
        fields = world.journal.events(types=["parameter.not_posted"])[-1].fields
        assert (fields["got"], fields["expected"]) == (method, "POST, form-encoded")


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
    for _ in range(2):
        answer = post(world, "/token/revoke", client, token=access, token_type_hint="refresh_token")
        assert (answer.status_code, answer.text) == (200, "")
    assert introspect(world, client, access) == INACTIVE
    assert introspect(world, client, refresh)["active"] is True
    (event,) = world.journal.events(types=["token.revoked_by_client"])
    assert event.fields == {"client": "app", "kind": "access"}


@pytest.mark.parametrize("used", [False, True])
def test_a_revoked_refresh_token_takes_all_of_its_grant_with_it_also_when_it_is_used_up(
    world: World, client: Client, grant: Grant, account: Account, *, used: bool
) -> None:
    used_at = world.clock.now() if used else None
    tokens = [token_of(world, grant), token_of(world, grant), token_of(world, grant, "refresh", used_at=used_at)]
    other = token_of(world, granted(world, client, account))
    for _ in range(2):
        assert post(world, "/token/revoke", client, token=tokens[2]).status_code == 200
        assert [introspect(world, client, value) for value in tokens] == [INACTIVE] * 3
    assert introspect(world, client, other)["active"] is True
    (event,) = world.journal.events(types=["grant.ended"])
    assert event.fields == {"client": "app", "uid": account.uid}


def test_a_token_of_another_client_stays(world: World, client: Client, grant: Grant) -> None:
    other = client_of(world)
    for value in (token_of(world, grant, "access"), token_of(world, grant, "refresh")):
        assert error(post(world, "/token/revoke", other, token=value)) == (400, "unauthorized_client")
        assert world.journal.events(types=["token.of_another_client"])[-1].fields["got"] == "a token of client app"
        assert introspect(world, other, value)["active"] is True


# UserInfo.


def userinfo(world: World, token: str, method: str = "GET") -> requests.Response:
    url = world.addresses.public("idp", "/cas/oauth2/userinfo")
    return requests.request(method, url, headers={"Authorization": f"Bearer {token}"}, timeout=30)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_userinfo_tells_the_claims_of_the_scope_where_it_is_on(
    on: World, grant: Grant, account: Account, method: str
) -> None:
    answer = userinfo(on, token_of(on, grant), method)
    assert answer.json() == {"sub": account.uid, "email": account.email, "email_verified": True}
    assert answer.headers["Cache-Control"] == "no-store"
    assert userinfo(on, token_of(on, grant, scope="openid"), method).json() == {"sub": account.uid}
    on.settings.change({"oidc.userinfo": False})
    assert error(userinfo(on, token_of(on, grant), method)) == (404, "invalid_request")
    assert "claims of the ID token" in on.journal.events(types=["userinfo.off"])[-1].fields["remedy"]


def test_a_token_in_the_form_is_as_good_and_one_elsewhere_none(on: World, grant: Grant, account: Account) -> None:
    url, value = on.addresses.public("idp", "/cas/oauth2/userinfo"), token_of(on, grant)
    assert requests.post(url, data={"access_token": value}, timeout=30).json()["sub"] == account.uid
    header = {"Authorization": f"bearer {value}"}
    assert requests.get(url, headers=header, timeout=30).json()["sub"] == account.uid
    twice = requests.post(url, data={"access_token": value}, headers=header, timeout=30)
    assert (error(twice), bool(on.journal.events(types=["userinfo.two_tokens"]))) == ((400, "invalid_request"), True)
    for form in ([("access_token", value)] * 2, [("access_token", value), ("x", "1"), ("x", "1")]):
        assert error(requests.post(url, data=form, timeout=30)) == (400, "invalid_request")
        assert on.journal.events(types=["parameter.repeated"])
    assert error(requests.get(f"{url}?access_token={value}", timeout=30)) == (401, "invalid_token")
    for kind in ("Basic ", "Bearer", ""):
        header = {"Authorization": kind + value}
        assert error(requests.get(url, headers=header, timeout=30)) == (401, "invalid_token")


def test_a_token_that_is_worth_nothing_or_without_openid_has_no_userinfo(on: World, grant: Grant) -> None:
    living, refresh = token_of(on, grant), token_of(on, grant, "refresh")
    ended = token_of(on, grant, revoked_at=on.clock.now())
    for value in ("", "x", refresh, ended, sign(on, {"sub": grant.uid}, "ES256"), "\u00e9".encode().decode("latin-1")):
        answer = userinfo(on, value)
        assert error(answer) == (401, "invalid_token")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="EU Login", error="invalid_token"'
    answer = userinfo(on, token_of(on, grant, scope="email"))
    assert error(answer) == (403, "insufficient_scope")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="EU Login", error="insufficient_scope"'
    assert on.journal.events(types=["userinfo.no_openid"])
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
