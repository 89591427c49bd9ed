"""A sign-in by OpenID Connect: authorize, code, token, ID token checked claim by claim (facts, OpenID Connect)."""

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from eulogin_harness.debugger.journal import refusals_since
from eulogin_harness.debugger.messages import Rows, answered, called, came_back, flat, sent_browser, silent
from eulogin_harness.debugger.model import APPLICATION, EU_LOGIN, Check, Message, Trial, add
from mock_idp.oidc.clients import find_client, register_client
from mock_idp.oidc.metadata import NewClient
from mock_world.calls import call
from mock_world.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response

    from mock_world import World

CLIENT_ID = "eulogin-debugger"
PARAMETERS = ("scope", "acr_values", "prompt", "max_age", "login_hint", "ui_locales")
SCOPE = "openid email profile"
_ALGORITHMS = ["PS512", "RS256", "ES256"]
_HASHES = {"512": hashlib.sha512, "256": hashlib.sha256}


def redirect_address(world: "World") -> str:
    return world.addresses.public("desk", "/debugger/back")


def _issuer(world: "World") -> str:
    return world.addresses.public("idp", "/cas/oauth2")


def go(world: "World", trial: Trial) -> str:
    """Where to send the browser; the debugger is a public client that registers itself."""
    if find_client(world, CLIENT_ID) is None:
        register_client(world, _registration(world))
    kept = {name: world.random.token(24) for name in ("state", "nonce", "verifier")}
    asked = {"scope": SCOPE} | {name: trial.asked[name] for name in PARAMETERS if name in trial.asked}
    url = world.addresses.public(
        "idp",
        "/cas/oauth2/authorize",
        response_type="code",
        client_id=CLIENT_ID,
        redirect_uri=redirect_address(world),
        state=kept["state"],
        nonce=kept["nonce"],
        code_challenge=create_s256_code_challenge(kept["verifier"]),
        code_challenge_method="S256",
        **asked,
    )
    add(world, trial, sent_browser(N_("The application sends the browser to EU Login"), url), kept=kept)
    return url


def _registration(world: "World") -> NewClient:
    return NewClient(
        client_id=CLIENT_ID,
        client_name="Debugger",
        redirect_uris=[redirect_address(world)],
        token_endpoint_auth_method="none",  # noqa: S106 - a client without a secret
        grant_types=["authorization_code", "refresh_token"],
    )


def come_back(world: "World", trial: Trial, query: "Mapping[str, str]") -> None:
    """The browser came back: exchange its code, and check what comes."""
    checks = list(_of_the_way_back(world, trial, query))
    title = N_("EU Login sends the browser back")
    add(world, trial, came_back(title, redirect_address(world), list(query.items()), checks))
    if query.get("code"):
        _exchange(world, trial, query["code"])


def _of_the_way_back(world: "World", trial: Trial, query: "Mapping[str, str]") -> list[Check]:
    if "error" in query:
        told = [Check(False, f"{one['expected']}; {one['got']}", one["remedy"]) for one in refusals_since(world, trial)]
        return [Check(False, f"{query['error']}: {query.get('error_description', '')}"), *told]
    checks = [_same(N_("state is the one that was sent"), query.get("state"), trial.kept["state"])]
    if "iss" in query:
        checks.append(_same(N_("iss is the issuer"), query["iss"], _issuer(world)))
    return checks


def _same(words: str, came: object, expected: object) -> Check:
    return Check(came == expected, words, "" if came == expected else f"{expected} != {came}")


def _exchange(world: "World", trial: Trial, code: str) -> None:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_address(world),
        "client_id": CLIENT_ID,
        "code_verifier": trial.kept["verifier"],
    }
    url = world.addresses.internal("idp", "/cas/oauth2/token")
    add(world, trial, called(N_("The application exchanges the code"), "POST", url, form))
    title = N_("EU Login gives the tokens")
    try:
        response = call(world, "POST", url, form=form)
    except RequestException as error:
        add(world, trial, silent(title, type(error).__name__, N_("See that the application reaches EU Login.")))
        return
    tokens = _json(response)
    add(world, trial, answered(title, response, flat(tokens), _of_tokens(world, trial, tokens)))
    if tokens.get("id_token"):
        add(world, trial, _id_token(world, trial, tokens))


def _json(response: "Response") -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _of_tokens(world: "World", trial: Trial, tokens: "Mapping[str, Any]") -> list[Check]:
    if "error" in tokens or not tokens:
        told = [Check(False, f"{one['expected']}; {one['got']}", one["remedy"]) for one in refusals_since(world, trial)]
        return [Check(False, str(tokens.get("error_description", N_("The answer is no JSON object.")))), *told]
    return [Check("id_token" in tokens, N_("An ID token came."), N_("Ask for scope openid."))]


def _id_token(world: "World", trial: Trial, tokens: "Mapping[str, Any]") -> Message:
    """The ID token taken apart, each part checked as a client does."""
    token = str(tokens["id_token"])
    header, claims = (_part(token, number) for number in (0, 1))
    parts: list[tuple[str, Rows]] = [(N_("Header"), flat(header)), (N_("Claims"), flat(claims))]
    checks = [_signature(world, token), *_of_claims(world, trial, tokens, header, claims)]
    return Message(N_("The application reads the ID token"), EU_LOGIN, APPLICATION, "JWT", parts, token, checks)


def _part(token: str, number: int) -> dict[str, Any]:
    try:
        text = token.split(".")[number]
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, IndexError):
        return {}
    return found if isinstance(found, dict) else {}


def _signature(world: "World", token: str) -> Check:
    words = N_("It is signed by a published key")
    try:
        keys = KeySet.import_key_set(call(world, "GET", world.addresses.internal("idp", "/cas/oauth2/keys")).json())
        jwt.decode(token, keys, algorithms=_ALGORITHMS)
    except (JoseError, ValueError, KeyError, RequestException) as error:
        return Check(False, words, type(error).__name__)
    return Check(True, words)


def _of_claims(
    world: "World", trial: Trial, tokens: "Mapping[str, Any]", header: "Mapping[str, Any]", claims: "Mapping[str, Any]"
) -> list[Check]:
    now = world.protocol_now().timestamp()
    fresh = isinstance(claims.get("exp"), int) and claims["exp"] > now
    checks = [
        _same(N_("iss is the issuer"), claims.get("iss"), _issuer(world)),
        Check(CLIENT_ID in _listed(claims.get("aud")), N_("aud is this client"), N_("Compare client_id.")),
        _same(N_("nonce is the one that was sent"), claims.get("nonce"), trial.kept["nonce"]),
        Check(fresh, N_("It has not expired"), "" if fresh else N_("Compare the clocks; setting protocol_time.")),
    ]
    if "at_hash" in claims:
        wanted = _half_hash(str(tokens.get("access_token", "")), str(header.get("alg", "")))
        checks.append(_same(N_("at_hash fits the access token"), claims["at_hash"], wanted))
    if asked := trial.asked.get("acr_values"):
        checks.append(Check(claims.get("acr") in asked.split(), N_("acr is one that was asked for")))
    return checks


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _half_hash(access_token: str, alg: str) -> str:
    digest = _HASHES.get(alg[-3:], hashlib.sha256)(access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
