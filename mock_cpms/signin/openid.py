"""Signing in with EU Login by OpenID Connect, a code with PKCE (setting `cpms.sign_in`; facts, OpenID Connect)."""

import hmac
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import urlencode

from requests import RequestException, Response, Timeout

from mock_cpms.signin.eu_login import LEVEL, service_address
from mock_cpms.signin.validation import (
    LEVEL_TOO_LOW,
    TICKET_REFUSED,
    TOO_SLOW,
    UNREACHABLE,
    Attributes,
    complete,
    patience,
)
from mock_world import RefusalKind
from mock_world import settings as s
from mock_world.calls import call
from mock_world.i18n import N_

if TYPE_CHECKING:
    from authlib.oauth2.client import OAuth2Client

    from mock_world import Refusal, World

ISSUER = "/cas/oauth2"
ALGORITHMS = ["PS512", "RS256", "ES256"]
_SCOPE = "openid email profile"
_ACR = f"https://ecas.ec.europa.eu/loa/{LEVEL.lower()}"
_ENOUGH = {_ACR, "https://ecas.ec.europa.eu/loa/high"}
# What CPMS needs of the claims, by the names that a ticket's validation gives it.
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "sub": "user",
        "email": "email",
        "given_name": "firstName",
        "family_name": "lastName",
        "locale": "locale",
        "registered_at": "registeredAt",
        "sid": "sid",
    }
)

DENIED = RefusalKind(
    "cpms.sign_in_denied",
    message=N_("Please sign in again if you want to use CPMS: the sign-in at EU Login was not finished."),
    expected="a code of EU Login",
    remedy="start the sign-in again from the CPMS home page; EU Login answered {code}",
    status=403,
)
STATE_LOST = RefusalKind(
    "cpms.state_lost",
    message=N_("Please sign in again from here: this sign-in was not begun in this browser, or lies too far back."),
    expected="the state that CPMS gave this browser when it sent it to EU Login",
    remedy="see that the browser keeps the cookie of CPMS on the way (host name, SameSite, Secure), and begin anew",
    status=403,
)
TOKEN_REFUSED = RefusalKind(
    "cpms.token_refused",
    message=N_("Please sign in again: what EU Login sent to CPMS about you cannot be trusted."),
    expected="an ID token of {issuer} for this sign-in, signed by a published key and fresh",
    remedy="compare issuer, client, nonce, keys and clocks of CPMS and EU Login; CPMS found: {code}",
    status=403,
)
CLIENT_REFUSED = RefusalKind(
    "cpms.client_refused",
    message=N_("Please tell those who run CPMS: EU Login does not accept it as an application."),
    expected="a client that EU Login knows, with the right secret",
    remedy="register the client of settings cpms.client_id and cpms.client_secret; EU Login answered {code}",
    status=502,
)
_OF_THE_CLIENT = {"invalid_client", "unauthorized_client"}


class Begun(TypedDict):
    """What the browser keeps until it comes back from EU Login."""

    state: str
    nonce: str
    verifier: str


class _BackChannel:
    """What Authlib needs of a session, kept to the mock's rule for calls: time-out, no redirects."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def post(self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> Response:
        prepared = auth.prepare("POST", url, dict(headers), urlencode(data))
        url, head, body = prepared
        return call(self._world, "POST", url, body=body.encode(), headers=head, seconds=patience(self._world))


def _client(world: "World") -> "OAuth2Client":
    from authlib.oauth2.client import OAuth2Client

    return OAuth2Client(
        _BackChannel(world),
        client_id=world.settings[s.CPMS_CLIENT_ID],
        client_secret=world.settings[s.CPMS_CLIENT_SECRET],
        scope=_SCOPE,
        redirect_uri=service_address(world),
        code_challenge_method="S256",
    )


def begin(world: "World") -> tuple[str, Begun]:
    """Where to send a browser, and what it has to keep."""
    begun = Begun(state=world.random.token(16), nonce=world.random.token(16), verifier=world.random.token(32))
    url, _ = _client(world).create_authorization_url(
        world.addresses.public("idp", f"{ISSUER}/authorize"),
        state=begun["state"],
        code_verifier=begun["verifier"],
        nonce=begun["nonce"],
        acr_values=_ACR,
    )
    return str(url), begun


def finish(world: "World", answer: Mapping[str, str], begun: Begun | None) -> Attributes:
    """What EU Login says about the person who comes back with `answer`, the query of the return URL.

    Raises Refusal (cpms.state_lost, sign_in_denied, ticket_refused, client_refused, token_refused, level_too_low,
    attributes_missing, eulogin_unreachable, eulogin_too_slow).
    """
    state = answer.get("state", "")
    if begun is None or not hmac.compare_digest(state.encode(), begun["state"].encode()):
        raise world.refuse(STATE_LOST, got="no sign-in under way" if begun is None else "another state")
    if "error" in answer:
        code = answer["error"][:60]
        raise world.refuse(CLIENT_REFUSED if code in _OF_THE_CLIENT else DENIED, got=code, code=code)
    try:
        tokens = _tokens(world, answer.get("code", ""), begun)
        claims = _claims(world, tokens, begun)
    except Timeout:
        seconds = f"{patience(world):g}"
        raise world.refuse(TOO_SLOW, got=f"nothing within {seconds} seconds", seconds=seconds) from None
    except RequestException as error:
        raise world.refuse(UNREACHABLE, got=type(error).__name__) from None
    if claims.get("acr") not in _ENOUGH:
        raise world.refuse(LEVEL_TOO_LOW, got=str(claims.get("acr"))[:80], person=claims.get("email"))
    return complete(world, {ours: str(claims[name]) for name, ours in _NAMES.items() if claims.get(name)})


def _tokens(world: "World", code: str, begun: Begun) -> Mapping[str, Any]:
    from authlib.oauth2.base import OAuth2Error

    endpoint = world.addresses.internal("idp", f"{ISSUER}/token")
    try:
        tokens: Mapping[str, Any] = _client(world).fetch_token(
            endpoint, code=code, grant_type="authorization_code", code_verifier=begun["verifier"]
        )
    except OAuth2Error as error:
        code = str(error.error)[:60]
        raise world.refuse(CLIENT_REFUSED if code in _OF_THE_CLIENT else TICKET_REFUSED, got=code, code=code) from None
    except ValueError:
        raise world.refuse(UNREACHABLE, got="no JSON from the token endpoint") from None
    return tokens


def _claims(world: "World", tokens: Mapping[str, Any], begun: Begun) -> Mapping[str, Any]:
    """The claims of the ID token, all checked. Raises Refusal (cpms.token_refused), RequestException."""
    known = {"nonce": begun["nonce"], "client_id": world.settings[s.CPMS_CLIENT_ID]}
    return read_token(world, tokens.get("id_token"), known | {"access_token": tokens.get("access_token")})


def read_token(world: "World", token: object, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The claims of a token that EU Login signed for CPMS. Raises Refusal (cpms.token_refused), RequestException."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    issuer = world.addresses.public("idp", ISSUER)
    try:
        keys = KeySet.import_key_set(_published_keys(world))
        signed = jwt.decode(str(token), keys, algorithms=ALGORITHMS)
        claims_options = {
            "iss": {"essential": True, "value": issuer},
            "aud": {"value": world.settings[s.CPMS_CLIENT_ID]},
        }
        claims = CodeIDToken(signed.claims, signed.header, claims_options, dict(params))
        claims.validate(now=int(world.protocol_now().timestamp()), leeway=60)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _distrusted(world, issuer, error) from None
    return dict(claims)


def _published_keys(world: "World") -> Any:
    answer = call(world, "GET", world.addresses.internal("idp", f"{ISSUER}/keys"), seconds=patience(world))
    answer.raise_for_status()
    return answer.json()


def _distrusted(world: "World", issuer: str, error: Exception) -> "Refusal":
    """Which claim, or what else, is wrong; nothing of the token itself."""
    claim = getattr(error, "claim", None)
    code = f"{type(error).__name__} {claim}" if claim else type(error).__name__
    return world.refuse(TOKEN_REFUSED, got=code, code=code, issuer=issuer)
