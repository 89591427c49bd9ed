"""How clients prove who they are: each method, and what is refused of it."""

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Barrier
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import OctKey

from mock_idp.oidc.assertions import HMACS, SIGNATURES, UsedAssertion
from mock_idp.oidc.client_authentication import authenticate
from mock_idp.oidc.clients import delete_client
from mock_idp.oidc.metadata import NewClient
from mock_idp.oidc.model import Client
from mock_world import Refusal, World
from mock_world.server import Site
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


@pytest.mark.parametrize("secret", ["abc", "a b+c%d:e/f=", "x" * 512])
def test_a_secret_in_the_header(world: World, secret: str) -> None:
    client = client_of(world, client_id="my~app:1", client_secret=secret)
    assert prove(world, {}, basic(client.client_id, secret)) == client.client_id
    assert prove(world, {"client_id": client.client_id}, basic(client.client_id, secret)) == client.client_id


@pytest.mark.parametrize("secret", ["", "another", "abc ", "ABC", "x" * 10_000, "\u00e9"])
def test_a_wrong_secret_is_refused_and_not_told(world: World, secret: str) -> None:
    client_of(world, client_id="app", client_secret="abc")
    refused = refusal(world, {}, basic("app", secret))
    assert (refused.code, refused.kind.status) == ("client.secret_wrong", 401)
    assert refused.got == ("another secret" if secret else "an empty secret")


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer abc",
        "Basic",
        "Basic ***",
        "Basic YXBw!OmFiYw==",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"app:\xff").decode(),
        "Basic " + "A" * 10_001,
        "Basic \u00e9",
    ],
)
def test_a_header_that_cannot_be_read_is_refused(world: World, authorization: str) -> None:
    assert refusal(world, {}, {"Authorization": authorization}).code == "client.basic_unreadable"


def test_nothing_at_all_is_refused(world: World) -> None:
    assert refusal(world, {"client_id": ""}).code == "client.not_authenticated"


def test_who_is_not_registered_is_refused(site: Site, world: World) -> None:
    client = client_of(world)
    other = site.worlds.create()
    assert refusal(other, {}, basic(client.client_id, client.secret)).code == "client.not_registered"
    site.worlds.delete(other.name)
    delete_client(world, client.client_id)
    refused = refusal(world, {}, basic(client.client_id, client.secret))
    assert (refused.code, "POST /api/clients" in refused.remedy) == ("client.not_registered", True)


def test_a_public_client_says_its_id_alone(world: World) -> None:
    client = public(world)
    assert prove(world, {"client_id": client.client_id}) == client.client_id


def test_a_secret_in_the_body_is_refused_with_the_librarys_setting(world: World) -> None:
    client = client_of(world)
    refused = refusal(world, {"client_id": client.client_id, "client_secret": client.secret})
    assert (refused.code, "set the library's method to client_secret_basic" in refused.remedy) == (
        "client.secret_in_body",
        True,
    )


# Which method counts.


def proof(world: World, client: Client, method: str) -> tuple[Form, Form]:
    """Form and headers by which somebody tries to be that client."""
    if method == "none":
        return {"client_id": client.client_id}, {}
    if method == "client_secret_basic":
        return {}, basic(client.client_id, client.secret)
    key, alg = (OctKey(b"s" * 64, b"s" * 64), "HS256") if method == "client_secret_jwt" else (RSA, "PS512")
    return asserted(signed(claims(world, client), key, alg)), {}


@pytest.mark.parametrize(
    ("registered", "offered"),
    [
        ("client_secret_basic", "none"),
        ("client_secret_basic", "client_secret_jwt"),
        ("client_secret_basic", "private_key_jwt"),
        ("client_secret_jwt", "client_secret_basic"),
        ("client_secret_jwt", "none"),
        ("private_key_jwt", "client_secret_basic"),
        ("private_key_jwt", "none"),
        ("none", "client_secret_basic"),
        ("none", "private_key_jwt"),
    ],
)
def test_only_the_registered_method_counts(world: World, registered: str, offered: str) -> None:
    client = (
        by_key(world) if registered == "private_key_jwt" else client_of(world, token_endpoint_auth_method=registered)
    )
    form, headers = proof(world, client, offered)
    refused = refusal(world, form, headers)
    assert refused.code == "client.other_method"
    assert (registered in refused.expected, offered in refused.remedy) == (True, True)


@pytest.mark.parametrize("more", [{"client_secret": "x"}, {"client_assertion": "x"}, {"client_assertion_type": "x"}])
def test_two_ways_at_once_are_refused(world: World, more: Form) -> None:
    client = client_of(world)
    refused = refusal(world, more, basic(client.client_id, client.secret))
    assert (refused.code, refused.kind.status) == ("client.two_methods", 400)


def test_two_different_ids_are_refused(world: World) -> None:
    one, other = client_of(world), client_of(world)
    assert refusal(world, {"client_id": other.client_id}, basic(one.client_id, one.secret)).code == "client.two_ids"
    key = by_key(world)
    form = asserted(signed(claims(world, key))) | {"client_id": other.client_id}
    assert refusal(world, form).code == "client.two_ids"


# Assertions.


@pytest.mark.parametrize("alg", HMACS)
def test_an_assertion_by_the_secret(world: World, alg: str) -> None:
    client = by_hmac(world)
    assertion = signed(claims(world, client), OctKey.import_key(client.secret), alg)
    assert prove(world, asserted(assertion)) == client.client_id


PUBLIC_KEY = Ed25519PrivateKey.generate().public_key()


@pytest.mark.parametrize(
    "secret",
    [
        PUBLIC_KEY.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode(),
        "ssh-rsa " + "A" * 32,
        "-----BEGIN PUBLIC KEY-----" + "A" * 32,
        "a b+c%d:e/f=" * 4,
        "x" * 512,
    ],
    ids=["ssh", "rsa", "pem", "signs", "long"],
)
def test_a_secret_may_look_like_anything(world: World, secret: str) -> None:
    client = by_hmac(world, client_secret=secret)
    key = OctKey(secret.encode(), secret.encode())
    assert prove(world, asserted(signed(claims(world, client), key, "HS256"))) == client.client_id
    other = asserted(signed(claims(world, client), OctKey.generate_key(256), "HS256"))
    assert refusal(world, other).code == "client.assertion_wrong"


@pytest.mark.parametrize("alg", [alg for alg in SIGNATURES if alg not in {"ES384", "ES512"}])
def test_an_assertion_by_the_key(world: World, alg: str) -> None:
    client = by_key(world, OTHER, RSA, EC)
    assertion = signed(claims(world, client), EC if alg.startswith("ES") else RSA, alg)
    assert prove(world, asserted(assertion) | {"client_id": client.client_id}) == client.client_id


@pytest.mark.parametrize("path", ["/cas/oauth2", "/cas/oauth2/token"])
def test_the_audience_is_issuer_or_token_endpoint_at_either_address(world: World, path: str) -> None:
    world.settings.change({"idp.public_url": "https://login.example", "idp.internal_url": "http://idp.test:8401"})
    client = by_key(world)
    for address in (world.addresses.public("idp", path), world.addresses.internal("idp", path)):
        assert prove(world, asserted(signed(claims(world, client, aud=address)))) == client.client_id
        told = claims(world, client, aud=["https://other.example", address])
        assert prove(world, asserted(signed(told))) == client.client_id


def test_the_audience_may_be_the_address_that_was_called(world: World) -> None:
    client, called = by_key(world), world.addresses.public("idp", "/cas/oauth2/token/revoke")
    form = asserted(signed(claims(world, client, aud=called)))
    assert refusal(world, form).code == "client.assertion_wrong"
    assert authenticate(world, form, {}, called).client_id == client.client_id


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"aud": None}, "its aud must be"),
        ({"aud": "https://ecas.ec.europa.eu/cas/oauth2"}, "its aud must be"),
        ({"aud": []}, "its aud must be"),
        ({"aud": [{"x": 1}, 7]}, "its aud must be"),
        ({"jti": None}, "it has no jti"),
        ({"jti": ""}, "it has no jti"),
        ({"jti": 7}, "it has no jti"),
        ({"iss": None}, "iss and sub"),
        ({"sub": None}, "iss and sub"),
        ({"sub": "another"}, "iss and sub"),
        ({"iss": ["x"], "sub": ["x"]}, "iss and sub"),
    ],
)
def test_claims_that_do_not_fit_are_refused(world: World, other: dict[str, Any], problem: str) -> None:
    client = by_key(world)
    refused = refusal(world, asserted(signed(claims(world, client, **other))))
    assert (refused.code, problem in refused.message()) == ("client.assertion_wrong", True)


def test_an_audience_of_another_world_is_refused(site: Site, world: World) -> None:
    client, other = by_key(world), site.worlds.create()
    aud = other.addresses.public("idp", "/cas/oauth2")
    assert refusal(world, asserted(signed(claims(world, client, aud=aud)))).code == "client.assertion_wrong"
    site.worlds.delete(other.name)


def test_a_signature_by_another_key_is_refused(world: World) -> None:
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


def test_a_key_of_that_kid_alone_counts(world: World) -> None:
    two = {"keys": [{**RSA.as_dict(private=False), "kid": "new"}, {**OTHER.as_dict(private=False), "kid": "old"}]}
    client = client_of(world, token_endpoint_auth_method="private_key_jwt", jwks=two)
    assert prove(world, asserted(signed(claims(world, client), kid="new")))
    assert prove(world, asserted(signed(claims(world, client), kid="unknown")))
    assert refusal(world, asserted(signed(claims(world, client), kid="old"))).code == "client.assertion_wrong"


def unsigned(told: dict[str, Any], alg: str = "none") -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": alg, "typ": "JWT"}, told))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "HS256", "", "RSA-OAEP"])
def test_an_unsigned_assertion_is_refused(world: World, alg: str) -> None:
    client = by_key(world)
    refused = refusal(world, asserted(unsigned(claims(world, client), alg)))
    assert (refused.code, "algorithm must be" in refused.message()) == ("client.assertion_wrong", True)


def test_a_public_key_is_no_secret(world: World) -> None:
    """Signed by hand: joserfc makes no such thing."""
    client = by_key(world)
    for secret in (RSA.as_pem(private=False), json.dumps(client.metadata_["jwks"]["keys"][0]).encode()):
        text = unsigned(claims(world, client), "HS256")[:-1]
        signature = base64.urlsafe_b64encode(hmac.digest(secret, text.encode(), "sha256")).rstrip(b"=").decode()
        refused = refusal(world, asserted(f"{text}.{signature}"))
        assert (refused.code, "algorithm must be" in refused.message()) == ("client.assertion_wrong", True)


def test_a_key_does_not_stand_for_a_secret(world: World) -> None:
    client = by_hmac(world)
    assert refusal(world, asserted(signed(claims(world, client)))).code == "client.assertion_wrong"


@pytest.mark.parametrize(("typ", "fits"), [("jwt", True), ("client-authentication+jwt", True), ("at+jwt", False)])
def test_the_type_of_an_assertion(world: World, typ: str, fits: bool) -> None:
    client = by_key(world)
    form = asserted(signed(claims(world, client), typ=typ))
    if fits:
        assert prove(world, form)
    else:
        assert "its typ must be" in refusal(world, form).message()


@pytest.mark.parametrize(
    "assertion",
    ["", "x", "a.b", "a.b.c", "a.b.c.d.e", "\u00e9.\u00e9.\u00e9", "." * 10_000, "A" * 10_000, "e30.e30.", "\x00",
     "eyJhbGciOiJQUzUxMiJ9.W10.x", "eyJhbGciOiJQUzUxMiJ9.eA.x", "W10.e30.x"],
)  # fmt: skip
def test_what_is_no_assertion_is_refused(world: World, assertion: str) -> None:
    assert refusal(world, asserted(assertion)).code == "client.assertion_wrong"


def test_another_type_of_assertion_is_refused(world: World) -> None:
    form = asserted(signed(claims(world, by_key(world)))) | {"client_assertion_type": "urn:saml2-bearer"}
    refused = refusal(world, form)
    assert (refused.code, "is not jwt-bearer" in refused.message()) == ("client.assertion_wrong", True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["RS256", "\ud800", "x" * 10_000, ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
ODD = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def raw(header: dict[str, Any], told: dict[str, Any]) -> str:
    """Signed as a client would that takes no care of what it signs."""
    text = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, told)
    )
    assert RSA.private_key is not None
    signature = RSA.private_key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "jti"])
def test_half_a_surrogate_pair_comes_as_far_as_no_database(world: World, name: str) -> None:
    told = claims(world, by_key(world)) | {name: "\ud800"}
    assert refusal(world, asserted(raw({"alg": "RS256"}, told))).code == "client.assertion_wrong"


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


@ODD
@given(authorization=st.text() | st.binary().map(lambda raw: "Basic " + base64.b64encode(raw).decode()))
def test_odd_headers_are_refused(world: World, authorization: str) -> None:
    with pytest.raises(Refusal):
        prove(world, {}, {"Authorization": authorization})


# Its time.


@pytest.mark.parametrize(
    ("other", "fits"),
    [
        ({"exp": -59}, True),
        ({"exp": -60}, False),
        ({"exp": 86_400}, True),
        ({"exp": 86_401}, False),
        ({"iat": 60}, True),
        ({"iat": 61}, False),
        ({"nbf": 60}, True),
        ({"nbf": 61}, False),
    ],
)
def test_clocks_may_differ_by_a_minute(real_time: World, other: dict[str, int], fits: bool) -> None:
    client, now = by_key(real_time), int(real_time.clock.now().timestamp())
    form = asserted(signed(claims(real_time, client, **{name: now + by for name, by in other.items()})))
    if fits:
        assert prove(real_time, form)
        return
    refused = refusal(real_time, form)
    assert (refused.code, "set protocol_time" in refused.remedy) == ("client.assertion_expired", True)


@pytest.mark.parametrize("exp", [None, "soon", True, [1], 1e300, -1, 0, 10**400])
def test_an_expiry_that_is_no_near_moment_is_refused(world: World, exp: Any) -> None:
    client = by_key(world)
    assert refusal(world, asserted(signed(claims(world, client, exp=exp)))).code == "client.assertion_expired"


@pytest.mark.parametrize("exp", ["NaN", "Infinity", "-Infinity"])
def test_an_expiry_that_is_no_number_is_refused(world: World, exp: str) -> None:
    client = by_key(world)
    assertion = signed(claims(world, client, exp=float(exp)))
    assert refusal(world, asserted(assertion)).code in {"client.assertion_expired", "client.assertion_wrong"}


def test_which_time_counts_is_a_setting(world: World) -> None:
    client = by_key(world)
    advance(world, timedelta(days=3650))
    assert prove(world, asserted(signed(claims(world, client))))
    old = signed(claims(world, client))
    world.settings.change({"protocol_time": "world"})
    assert refusal(world, asserted(old)).code == "client.assertion_expired"
    assert prove(world, asserted(signed(claims(world, client))))


# Once only.


def test_an_assertion_counts_once_as_long_as_it_lives(real_time: World) -> None:
    client = by_key(real_time)
    form = asserted(signed(claims(real_time, client)))
    assert prove(real_time, form)
    assert refusal(real_time, form).code == "client.assertion_replayed"
    advance(real_time, timedelta(seconds=119))
    assert refusal(real_time, form).code == "client.assertion_replayed"
    advance(real_time, timedelta(seconds=1))
    assert refusal(real_time, form).code == "client.assertion_expired"


def test_another_signature_of_the_same_jti_is_refused_too(world: World) -> None:
    client, other = by_key(world), by_key(world)
    assert prove(world, asserted(signed(claims(world, client, jti="1"))))
    assert refusal(world, asserted(signed(claims(world, client, jti="1")))).code == "client.assertion_replayed"
    assert prove(world, asserted(signed(claims(world, other, jti="1"))))


def test_a_refused_assertion_uses_nothing_up(world: World) -> None:
    client = by_key(world)
    assert refusal(world, asserted(signed(claims(world, client, jti="1"), OTHER)))
    assert refusal(world, asserted(signed(claims(world, client, jti="1", aud="x"))))
    assert prove(world, asserted(signed(claims(world, client, jti="1"))))


def test_of_two_at_the_same_instant_one_counts(world: World) -> None:
    form, start = asserted(signed(claims(world, by_key(world)))), Barrier(2)

    def send(_: int) -> str:
        start.wait()
        try:
            return "in" if prove(world, form) else ""
        except Refusal as refused:
            return refused.code

    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(send, range(2))) == ["client.assertion_replayed", "in"]


def test_what_expired_is_not_kept(real_time: World) -> None:
    client = by_key(real_time)
    for _ in range(2):
        prove(real_time, asserted(signed(claims(real_time, client))))
        advance(real_time, timedelta(minutes=3))
    with real_time.database.session() as db:
        assert db.query(UsedAssertion).count() == 1


# Keys that the client publishes itself.


class Publisher(HTTPServer):
    """A client's own server. `answer`: status, headers and body of what it gives; `asked`: for which paths."""

    answer: tuple[int, dict[str, str], bytes] = (200, {}, b"{}")

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.asked: list[str] = []
        self.url = f"http://localhost:{self.server_port}/jwks"

    def publishes(self, *keys: Any) -> None:
        self.answer = 200, {}, json.dumps({"keys": [key.as_dict(private=False) for key in keys]}).encode()


class _Answers(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """No word."""


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def at_its_address(world: World, url: str) -> Client:
    return client_of(world, token_endpoint_auth_method="private_key_jwt", jwks_uri=url)


def test_keys_are_read_where_the_client_publishes_them(world: World, publisher: Publisher) -> None:
    client = at_its_address(world, publisher.url)
    publisher.publishes(OTHER, RSA)
    assert prove(world, asserted(signed(claims(world, client))))
    publisher.publishes(OTHER)
    assert refusal(world, asserted(signed(claims(world, client)))).code == "client.assertion_wrong"
    assert publisher.asked == ["/jwks", "/jwks"]


@pytest.mark.parametrize(
    "answer",
    [
        (404, {}, b"{}"),
        (200, {}, b"<html>"),
        (200, {}, b"[]"),
        (200, {}, b"{}"),
        (200, {}, b'{"keys": 7}'),
        (200, {}, b'{"keys": ["x"]}'),
        (200, {}, b'{"keys": [{"kty": "RSA", "n": "!", "e": "AQAB"}]}'),
        (200, {}, b"\xff\x00"),
        (200, {}, b" " * 300_000 + b'{"keys": []}'),
        (302, {"Location": "http://localhost/elsewhere"}, b""),
    ],
)
def test_keys_that_cannot_be_read_are_told(
    world: World, publisher: Publisher, answer: tuple[int, dict[str, str], bytes]
) -> None:
    publisher.answer = answer
    refused = refusal(world, asserted(signed(claims(world, at_its_address(world, publisher.url)))))
    assert (refused.code, "open jwks_uri" in refused.remedy) == ("client.keys_unreadable", True)
    assert publisher.asked == ["/jwks"]


def test_a_set_of_keys_has_256_kilobytes_at_most(world: World, publisher: Publisher) -> None:
    client = at_its_address(world, publisher.url)
    publisher.publishes(RSA)
    document = publisher.answer[2]
    publisher.answer = 200, {}, document.ljust(256 * 1024)
    assert prove(world, asserted(signed(claims(world, client))))
    publisher.answer = 200, {}, document.ljust(256 * 1024 + 1)
    refused = refusal(world, asserted(signed(claims(world, client))))
    assert (refused.code, refused.got) == ("client.keys_unreadable", "AnswerTooLarge")


def test_nobody_answers_at_jwks_uri(world: World) -> None:
    client = at_its_address(world, "http://localhost:1/jwks")
    refused = refusal(world, asserted(signed(claims(world, client))))
    assert (refused.code, refused.got) == ("client.keys_unreadable", "ConnectionError")


def test_a_host_that_is_allowed_no_more_is_not_called(world: World) -> None:
    world.settings.change({"allowed_targets": ["hospital.eu"]})
    client = at_its_address(world, "https://app.hospital.eu/jwks")
    world.settings.change({"allowed_targets": []})
    refused = refusal(world, asserted(signed(claims(world, client))))
    assert refused.code == "call.target_refused"


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


@pytest.mark.parametrize(
    ("setting", "status", "error"),
    [
        ({"allowed_targets": []}, 403, "invalid_request"),
        ({"back_channel.ca": "/nowhere/ca.pem"}, 500, "server_error"),
    ],
)
def test_what_no_protocol_names_is_the_clients_mistake_or_the_servers(
    world: World, setting: dict[str, Any], status: int, error: str
) -> None:
    world.settings.change({"allowed_targets": ["hospital.eu"]})
    client = at_its_address(world, "https://app.hospital.eu/jwks")
    world.settings.change(setting)
    url, form = world.addresses.public("idp", "/cas/oauth2/token"), asserted(signed(claims(world, client)))
    answer = requests.post(url, data=form, timeout=30)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_an_odd_id_breaks_no_description(world: World) -> None:
    assert NewClient.model_validate({"client_id": "a" * 255})
    answer = requests.post(
        world.addresses.public("idp", "/cas/oauth2/token/revoke"),
        data={"client_assertion_type": '"\\\u00e9\n', "client_assertion": "x"},
        timeout=30,
    )
    assert answer.json()["error"] == "invalid_client"
    assert answer.json()["error_description"].isascii()


def test_a_description_has_the_signs_that_it_may_have(world: World) -> None:
    client = client_of(world)
    url, headers = world.addresses.public("idp", "/cas/oauth2/token"), basic(client.client_id, client.secret)
    answer = requests.post(url, data={"grant_type": 'a"b\\c\u00e9'}, headers=headers, timeout=30)
    assert answer.json()["error_description"] == "The grant_type is not mocked: a'b'c'"
