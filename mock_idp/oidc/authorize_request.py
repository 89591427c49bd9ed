"""What a client may ask for at `/authorize` (OpenID Connect Core, 3.1.2; RFC 7636): checked before anybody signs in."""

import re
from collections.abc import Mapping

from mock_idp.common import settings as s
from mock_idp.oidc.acr import ACR, requested_level
from mock_idp.oidc.authorize_redirect import FORM_POST, QUERY, RedirectTarget, single
from mock_idp.oidc.client_metadata import SCOPES
from mock_idp.oidc.clients import metadata_of, name_of
from mock_idp.oidc.id_tokens import read_id_token
from mock_idp.oidc.refusals import REPEATED, OAuthRefusalKind
from mock_idp.signin.invalid_parameters import note_ignored
from mock_world import World
from mock_world.i18n import languages

PROMPTS = ("none", "login", "select_account", "consent")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256 as base64url without padding (RFC 7636, 4.2)
_SECONDS = re.compile(r"[0-9]{1,9}")
_SHOWN = 60  # characters of a wrong value in a text

RESPONSE_TYPE_MISSING = OAuthRefusalKind(
    "authorize.response_type_missing",
    message="The parameter response_type is missing",
    expected="response_type=code",
    remedy="send response_type=code",
)
RESPONSE_TYPE = OAuthRefusalKind(
    "authorize.response_type",
    message="Only response_type code is mocked; implicit and hybrid flow are not",
    expected="response_type=code",
    remedy="set the client library to the authorization code flow (with PKCE)",
    error="unsupported_response_type",
)
RESPONSE_MODE = OAuthRefusalKind(
    "authorize.response_mode",
    message="The response_mode is not supported",
    expected="response_mode query or form_post, or none",
    remedy="leave response_mode out, or send form_post; fragment is for flows that are not mocked",
)
NOT_FOR_CLIENT = OAuthRefusalKind(
    "authorize.not_for_client",
    message="This client may not use the authorization code flow",
    expected="a client whose grant_types hold authorization_code",
    remedy="add authorization_code to grant_types in the client's registration",
    error="unauthorized_client",
)
SCOPE_WITHOUT_OPENID = OAuthRefusalKind(
    "authorize.scope_without_openid",
    message="The scope must contain openid",
    expected="a scope that contains openid",
    remedy="send scope=openid with others behind it: {known}",
    error="invalid_scope",
)
SCOPE_NOT_REGISTERED = OAuthRefusalKind(
    "authorize.scope_not_registered",
    message="The scope is not registered for this client: {scope}",
    expected="scopes of the client's registration: {registered}",
    remedy="add {scope} to scope in the client's registration, or do not ask for it",
    error="invalid_scope",
)
PKCE_MISSING = OAuthRefusalKind(
    "authorize.pkce_missing",
    message="PKCE is required: the parameter code_challenge is missing",
    expected="code_challenge, and code_challenge_method=S256",
    remedy="turn PKCE with S256 on in the client library; in this mock, setting oidc.pkce=optional does without",
)
PKCE_METHOD = OAuthRefusalKind(
    "authorize.pkce_method",
    message="The code_challenge_method must be S256",
    expected="code_challenge_method=S256",
    remedy="send code_challenge_method=S256; left out, it means plain, which EU Login does not take",
)
PKCE_CHALLENGE = OAuthRefusalKind(
    "authorize.pkce_challenge",
    message="The code_challenge is no S256 challenge",
    expected="base64url of the verifier's SHA-256, 43 characters without padding",
    remedy="make the challenge by SHA-256 of the verifier, base64url, without = at the end",
)
PROMPT = OAuthRefusalKind(
    "authorize.prompt",
    message="The prompt is not supported",
    expected="prompts of {known}; none stands alone",
    remedy="send one of them, or leave prompt out",
)
MAX_AGE = OAuthRefusalKind(
    "authorize.max_age",
    message="The max_age is no number of seconds",
    expected="max_age as a whole number of seconds, 0 or more",
    remedy="send max_age in seconds, without unit",
)
REQUEST_OBJECT = OAuthRefusalKind(
    "authorize.request_object",
    message="The parameter request is not supported",
    expected="no request object",
    remedy="send the parameters themselves in the query",
    error="request_not_supported",
)
REQUEST_URI = OAuthRefusalKind(
    "authorize.request_uri",
    message="The parameter request_uri is not supported",
    expected="no request object by reference",
    remedy="send the parameters themselves in the query",
    error="request_uri_not_supported",
)


def check_request(world: World, way: RedirectTarget, values: Mapping[str, list[str]]) -> dict[str, str]:
    """The checked parameters, by the protocol's names; `level` is EU Login's, `subject` whom `id_token_hint` names.

    Raises Refusal (authorize.*). Unknown parameters are ignored, and so are `claims`, `display`, an `id_token_hint`
    that is no ID token of this world, and what `acr_values` and scopes are not understood (OpenID Connect Core,
    3.1.2.1).
    """
    for name, sent in values.items():
        if len(sent) > 1:
            raise world.refuse(REPEATED, got=f"{len(sent)} times {name[:_SHOWN]}", name=name[:_SHOWN])
    for name, kind in {"request": REQUEST_OBJECT, "request_uri": REQUEST_URI}.items():
        if single(values, name):
            raise world.refuse(kind, got=f"a {name}")
    _check_flow(world, way, values)
    return {
        "redirect_uri": way.redirect_uri,
        "response_mode": way.mode,
        "state": way.state,
        "nonce": single(values, "nonce"),
        "scope": _scope(world, way, single(values, "scope")),
        "code_challenge": _challenge(world, values),
        "prompt": _prompt(world, single(values, "prompt")),
        "max_age": _max_age(world, way, single(values, "max_age")),
        "level": _level(world, way, single(values, "acr_values")),
        "login_hint": single(values, "login_hint"),
        "subject": str((read_id_token(world, single(values, "id_token_hint")) or {}).get("sub", "")),
        "locale": spoken(single(values, "ui_locales")),
    }


def _check_flow(world: World, way: RedirectTarget, values: Mapping[str, list[str]]) -> None:
    response_type, mode = single(values, "response_type"), single(values, "response_mode")
    if not response_type:
        raise world.refuse(RESPONSE_TYPE_MISSING, got="none")
    if response_type != "code":
        raise world.refuse(RESPONSE_TYPE, got=response_type[:_SHOWN])
    if mode not in {"", QUERY, FORM_POST}:
        raise world.refuse(RESPONSE_MODE, got=mode[:_SHOWN])
    grants = metadata_of(way.client).grant_types
    if "authorization_code" not in grants:
        raise world.refuse(NOT_FOR_CLIENT, got=f"grant_types {', '.join(grants)}")


def _scope(world: World, way: RedirectTarget, requested: str) -> str:
    """The scopes that are understood, in the documented order, each once."""
    scopes = set(requested.split())
    if "openid" not in scopes:
        raise world.refuse(SCOPE_WITHOUT_OPENID, got=requested[:_SHOWN] or "none", known=" ".join(SCOPES))
    understood = [scope for scope in SCOPES if scope in scopes]
    registered = metadata_of(way.client).scope.split()
    if beyond := [scope for scope in understood if scope not in registered]:
        scope = " ".join(beyond)
        raise world.refuse(SCOPE_NOT_REGISTERED, got=scope, scope=scope, registered=" ".join(registered))
    return " ".join(understood)


def _challenge(world: World, values: Mapping[str, list[str]]) -> str:
    challenge, method = single(values, "code_challenge"), single(values, "code_challenge_method")
    if not challenge and (method or world.settings[s.OIDC_PKCE] == "required"):
        raise world.refuse(PKCE_MISSING, got="no code_challenge")
    if challenge and method != "S256":
        raise world.refuse(PKCE_METHOD, got=method[:_SHOWN] or "none, which means plain")
    if challenge and not _CHALLENGE.fullmatch(challenge):
        raise world.refuse(PKCE_CHALLENGE, got=f"{len(challenge)} characters")
    return challenge


def _prompt(world: World, prompt: str) -> str:
    prompts = prompt.split()
    if set(prompts) - set(PROMPTS) or ("none" in prompts and len(prompts) > 1):
        raise world.refuse(PROMPT, got=prompt[:_SHOWN], known=", ".join(PROMPTS))
    return " ".join(prompts)


def _max_age(world: World, way: RedirectTarget, max_age: str) -> str:
    """The max_age in seconds, of the client's registration where the request names none; empty for any age."""
    if max_age and not _SECONDS.fullmatch(max_age):
        raise world.refuse(MAX_AGE, got=max_age[:_SHOWN])
    default = metadata_of(way.client).default_max_age
    return max_age or ("" if default is None else str(default))


def _level(world: World, way: RedirectTarget, acr_values: str) -> str:
    requested = requested_level(acr_values.split() or metadata_of(way.client).default_acr_values)
    if acr_values.strip() and not requested:
        known, endpoint = ", ".join(ACR.values()), "/cas/oauth2/authorize"
        note_ignored(world, name_of(way.client), "acr_values", acr_values, known, endpoint=endpoint)
    return requested


def spoken(ui_locales: str) -> str:
    """The first wished language that pages speak; empty where they speak none of them."""
    codes = (tag.partition("-")[0].lower() for tag in ui_locales.replace("_", "-").split())
    return next((code for code in codes if code in languages()), "")
