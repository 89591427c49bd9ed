"""What a refusal is called in OAuth: each kind with its error code, and the answer that holds it (RFC 6749, 5.2)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mock_idp.signin.redirect_loops import LOOP
from mock_world import Refusal, RefusalKind

REALM = "EU Login"
_NOT_ALLOWED = re.compile(r'[^\x20-\x7e]|["\\]')  # in error_description (RFC 6749, appendix A.8)


@dataclass(frozen=True)
class OAuthRefusalKind(RefusalKind):
    """A kind of refusal that the protocol reports as `error`.

    Its message is the error's description, plain English; its status is the answer's.
    """

    error: str = "invalid_request"


REPEATED = OAuthRefusalKind(
    "parameter.repeated",
    message="The parameter {name} was sent more than once",
    expected="each parameter once (RFC 6749, 3.1 and 3.2)",
    remedy="send {name} once; a form that repeats the query's parameters is a usual cause",
)
NOT_POSTED = OAuthRefusalKind(
    "parameter.not_posted",
    message="This address is called by POST, with the parameters in the body",
    expected="POST, form-encoded",
    remedy="let the application's server send POST; an address with a token in it would be written into logs",
    status=405,
)

# Of the token endpoint.
_AGAIN = "send the browser to /cas/oauth2/authorize again, and redeem the new code at once, one time"

MISSING = OAuthRefusalKind(
    "token.missing",
    message="The parameter {name} is missing",
    expected="the parameter {name}, in the body as application/x-www-form-urlencoded",
    remedy="send {name} in the body of the POST, form-encoded; JSON and the query are not read",
)
GRANT_TYPE = OAuthRefusalKind(
    "token.grant_type",
    message="The grant_type is not mocked: {name}",
    expected="grant_type authorization_code or refresh_token",
    remedy="use the authorization code flow; what else EU Login may grant is not mocked (see docs/fidelity.md)",
    error="unsupported_grant_type",
)
NOT_FOR_CLIENT = OAuthRefusalKind(
    "token.not_for_client",
    message="This client may not use this grant_type",
    expected="a client whose registration has this grant in grant_types",
    remedy="add it to grant_types in the client's registration",
    error="unauthorized_client",
)
INTERNAL_ERROR = OAuthRefusalKind(
    "token.internal_error",
    message="Internal error",
    expected="no fault validation.failed",
    remedy="nothing is wrong with the client: see that it tells the person to try again later",
    status=500,
    error="server_error",
)
CODE_UNKNOWN = OAuthRefusalKind(
    "token.code_unknown",
    message="The code is not known",
    expected="a code that this world issued to this very client",
    remedy=_AGAIN + "; codes of another client or world are worth nothing",
    error="invalid_grant",
)
CODE_USED = OAuthRefusalKind(
    "token.code_used",
    message="The code was used before; all tokens that were issued for it are revoked",
    expected="a code that was not used yet",
    remedy="redeem a code one time: look for a repeated request, a reloaded redirect page or a second instance",
    error="invalid_grant",
)
CODE_ENDED = OAuthRefusalKind(
    "token.code_ended",
    message="The code is not valid any more",
    expected="a code whose account still has the password and factors of the sign-in",
    remedy=_AGAIN,
    error="invalid_grant",
)
CODE_EXPIRED = OAuthRefusalKind(
    "token.code_expired",
    message="The code has expired",
    expected="a code that is less than {seconds} seconds old, by the world's clock",
    remedy="redeem the code as soon as the browser brings it; setting oidc.code_life says how long it works",
    error="invalid_grant",
)
REDIRECT_DIFFERS = OAuthRefusalKind(
    "token.redirect_differs",
    message="The redirect_uri differs from that of the authorization request",
    expected="redirect_uri as it was sent to /authorize: {sent}",
    remedy="send the same redirect_uri, letter by letter, to /authorize and to /token",
    error="invalid_grant",
)
VERIFIER_MISSING = OAuthRefusalKind(
    "token.verifier_missing",
    message="The code_verifier is missing",
    expected="the code_verifier whose challenge was sent to /authorize",
    remedy="keep the verifier in the browser's session at the application, and send it with the code",
    error="invalid_grant",
)
VERIFIER_WRONG = OAuthRefusalKind(
    "token.verifier_wrong",
    message="The code_verifier does not match the code_challenge",
    expected="the code_verifier whose SHA-256, as base64url without padding, is the code_challenge",
    remedy="send the verifier of this very sign-in; two sign-ins at once that share one place for it mix them up",
    error="invalid_grant",
)
VERIFIER_UNASKED = OAuthRefusalKind(
    "token.verifier_unasked",
    message="A code_verifier was sent, but no code_challenge before",
    expected="a code_verifier only where /authorize was sent a code_challenge",
    remedy="send code_challenge and code_challenge_method=S256 to /authorize; something may have taken them away",
    error="invalid_grant",
)
REFRESH_UNKNOWN = OAuthRefusalKind(
    "token.refresh_unknown",
    message="The refresh token is not known",
    expected="a refresh token that this world issued to this very client",
    remedy="send the refresh_token of the newest answer of /token",
    error="invalid_grant",
)
REFRESH_USED = OAuthRefusalKind(
    "token.refresh_used",
    message="The refresh token was used before; all tokens of this sign-in are revoked",
    expected="the refresh token of the newest answer, since each works one time",
    remedy="keep the new refresh_token of each answer in place of the old one; two threads must not share one",
    error="invalid_grant",
)
REFRESH_ENDED = OAuthRefusalKind(
    "token.refresh_ended",
    message="The refresh token is not valid any more",
    expected="a refresh token that was not revoked, of an account that still has its password and factors",
    remedy="send the browser to /cas/oauth2/authorize again",
    error="invalid_grant",
)
REFRESH_EXPIRED = OAuthRefusalKind(
    "token.refresh_expired",
    message="The refresh token has expired",
    expected="a refresh token that is less than {seconds} seconds old, by the world's clock",
    remedy="refresh in time, or sign in again: setting oidc.refresh_token_life says how long it works",
    error="invalid_grant",
)
SCOPE_WIDER = OAuthRefusalKind(
    "token.scope_wider",
    message="The scope is wider than what was granted",
    expected="scopes that were granted: {granted}",
    remedy="leave scope out, or ask for less; for more, send the browser to /cas/oauth2/authorize again",
    error="invalid_scope",
)


def unread(headers: Mapping[str, str]) -> str:
    """What to add to a refusal about missing parameters, where the body is of a kind that is not read."""
    kind = headers.get("Content-Type", "").partition(";")[0].strip()
    known = kind in {"", "application/x-www-form-urlencoded", "multipart/form-data"}
    return "" if known else f"; the body is {kind[:60]}, which is not read"


def error_code(refusal: Refusal) -> str:
    """What OAuth calls a refusal; what it has no word for is what the caller sent wrong, by its status."""
    if isinstance(refusal.kind, OAuthRefusalKind):
        return refusal.kind.error
    if refusal.kind is LOOP:  # prompt=none shows no page
        return "temporarily_unavailable"
    return "server_error" if refusal.kind.status >= 500 else "invalid_request"  # noqa: PLR2004


def description(refusal: Refusal) -> str:
    """The refusal's message, in the signs that error_description may have."""
    return _NOT_ALLOWED.sub("'", refusal.message())


def oauth_error(refusal: Refusal) -> tuple[dict[str, str], int, Mapping[str, str]]:
    """Body, status and headers of the answer to a client that called a token endpoint or the like."""
    error = error_code(refusal)
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    if error == "invalid_client":
        headers["WWW-Authenticate"] = f'Basic realm="{REALM}"'
    elif error in {"invalid_token", "insufficient_scope"}:
        headers["WWW-Authenticate"] = f'Bearer realm="{REALM}", error="{error}"'
    elif refusal.kind is NOT_POSTED:
        headers["Allow"] = "POST"
    return {"error": error, "error_description": description(refusal)}, refusal.kind.status, headers
