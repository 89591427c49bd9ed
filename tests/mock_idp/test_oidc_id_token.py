"""ID tokens: what they say of the sign-in and of the person, by which signature, at which time; and faults."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from joserfc.errors import BadSignatureError

from mock_idp.accounts.model import Account
from mock_idp.factors.devices.enrolment import Enrolled
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
    other = claims(world, tokens(browser, account, client, nonce=None)["id_token"])
    assert ("nonce" in other, other["jti"] != found["jti"]) == (False, True)


@pytest.mark.parametrize("alg", ["PS512", "RS256", "ES256"])
def test_it_is_signed_as_the_client_is_registered_else_as_the_setting_says(
    world: World, account: Account, browser: Browser, alg: str
) -> None:
    registered = alg if alg == "RS256" else None
    world.settings.change({} if registered else {"oidc.signing_alg": alg})
    found = tokens(browser, account, client_of(world, id_token_signed_response_alg=registered))
    assert (header(found["id_token"])["alg"], header(found["id_token"])["typ"]) == (alg, "JWT")
    digest = hashlib.new("sha" + alg[2:], found["access_token"].encode()).digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    assert claims(world, found["id_token"])["at_hash"] == half


# Scopes and claims.


SCOPES: dict[str, dict[str, Any]] = {
    "email": {"email": "ada.berg@hospital.example", "email_verified": True},
    "profile": {"given_name": "Ada", "family_name": "Berg", "name": "Ada Berg", OURS + "domain": "external"},
    "phone": {"phone_number": "+32 1"},
    "hr": {OURS + "department_number": "DIGIT.A.3"},
    "authentication_factors": {OURS + "authentication_factors": ["PASSWORD"]},
}


def test_each_scope_has_its_claims_and_what_is_not_known_is_not_told(
    world: World, account: Account, browser: Browser
) -> None:
    world.settings.change({"loop.tickets": 0})
    bare = id_token(world, account, browser)
    assert set(id_token(world, account, browser, scope="openid phone hr")) == set(bare)
    change(world, account, details={"departmentNumber": "DIGIT.A.3", "telephoneNumber": "+32 1"})
    groups = id_token(world, account, browser, claims=[OURS + "groups"])
    assert {name: value for name, value in groups.items() if name not in bare} == {OURS + "groups": ["G1", "G2"]}
    for scope, told in SCOPES.items():
        found = id_token(world, account, browser, scope=f"openid {scope}")
        assert {name: value for name, value in found.items() if name not in bare} == told


def test_the_level_follows_the_strength(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
    sign_in(browser, world, account, "PASSWORD", APP)
    found = id_token(world, account, browser, scope="openid authentication_factors")
    assert (found["acr"], found[OURS + "authentication_factors"]) == (LOA + "medium", ["PASSWORD", APP])


# Time.


@pytest.mark.parametrize("time", ["real", "world"])
def test_its_times_are_real_ones_or_the_worlds_where_the_setting_says_so(
    world: World, account: Account, browser: Browser, time: str
) -> None:
    world.settings.change({"protocol_time": time, "oidc.id_token_life": "PT1M"})
    sign_in(browser, world, account)
    advance(world, minutes(10))
    found = id_token(world, account, browser)
    now = real_now() if time == "real" else world.clock.now()
    assert abs(found["iat"] - now.timestamp()) < (60 if time == "real" else 1)
    assert found["exp"] - found["iat"] == 60
    assert abs(found["iat"] - found["auth_time"] - 600) <= 1


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


def test_a_fault_makes_one_claim_wrong_once(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    moving = {"jti", "at_hash", "iat", "exp", "auth_time"}
    faults = {"token.wrong_issuer": "iss", "token.wrong_audience": "aud", "token.wrong_nonce": "nonce"}
    right = claims(world, tokens(browser, account, client)["id_token"])
    for fault, name in faults.items():
        world.faults.arm(fault, person=account.email)
        wrong = claims(world, tokens(browser, account, client)["id_token"])
        assert {key for key in wrong if wrong[key] != right[key]} - moving == {name}


def test_faults_expired_and_wrong_signature(world: World, account: Account, browser: Browser) -> None:
    world.faults.arm("token.expired")
    found = id_token(world, account, browser)
    assert found["exp"] < real_now().timestamp() - 3600
    assert found["exp"] - found["iat"] == 300
    world.faults.arm("token.wrong_signature")
    with pytest.raises(BadSignatureError):
        id_token(world, account, browser)
    assert id_token(world, account, browser)
