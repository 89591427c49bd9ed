"""What OpenID Connect says of itself is true: each address answers, each value is one that works."""

import itertools
from typing import Any

import pytest
import requests

from mock_idp.accounts.model import Account
from mock_idp.oidc.acr import acr_of
from mock_idp.oidc.claims import GROUPS, claims_of
from mock_idp.oidc.client_metadata import AUTH_METHODS
from mock_idp.oidc.keys import rotate
from mock_idp.signin.strengths import LEVELS, METHODS
from mock_world import World
from mock_world.i18n import languages
from tests.mock_idp.oidc_machines import RSA, client_of, granted, public
from tests.mock_idp.signing_in import told

WELL_KNOWN, UNSAFE = "/cas/oauth2/.well-known/openid-configuration", "/cas/oauth2/.unsafe/openid-configuration"


def get(world: World, path: str, method: str = "GET", **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.request(method, world.addresses.public("idp", path), headers=named, timeout=30)


def discovered(world: World, path: str = WELL_KNOWN) -> dict[str, Any]:
    found: dict[str, Any] = get(world, path).json()
    return found


def test_the_issuer_is_the_public_address_however_it_was_asked(world: World) -> None:
    here, issuer = world.addresses.public("idp", WELL_KNOWN), discovered(world)["issuer"]
    assert (issuer + "/.well-known/openid-configuration", discovered(world, UNSAFE)["issuer"]) == (here, issuer)
    world.settings.change({"idp.public_url": "https://login.example"})
    found = requests.get(here, timeout=30).json()
    assert found["issuer"] == f"https://login.example{world.prefix}/cas/oauth2"
    assert found["token_endpoint"] == found["issuer"] + "/token"


@pytest.mark.parametrize("path", [WELL_KNOWN, UNSAFE])
def test_who_asks_at_the_internal_address_is_sent_there_for_the_back_channel_alone(world: World, path: str) -> None:
    world.settings.change({"oidc.userinfo": True})
    public = discovered(world, path)
    world.settings.change({"idp.internal_url": "http://eulogin:8401", "allowed_hosts": ["another.test"]})
    base = f"http://eulogin:8401{world.prefix}/cas/oauth2"
    asked = get(world, path, Host="eulogin:8401").json()
    assert {name for name in asked if asked[name] != public[name]} == {
        "token_endpoint", "introspection_endpoint", "revocation_endpoint", "jwks_uri", "userinfo_endpoint",
    }  # fmt: skip
    assert asked["token_endpoint"] == f"{base}/token"
    assert discovered(world, path) == public
    assert get(world, path, Host="another.test:8401").json() == public


def test_userinfo_is_named_in_the_second_document_or_where_it_is_on(world: World) -> None:
    assert "userinfo_endpoint" not in discovered(world)
    both = discovered(world, UNSAFE)
    assert both.pop("userinfo_endpoint") == both["issuer"] + "/userinfo"
    assert both == discovered(world)
    world.settings.change({"oidc.userinfo": True})
    assert discovered(world) == discovered(world, UNSAFE)


def test_each_endpoint_answers(world: World) -> None:
    world.settings.change({"oidc.userinfo": True})
    found = discovered(world)
    endpoints = {name: url for name, url in found.items() if name.endswith(("_endpoint", "jwks_uri"))}
    assert len(endpoints) == 7
    for name, url in endpoints.items():
        statuses = {requests.request(method, url, timeout=30).status_code for method in ("GET", "POST")}
        assert statuses - {404, 405}, name
        assert url.startswith(found["issuer"] + "/")


def test_every_kind_of_client_that_is_named_can_be_registered(world: World) -> None:
    found = discovered(world)
    methods = found["token_endpoint_auth_methods_supported"]
    assert methods == found["revocation_endpoint_auth_methods_supported"] == [*AUTH_METHODS]
    assert found["introspection_endpoint_auth_methods_supported"] == [one for one in methods if one != "none"]
    for method in methods:
        keys = {"jwks": {"keys": [RSA.as_dict(private=False)]}} if method == "private_key_jwt" else {}
        assert client_of(world, token_endpoint_auth_method=method, **keys)
    for alg in found["id_token_signing_alg_values_supported"]:
        assert client_of(world, id_token_signed_response_alg=alg)
    (response_types, grant_types) = (found[f"{name}_types_supported"] for name in ("response", "grant"))
    assert client_of(world, response_types=response_types, grant_types=grant_types)
    assert client_of(world, scope=" ".join(found["scopes_supported"]), subject_type=found["subject_types_supported"][0])


def test_every_algorithm_that_is_named_has_a_published_key(world: World) -> None:
    found = discovered(world)
    algs = [key["alg"] for key in requests.get(found["jwks_uri"], timeout=30).json()["keys"]]
    assert sorted(algs) == sorted(found["id_token_signing_alg_values_supported"])


def test_levels_and_languages_are_those_that_there_are(world: World) -> None:
    found = discovered(world)
    assert len(found["acr_values_supported"]) == len(LEVELS)
    assert {acr_of([method.strength]) for method in METHODS} <= set(found["acr_values_supported"])
    assert found["ui_locales_supported"] == [*languages()]


def test_claims_are_those_that_somebody_of_whom_all_is_known_has(world: World, account: Account) -> None:
    with world.database.session() as db:
        known = db.get_one(Account, account.uid)
        known.details = {"telephoneNumber": "+32 2", "departmentNumber": "X.1"}
    client, scopes = client_of(world, claims=[GROUPS]), " ".join(discovered(world)["scopes_supported"])
    found = claims_of(world, known, granted(world, client, known, parameters={"scope": scopes}), client)
    assert sorted(found) == sorted(discovered(world)["claims_supported"])


@pytest.mark.parametrize("path", [WELL_KNOWN, UNSAFE, "/cas/oauth2/keys"])
def test_metadata_and_keys_are_for_pages_of_any_origin_and_sent_again_when_they_changed(
    world: World, path: str
) -> None:
    world.settings.change({"oidc.signing_alg": "ES256"})
    answer = get(world, path, Origin="https://any.example")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (answer.headers["Cache-Control"], answer.headers["Content-Type"]) == (
        "public, no-cache",
        "application/json",
    )
    url, known = world.addresses.public("idp", path), {"If-None-Match": answer.headers["ETag"]}
    again = requests.get(url, headers=known, timeout=30)
    assert (again.status_code, again.content) == (304, b"")
    rotate(world)
    world.settings.change({"idp.public_url": "https://eulogin.example"})
    assert requests.get(url, headers=known, timeout=30).status_code == 200


@pytest.mark.parametrize("path", [WELL_KNOWN, UNSAFE, "/cas/oauth2/keys"])
def test_pages_of_any_origin_read_that_their_method_was_wrong(world: World, path: str) -> None:
    answer = get(world, path, "DELETE", Origin="https://any.example")
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (405, "*")


def test_registration_is_refused_with_the_way_that_there_is(world: World) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = get(world, "/cas/oauth2/register", method)
        refused = {"error": "access_denied", "error_description": "Registration is not mocked"}
        assert (answer.status_code, answer.json()) == (403, refused)
    assert "POST /api/clients" in told(world, "registration.not_mocked")["remedy"]


# Other origins.

SPA = "http://localhost:3000"
ALLOWED = {
    "Allow-Methods": "GET, POST, OPTIONS",
    "Allow-Headers": "Authorization, Content-Type",
    "Expose-Headers": "WWW-Authenticate",
    "Max-Age": "3600",
}


@pytest.mark.parametrize("path", ["/cas/oauth2/token", "/cas/oauth2/token/revoke", "/cas/oauth2/userinfo"])
def test_pages_of_a_public_client_call_from_their_origin(world: World, path: str) -> None:
    public(world, redirect_uris=[f"{SPA}/back", "https://spa.example:443/x", "http://[::1]:8/"])
    for origin in (SPA, "https://spa.example", "http://[::1]:8"):
        for method in ("OPTIONS", "POST"):
            answer = get(world, path, method, Origin=origin, Access_Control_Request_Method="POST")
            assert answer.headers["Access-Control-Allow-Origin"] == origin
            for name, value in ALLOWED.items():
                assert answer.headers[f"Access-Control-{name}"] == value
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert "Origin" in answer.headers["Vary"]
    assert get(world, path, "OPTIONS", Origin=SPA).status_code == 200


def test_pages_of_other_origins_read_nothing_else_and_none_introspects(world: World) -> None:
    public(world, redirect_uris=[f"{SPA}/back"])
    public(world, application_type="native", redirect_uris=["org.example.app:/back", "org.example.app://x/back"])
    client_of(world, redirect_uris=["https://confidential.example/back"])
    others = ["https://evil.example", "http://localhost:30000", "http://localhost", "https://localhost:3000", "null"]
    others += ["https://confidential.example", "org.example.app://x", ""]
    for origin, path in itertools.product(others, ("/cas/oauth2/token/revoke", "/cas/oauth2/token")):
        answer = get(world, path, "POST", Origin=origin)
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Origin" in answer.headers["Vary"]
    answer = get(world, "/cas/oauth2/token/introspect", "OPTIONS", Origin=SPA)
    assert "Access-Control-Allow-Origin" not in answer.headers
