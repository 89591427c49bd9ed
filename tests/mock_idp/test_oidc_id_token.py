"""ID tokens: what they say of the sign-in and of the person, by which signature, at which time; and faults."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from joserfc.errors import BadSignatureError

from mock_idp.accounts.model import Account
from mock_idp.devices.rules import Enrolled
from mock_idp.signin.sessions import SsoSession
from mock_world import World
from mock_world.clock import real_now
from tests.mock_idp.conftest import Browser, advance, minutes
from tests.mock_idp.oidc import claims, client_of, header, refresh, tokens
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.signing_in import APP, change

OURS = "https://ecas.ec.europa.eu/claims/"
LOA = "https://ecas.ec.europa.eu/loa/"


def id_token(world: World, account: Account, browser: Browser, scope: str = "openid", **fields: Any) -> dict[str, Any]:
    return claims(world, tokens(browser, account, client_of(world, **fields), scope=scope)["id_token"])


def test_it_says_who_signed_in_for_whom(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    found = claims(world, tokens(browser, account, client, scope="openid")["id_token"])
    with world.database.session() as db:
        sid = db.query(SsoSession).one().sid
    assert set(found) == {
        "iss", "sub", "aud", "iat", "exp", "auth_time", "acr", "at_hash", "sid", "jti", "nonce",
    }  # fmt: skip
    assert (found["iss"], found["sub"]) == (world.addresses.public("idp", "/cas/oauth2"), account.uid)
    assert (found["aud"], found["nonce"], found["sid"]) == (client.client_id, "n-1", sid)
    assert found["acr"] == LOA + "basic"


def test_without_a_nonce_it_has_none_and_each_has_its_own_id(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    first, second = (claims(world, tokens(browser, account, client, nonce=None)["id_token"]) for _ in range(2))
    assert "nonce" not in first
    assert first["jti"] != second["jti"]


@pytest.mark.parametrize("alg", ["PS512", "RS256", "ES256"])
def test_it_is_signed_as_the_client_is_registered(world: World, account: Account, browser: Browser, alg: str) -> None:
    found = tokens(browser, account, client_of(world, id_token_signed_response_alg=alg))
    assert (header(found["id_token"])["alg"], header(found["id_token"])["typ"]) == (alg, "JWT")
    digest = hashlib.new("sha" + alg[2:], found["access_token"].encode()).digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    assert claims(world, found["id_token"])["at_hash"] == half


def test_else_as_the_setting_says(world: World, account: Account, browser: Browser) -> None:
    assert header(tokens(browser, account, client_of(world))["id_token"])["alg"] == "PS512"
    world.settings.change({"oidc.signing_alg": "ES256"})
    assert header(tokens(browser, account, client_of(world))["id_token"])["alg"] == "ES256"


# Scopes and claims.


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("openid", {}),
        ("openid email", {"email": "ada.berg@hospital.example", "email_verified": True}),
        (
            "openid profile",
            {"given_name": "Ada", "family_name": "Berg", "name": "Ada Berg", OURS + "domain": "external"},
        ),
        ("openid phone", {"phone_number": "+32 1"}),
        ("openid hr", {OURS + "department_number": "DIGIT.A.3"}),
        ("openid authentication_factors", {OURS + "authentication_factors": ["PASSWORD"]}),
    ],
)
def test_each_scope_has_its_claims(
    world: World, account: Account, browser: Browser, scope: str, told: dict[str, Any]
) -> None:
    change(world, account, details={"departmentNumber": "DIGIT.A.3", "telephoneNumber": "+32 1"})
    bare = id_token(world, account, browser)
    found = id_token(world, account, browser, scope=scope)
    assert {name: value for name, value in found.items() if name not in bare} == told


def test_what_is_not_known_is_not_told(world: World, account: Account, browser: Browser) -> None:
    assert set(id_token(world, account, browser)) == set(id_token(world, account, browser, scope="openid phone hr"))


def test_groups_come_only_where_the_registration_asks(world: World, account: Account, browser: Browser) -> None:
    assert OURS + "groups" not in id_token(world, account, browser, scope="openid email profile phone hr")
    assert id_token(world, account, browser, claims=[OURS + "groups"])[OURS + "groups"] == ["G1", "G2"]


def test_the_level_follows_the_strength(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
    sign_in(browser, world, account, "PASSWORD", APP)
    found = id_token(world, account, browser, scope="openid authentication_factors")
    assert (found["acr"], found[OURS + "authentication_factors"]) == (LOA + "medium", ["PASSWORD", APP])


# Time.


def test_its_times_are_real_ones_though_the_world_is_elsewhere(
    world: World, account: Account, browser: Browser
) -> None:
    sign_in(browser, world, account)
    advance(world, minutes(10))
    found, now = id_token(world, account, browser), real_now().timestamp()
    assert abs(found["iat"] - now) < 60
    assert found["exp"] - found["iat"] == 300
    assert abs(found["iat"] - found["auth_time"] - 600) <= 1


def test_or_the_worlds_where_the_setting_says_so(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"protocol_time": "world", "oidc.id_token_life": "PT1M"})
    sign_in(browser, world, account)
    advance(world, minutes(10))
    found, now = id_token(world, account, browser), int(world.clock.now().timestamp())
    assert (found["iat"], found["exp"], found["auth_time"]) == (now, now + 60, now - 600)


def test_a_refreshed_one_tells_of_the_same_sign_in_without_nonce(
    world: World, account: Account, browser: Browser
) -> None:
    world.settings.change({"protocol_time": "world"})
    client = client_of(world)
    body = tokens(browser, account, client)
    first = claims(world, body["id_token"])
    world.advance_clock(timedelta(seconds=30))
    second = claims(world, refresh(browser, client, body["refresh_token"]).json()["id_token"])
    assert "nonce" not in second
    same = ("iss", "sub", "aud", "auth_time", "acr", "sid")
    assert {name: first[name] for name in same} == {name: second[name] for name in same}
    assert second["iat"] == first["iat"] + 30


# Faults.


@pytest.mark.parametrize(
    ("fault", "name"),
    [("token.wrong_issuer", "iss"), ("token.wrong_audience", "aud"), ("token.wrong_nonce", "nonce")],
)
def test_a_fault_makes_one_claim_wrong_once(
    world: World, account: Account, browser: Browser, fault: str, name: str
) -> None:
    client = client_of(world)
    world.faults.arm(fault, person=account.email)
    wrong, right = (claims(world, tokens(browser, account, client)["id_token"]) for _ in range(2))
    moving = {"jti", "at_hash", "iat", "exp", "auth_time"}
    assert {key for key in wrong if wrong[key] != right[key]} - moving == {name}


def test_fault_expired(world: World, account: Account, browser: Browser) -> None:
    world.faults.arm("token.expired")
    found = id_token(world, account, browser)
    assert found["exp"] < real_now().timestamp() - 3600
    assert found["exp"] - found["iat"] == 300


def test_fault_wrong_signature(world: World, account: Account, browser: Browser) -> None:
    world.faults.arm("token.wrong_signature")
    with pytest.raises(BadSignatureError):
        id_token(world, account, browser)
    assert id_token(world, account, browser)
