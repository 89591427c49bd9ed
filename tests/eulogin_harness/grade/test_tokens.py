"""Tokens changed on their way: what is wrong with them, and nothing else."""

import base64
import hmac
import json
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet
from werkzeug.datastructures import Headers

from eulogin_harness.grade import tokens
from eulogin_harness.grade.outcomes import NotDone, Unsound
from eulogin_harness.grade.stand_in import Answer
from eulogin_harness.grade.token_leaks import expect_none_in, readings
from eulogin_harness.site import open_site
from mock_idp.oidc.keys import public_jwks, sign
from mock_world import World

CLAIMS = {"iss": "https://eulogin.example/cas/oauth2", "sub": "n0001", "aud": "an-application"}


@pytest.fixture(scope="module")
def signing_world() -> Iterator[World]:
    with open_site() as site:
        yield site.worlds.get("default")


@pytest.fixture(scope="module")
def token(signing_world: World) -> str:
    return sign(signing_world, CLAIMS)


def verified(world: World, value: str) -> dict[str, Any]:
    """The claims by the published keys."""
    return jwt.decode(value, KeySet.import_key_set(public_jwks(world)), ["PS512"]).claims  # type: ignore[arg-type]


def answer_with(body: dict[str, Any], status: int = 200) -> Answer:
    return Answer(status, Headers({"Content-Type": "application/json"}), json.dumps(body).encode())


def test_claims_are_changed_and_rightly_signed_again(signing_world: World, token: str) -> None:
    change = tokens.edited(signing_world, lambda claims: claims | {"sub": "n0002"})
    changed = json.loads(change(answer_with({"access_token": "a", "id_token": token})).text)
    assert changed["access_token"] == "a"
    assert verified(signing_world, changed["id_token"]) == CLAIMS | {"sub": "n0002"}


def test_a_refusal_stays_as_it_is(signing_world: World) -> None:
    refusal = answer_with({"error": "invalid_grant"}, 400)
    assert tokens.edited(signing_world, lambda _: {})(refusal) == refusal


def test_other_claims_with_the_old_signature_do_not_verify(signing_world: World, token: str) -> None:
    with pytest.raises(BadSignatureError):
        verified(signing_world, tokens.with_old_signature(token, CLAIMS | {"sub": "n0002"}))


@pytest.mark.parametrize("known_kid", [True, False])
def test_a_foreign_key_signs_under_a_known_or_an_unknown_kid(
    known_kid: bool,
    signing_world: World,
    token: str,
) -> None:
    header = tokens.header_of(token)
    forged = tokens.header_of(tokens.signed_by_foreign_key(header, CLAIMS, known_kid=known_kid))
    kids = [key["kid"] for key in public_jwks(signing_world)["keys"]]
    assert (forged["kid"] in kids, "jwk" in forged) == (known_kid, known_kid)
    assert "d" not in forged.get("jwk", {})


def test_the_public_key_as_secret_is_its_pem(signing_world: World, token: str) -> None:
    value = tokens.signed_with_public_key(signing_world, tokens.header_of(token), CLAIMS)
    signed, _, signature = value.rpartition(".")
    kid = tokens.header_of(value)["kid"]
    key = next(key for key in KeySet.import_key_set(public_jwks(signing_world)) if key.kid == kid)  # type: ignore[arg-type]
    digest = hmac.digest(key.as_pem(private=False), signed.encode(), "sha256")  # type: ignore[union-attr]
    assert base64.urlsafe_b64decode(signature + "==") == digest


def test_a_token_without_signature_ends_with_a_dot(token: str) -> None:
    value = tokens.unsigned(tokens.header_of(token), CLAIMS)
    assert (value[-1], tokens.header_of(value)["alg"], tokens.claims_of(value)) == (".", "none", CLAIMS)


@pytest.mark.parametrize("value", ["", "no token", "a.b.c"])
def test_what_is_no_token_is_said_to_be_none(value: str) -> None:
    with pytest.raises(NotDone, match="expected a J"):
        tokens.claims_of(value)


def test_a_hint_to_the_sign_out_is_no_leak() -> None:
    page = '<a href="https://eulogin.example/logout?id_token_hint=abc.def.ghi&amp;state=1">Sign out</a>'
    expect_none_in([("the page", page)], {"abc.def.ghi": "id_token"})
    with pytest.raises(Unsound, match="the page holds the id_token"):
        expect_none_in([("the page", page + "abc.def.ghi")], {"abc.def.ghi": "id_token"})


def test_a_signed_cookie_hides_nothing() -> None:
    packed = base64.urlsafe_b64encode(zlib.compress(b'{"token": "abc.def.ghi"}')).rstrip(b"=").decode()
    plain = base64.b64encode(b'{"token": "abc.def.ghi"}').decode()
    assert "abc.def.ghi" in readings(f".{packed}.aK1zQw.signature")
    assert "abc.def.ghi" in readings(plain)
    assert "abc.def.ghi" in readings("abc.def.ghi")
