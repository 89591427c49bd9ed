"""What a refusal is called in OAuth: each kind with its error code, and the answer that holds it (RFC 6749, 5.2)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mock_idp.signin.loops import LOOP
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
