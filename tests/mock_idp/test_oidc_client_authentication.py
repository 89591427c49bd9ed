"""How clients prove who they are: each method, and what is refused of it."""

import base64
import hmac
import json
import math
from contextlib import suppress
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import OctKey, RSAKey

from mock_idp.oidc.client_assertions import HMACS, SIGNATURES, UsedAssertion
from mock_idp.oidc.client_authentication import authenticate
from mock_idp.oidc.clients import delete_client, metadata_of
from mock_idp.oidc.model import Client
from mock_world import Refusal, World
from mock_world.server import Site
from tests.mock_idp.application import Application
from tests.mock_idp.at_once import at_once
from tests.mock_idp.conftest import advance
from tests.mock_idp.oidc_machines import (
    EC,
    OTHER,
    RSA,
    asserted,
    basic,
    by_hmac,
    by_key,
    claims,
    client_of,
    public,
    signed,
)

Form = dict[str, str]


def prove(world: World, form: Form, headers: Form | None = None) -> str:
    """The id of the client whom that proves; the token endpoint is called."""
    endpoint = world.addresses.public("idp", "/cas/oauth2/token")
    return authenticate(world, form, headers or {}, endpoint).client_id


def refusal(world: World, form: Form, headers: Form | None = None) -> Refusal:
    with pytest.raises(Refusal) as refused:
        prove(world, form, headers)
    return refused.value


@pytest.fixture
def real_time(world: World) -> World:
    """Outside clients live in real time; these tests move the world's."""
    world.settings.change({"protocol_time": "world"})
    return world


# A secret.


def test_a_secret_in_the_header(world: World) -> None:
    for secret in ("a b+c%d:e/f=", "x" * 512):
        client = client_of(world, client_id=f"my~app:{len(secret)}", client_secret=secret)
        for form in ({}, {"client_id": client.client_id}):
            assert prove(world, form, basic(client.client_id, secret)) == client.client_id


def test_a_wrong_secret_is_refused_and_not_told_and_so_is_a_header_that_cannot_be_read(world: World) -> None:
    client_of(world, client_id="app", client_secret="abc")
    for secret in ("", "ABC", "\u00e9"):
        refused = refusal(world, {}, basic("app", secret))
        assert (refused.code, refused.kind.status) == ("client.secret_wrong", 401)
        assert refused.got == ("another secret" if secret else "an empty secret")
    unreadable = ["Bearer abc", "Basic YXBw!OmFiYw=="]
    unreadable += ["Basic " + base64.b64encode(odd).decode() for odd in (b"no colon", b"app:\xff")]
    for authorization in unreadable:
        assert refusal(world, {}, {"Authorization": authorization}).code == "client.basic_unreadable"


def test_a_public_client_says_its_id_alone_and_nobody_less_or_registered_no_more(world: World) -> None:
    client = public(world)
    assert prove(world, {"client_id": client.client_id}) == client.client_id
    assert refusal(world, {"client_id": ""}).code == "client.not_authenticated"
    delete_client(world, client.client_id)
    refused = refusal(world, {"client_id": client.client_id})
    assert (refused.code, "POST /api/clients" in refused.remedy) == ("client.not_registered", True)


# Which method counts.


def test_only_the_registered_method_counts(world: World) -> None:
    client, by_secret, key, alone = client_of(world), by_hmac(world), by_key(world), public(world)
    offers: list[tuple[Client, Form, Form, str]] = [
        (client, asserted(signed(claims(world, client))), {}, "private_key_jwt"),
        (by_secret, {}, basic(by_secret.client_id, by_secret.secret), "client_secret_basic"),
        (key, {"client_id": key.client_id}, {}, "none"),
        (alone, asserted(signed(claims(world, alone))), {}, "private_key_jwt"),
    ]
    for one, form, headers, offered in offers:
        refused = refusal(world, form, headers)
        assert (refused.code, offered in refused.remedy) == ("client.other_method", True)
        assert str(metadata_of(one).token_endpoint_auth_method) in refused.expected


def test_two_ways_or_ids_at_once_are_refused_and_so_is_a_secret_in_the_body(world: World) -> None:
    client, other, key = client_of(world), client_of(world), by_key(world)
    header = basic(client.client_id, client.secret)
    for name in ("client_secret", "client_assertion", "client_assertion_type"):
        refused = refusal(world, {name: "x"}, header)
        assert (refused.code, refused.kind.status) == ("client.two_methods", 400)
    assert refusal(world, {"client_id": other.client_id}, header).code == "client.two_ids"
    form = asserted(signed(claims(world, key))) | {"client_id": other.client_id}
    assert refusal(world, form).code == "client.two_ids"
    refused = refusal(world, {"client_id": client.client_id, "client_secret": client.secret})
    assert refused.code == "client.secret_in_body"
    assert "set the library's method to client_secret_basic" in refused.remedy


# Assertions.


def test_an_assertion_by_the_secret_or_the_key(world: World) -> None:
    client = by_hmac(world)
    for alg in HMACS:
        assertion = signed(claims(world, client), OctKey.import_key(client.secret), alg)
        assert prove(world, asserted(assertion)) == client.client_id
    client = by_key(world, OTHER, RSA, EC)
    for alg in (*(alg for alg in SIGNATURES if not alg.startswith("ES")), "ES256"):
        assertion = signed(claims(world, client), EC if alg == "ES256" else RSA, alg)
        assert prove(world, asserted(assertion) | {"client_id": client.client_id}) == client.client_id


@pytest.mark.parametrize("secret", ["ssh-rsa " + "A" * 32, "-----BEGIN PUBLIC KEY-----" + "A" * 32, "a b+c%d:e/f=" * 4])
def test_a_secret_may_look_like_anything(world: World, secret: str) -> None:
    client = by_hmac(world, client_secret=secret)
    key = OctKey(secret.encode(), secret.encode())
    assert prove(world, asserted(signed(claims(world, client), key, "HS256"))) == client.client_id
    other = asserted(signed(claims(world, client), OctKey.generate_key(256), "HS256"))
    assert refusal(world, other).code == "client.assertion_wrong"


def test_the_audience_is_issuer_or_token_endpoint_at_either_address_or_what_was_called(world: World) -> None:
    world.settings.change({"idp.public_url": "https://login.example", "idp.internal_url": "http://idp.test:8401"})
    client = by_key(world)
    for path, address in product(
        ("/cas/oauth2", "/cas/oauth2/token"), (world.addresses.public, world.addresses.internal)
    ):
        for aud in (address("idp", path), ["https://other.example", address("idp", path)]):
            assert prove(world, asserted(signed(claims(world, client, aud=aud)))) == client.client_id
    called = world.addresses.public("idp", "/cas/oauth2/token/revoke")
    form = asserted(signed(claims(world, client, aud=called)))
    assert refusal(world, form).code == "client.assertion_wrong"
    assert authenticate(world, form, {}, called).client_id == client.client_id


MISFITS: list[tuple[dict[str, Any], str]] = [
    ({"aud": None}, "its aud must be"),
    ({"aud": "https://ecas.ec.europa.eu/cas/oauth2"}, "its aud must be"),
    ({"aud": [{"x": 1}, 7]}, "its aud must be"),
    ({"jti": None}, "it has no jti"),
    ({"jti": 7}, "it has no jti"),
    ({"sub": "another"}, "iss and sub"),
    ({"iss": ["x"], "sub": ["x"]}, "iss and sub"),
]


def test_claims_that_do_not_fit_are_refused(world: World) -> None:
    client = by_key(world)
    for other, problem in MISFITS:
        refused = refusal(world, asserted(signed(claims(world, client, **other))))
        assert (refused.code, problem in refused.message()) == ("client.assertion_wrong", True)


def test_a_signature_by_another_key_is_refused_and_one_of_that_kid_alone_counts(world: World) -> None:
    key, secret = by_key(world), by_hmac(world)
    forged = [
        signed(claims(world, key), OTHER),
        signed(claims(world, key), OTHER, kid=RSA.thumbprint()),
        signed(claims(world, secret), OctKey.import_key("x" * 32), "HS256"),
        signed(claims(world, key))[:-4] + "AAAA",
        signed(claims(world, key)).rpartition(".")[0] + ".",
    ]
    for assertion in forged:
        refused = refusal(world, asserted(assertion))
        assert (refused.code, "signature does not fit" in refused.message()) == ("client.assertion_wrong", True)
    two = {"keys": [{**RSA.as_dict(private=False), "kid": "new"}, {**OTHER.as_dict(private=False), "kid": "old"}]}
    client = client_of(world, token_endpoint_auth_method="private_key_jwt", jwks=two)
    for kid in ("new", "unknown"):
        assert prove(world, asserted(signed(claims(world, client), kid=kid)))
    assert refusal(world, asserted(signed(claims(world, client), kid="old"))).code == "client.assertion_wrong"


def unsigned(told: dict[str, Any], alg: str = "none") -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": alg, "typ": "JWT"}, told))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def test_an_algorithm_or_type_that_is_none_of_the_clients_is_refused(world: World) -> None:
    """Also where a public key is taken as secret: signed by hand, since joserfc makes no such thing."""
    client, other = by_key(world), by_hmac(world)
    forged = [unsigned(claims(world, client), alg) for alg in ("none", "NONE", "HS256", "")]
    forged.append(signed(claims(world, other)))
    for secret in (RSA.as_pem(private=False), json.dumps(client.metadata_["jwks"]["keys"][0]).encode()):
        text = unsigned(claims(world, client), "HS256")[:-1]
        signature = base64.urlsafe_b64encode(hmac.digest(secret, text.encode(), "sha256")).rstrip(b"=").decode()
        forged.append(f"{text}.{signature}")
    for assertion in forged:
        refused = refusal(world, asserted(assertion))
        assert (refused.code, "algorithm must be" in refused.message()) == ("client.assertion_wrong", True)
    for typ in ("jwt", "client-authentication+jwt"):
        assert prove(world, asserted(signed(claims(world, client), typ=typ)))
    assert "its typ must be" in refusal(world, asserted(signed(claims(world, client), typ="at+jwt"))).message()


def test_what_is_no_assertion_or_one_of_another_type_is_refused(world: World) -> None:
    odd = [
        "",
        "a.b.c",
        "\u00e9.\u00e9.\u00e9",
        "." * 10_000,
        "e30.e30.",
        "\x00",
        "eyJhbGciOiJQUzUxMiJ9.W10.x",
        "W10.e30.x",
    ]
    for assertion in odd:
        assert refusal(world, asserted(assertion)).code == "client.assertion_wrong"
    client = by_key(world)
    for name in ("iss", "jti"):  # half a surrogate pair would come as far as the database
        form = asserted(raw({"alg": "RS256"}, claims(world, client) | {name: "\ud800"}))
        assert refusal(world, form).code == "client.assertion_wrong"
    refused = refusal(world, asserted(signed(claims(world, client))) | {"client_assertion_type": "urn:saml2-bearer"})
    assert (refused.code, "is not jwt-bearer" in refused.message()) == ("client.assertion_wrong", True)


PARTS = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["RS256", "\ud800", "x" * 10_000, ""])
JSON = PARTS | st.lists(PARTS, max_size=3) | st.dictionaries(st.text(max_size=5), PARTS, max_size=3)
ODD = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def raw(header: dict[str, Any], told: dict[str, Any]) -> str:
    """Signed as a client would that takes no care of what it signs."""
    text = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, told)
    )
    assert RSA.private_key is not None
    signature = RSA.private_key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@pytest.mark.slow
@ODD
@given(
    header=st.dictionaries(st.sampled_from(["alg", "typ", "kid", "crit", "b64", "jwk", "x5c"]), JSON),
    other=st.dictionaries(st.sampled_from(["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "x"]), JSON),
)
def test_odd_assertions_are_refused_or_right(world: World, header: dict[str, Any], other: dict[str, Any]) -> None:
    client = by_key(world)
    form = asserted(raw({"alg": "RS256"} | header, claims(world, client) | other))
    with suppress(Refusal):
        assert prove(world, form) == client.client_id


# Its time.


FITS = [("exp", -59), ("exp", 86_400), ("iat", 60), ("nbf", 60)]
TOO_FAR = [("exp", -60), ("exp", 86_401), ("iat", 61), ("nbf", 61)]


def test_clocks_may_differ_by_a_minute(real_time: World) -> None:
    client, now = by_key(real_time), int(real_time.clock.now().timestamp())
    for name, by in FITS:
        assert prove(real_time, asserted(signed(claims(real_time, client, **{name: now + by}))))
    for name, by in TOO_FAR:
        refused = refusal(real_time, asserted(signed(claims(real_time, client, **{name: now + by}))))
        assert (refused.code, "set protocol_time" in refused.remedy) == ("client.assertion_expired", True)


def test_an_expiry_that_is_no_near_moment_is_refused(world: World) -> None:
    client = by_key(world)
    for exp in (None, "soon", True, [1], 1e300, -1, 10**400):
        assert refusal(world, asserted(signed(claims(world, client, exp=exp)))).code == "client.assertion_expired"
    for exp in (math.nan, math.inf):
        refused = refusal(world, asserted(signed(claims(world, client, exp=exp))))
        assert refused.code in {"client.assertion_expired", "client.assertion_wrong"}


def test_which_time_counts_is_a_setting(world: World) -> None:
    client = by_key(world)
    advance(world, timedelta(days=3650))
    assert prove(world, asserted(signed(claims(world, client))))
    old = signed(claims(world, client))
    world.settings.change({"protocol_time": "world"})
    assert refusal(world, asserted(old)).code == "client.assertion_expired"
    assert prove(world, asserted(signed(claims(world, client))))


# Once only.


def test_an_assertion_counts_once_as_long_as_it_lives_and_is_kept_no_longer(real_time: World) -> None:
    client = by_key(real_time)
    form = asserted(signed(claims(real_time, client)))
    assert prove(real_time, form)
    assert refusal(real_time, form).code == "client.assertion_replayed"
    advance(real_time, timedelta(seconds=119))
    assert refusal(real_time, form).code == "client.assertion_replayed"
    advance(real_time, timedelta(seconds=1))
    assert refusal(real_time, form).code == "client.assertion_expired"
    advance(real_time, timedelta(seconds=1))
    assert prove(real_time, asserted(signed(claims(real_time, client))))
    with real_time.database.session() as db:
        assert db.query(UsedAssertion).count() == 1


def test_a_jti_counts_once_for_its_client_and_a_refused_assertion_uses_nothing_up(world: World) -> None:
    client, other = by_key(world), by_key(world)
    assert refusal(world, asserted(signed(claims(world, client, jti="1"), OTHER)))
    assert refusal(world, asserted(signed(claims(world, client, jti="1", aud="x"))))
    assert prove(world, asserted(signed(claims(world, client, jti="1"))))
    assert refusal(world, asserted(signed(claims(world, client, jti="1")))).code == "client.assertion_replayed"
    assert prove(world, asserted(signed(claims(world, other, jti="1"))))


def test_of_two_at_the_same_instant_one_counts(world: World) -> None:
    client = by_key(world)
    form = asserted(signed(claims(world, client)))
    assert {*at_once(2, lambda: prove(world, form))} == {"client.assertion_replayed", client.client_id}


# Keys that the client publishes itself.


def keys_of(*keys: RSAKey) -> bytes:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]}).encode()


def at_its_address(world: World, url: str) -> Client:
    return client_of(world, token_endpoint_auth_method="private_key_jwt", jwks_uri=url)


def test_keys_are_read_anew_where_the_client_publishes_them_up_to_256_kilobytes(
    world: World, application: Application
) -> None:
    client = at_its_address(world, f"{application.url}/jwks")
    application.document = keys_of(OTHER, RSA).ljust(256 * 1024)
    assert prove(world, asserted(signed(claims(world, client))))
    application.document += b" "
    refused = refusal(world, asserted(signed(claims(world, client))))
    assert (refused.code, refused.got) == ("client.keys_unreadable", "AnswerTooLarge")
    application.document = keys_of(OTHER)
    assert refusal(world, asserted(signed(claims(world, client)))).code == "client.assertion_wrong"
    assert [(call.method, call.path) for call in application.calls] == [("GET", "/jwks")] * 3


NO_KEYS = [(404, keys_of(RSA)), (302, keys_of(RSA)), (200, b"<html>"), (200, b"[]"), (200, b"{}")]
NO_KEYS += [(200, b'{"keys": 7}'), (200, b'{"keys": ["x"]}')]
NO_KEYS += [(200, b'{"keys": [{"kty": "RSA", "n": "!", "e": "AQAB"}]}')]


def test_keys_that_cannot_be_read_are_told(world: World, application: Application) -> None:
    client, application.headers = at_its_address(world, application.url), {"Location": "/elsewhere"}
    for application.status, application.document in NO_KEYS:
        refused = refusal(world, asserted(signed(claims(world, client))))
        assert (refused.code, "open jwks_uri" in refused.remedy) == ("client.keys_unreadable", True)
    assert len(application.calls) == len(NO_KEYS)
    client = at_its_address(world, "http://localhost:1/jwks")
    refused = refusal(world, asserted(signed(claims(world, client))))
    assert (refused.code, refused.got) == ("client.keys_unreadable", "ConnectionError")


# By HTTP.


def test_a_refusal_is_told_as_oauth_has_it_and_the_journal_knows_more(site: Site, world: World) -> None:
    client = client_of(world, client_id="app", client_secret="geheim-1")
    url = world.addresses.public("idp", "/cas/oauth2/token/introspect")
    answer = requests.post(url, data={"token": "x"}, headers=basic(client.client_id, "geheim-2"), timeout=30)
    assert (answer.status_code, answer.json()) == (
        401,
        {"error": "invalid_client", "error_description": "Client authentication failed: wrong secret"},
    )
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="EU Login"'
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    (event,) = world.journal.events(types=["client.secret_wrong"])
    assert event.fields["expected"] == "the secret of client app"
    assert "form-urlencode" in event.fields["remedy"]


def test_what_no_protocol_names_is_the_clients_mistake_or_the_servers(world: World) -> None:
    world.settings.change({"allowed_targets": ["hospital.eu"], "back_channel.ca": "/nowhere/ca.pem"})
    client = at_its_address(world, "https://app.hospital.eu/jwks")
    url = world.addresses.public("idp", "/cas/oauth2/token")
    for allowed, told in ((["hospital.eu"], (500, "server_error")), ([], (403, "invalid_request"))):
        world.settings.change({"allowed_targets": allowed})
        answer = requests.post(url, data=asserted(signed(claims(world, client))), timeout=30)
        assert (answer.status_code, answer.json()["error"]) == told


def test_a_description_has_the_signs_that_it_may_have(world: World) -> None:
    client = client_of(world, client_id="a" * 255)
    url, headers = world.addresses.public("idp", "/cas/oauth2/token"), basic(client.client_id, client.secret)
    answer = requests.post(url, data={"grant_type": 'a"b\\c\u00e9'}, headers=headers, timeout=30)
    assert answer.json()["error_description"] == "The grant_type is not mocked: a'b'c'"
    odd = {"client_assertion_type": '"\\\u00e9\n', "client_assertion": "x"}
    answer = requests.post(f"{url}/revoke", data=odd, timeout=30)
    assert answer.json()["error"] == "invalid_client"
    assert answer.json()["error_description"].isascii()
