"""What goes wrong by OpenID Connect: at `/authorize` and `/token`, in the ID token, with discovery and keys."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from urllib.parse import parse_qsl

from eulogin_harness.debugger.messages import json_object
from eulogin_harness.explaining.known_refusals import problem_of_call
from eulogin_harness.explaining.model import Entry, Finding
from eulogin_harness.explaining.traffic import Traffic

NORMAL = frozenset({"login_required", "interaction_required", "consent_required", "account_selection_required"})
_DISCOVERY = (".well-known/openid-configuration", ".well-known/oauth-authorization-server")
_BY_ERROR: Mapping[str, str] = {
    "invalid_client": "client-secret",
    "access_denied": "sign-in-denied",
    "temporarily_unavailable": "unavailable",
    "server_error": "eulogin-error",
}
_LIFE = timedelta(seconds=300)  # of a code (facts, OpenID Connect)
_LEEWAY = 60  # seconds by which clocks may differ
_NOT_FOUND = 404


def findings(traffic: Traffic) -> Iterator[Finding]:
    yield from _of_documents(traffic)
    for entry in traffic.authorizations:
        yield from _of_authorization(traffic, entry)
    redeemed: dict[str, Entry] = {}
    for entry in traffic.token_requests:
        yield from _of_tokens(traffic, entry, redeemed)
        if is_success(entry):
            redeemed.setdefault(entry.value("code"), entry)
    for entry in traffic.of("oauth2/userinfo"):
        if entry.is_refused:
            yield Finding("userinfo-off", entry, _error(entry))


def is_success(entry: Entry) -> bool:
    """Whether the token endpoint gave tokens."""
    tokens = json_object(entry.body)
    return bool(tokens.get("access_token") or tokens.get("id_token"))


def _of_documents(traffic: Traffic) -> Iterator[Finding]:
    for entry in traffic.entries:
        is_discovery = entry.path.endswith(_DISCOVERY) or any(f"{name}/" in entry.path for name in _DISCOVERY)
        if is_discovery and entry.status == _NOT_FOUND:
            yield Finding(
                "issuer-wrong", entry, f"HTTP 404 at {entry.path}", got=entry.url.partition("/.well-known")[0]
            )
        elif is_discovery and _is_unreachable(entry):
            yield Finding("discovery-unreachable", entry, entry.failure or f"HTTP {entry.status}")
        elif traffic.place(entry) == "oauth2/keys" and _is_unreachable(entry):
            yield Finding("keys-unreachable", entry, entry.failure or f"HTTP {entry.status}")


def _is_unreachable(entry: Entry) -> bool:
    return entry.is_server_error or bool(entry.failure)


def _of_authorization(traffic: Traffic, entry: Entry) -> Iterator[Finding]:
    """A refusal that goes back to the application; one that EU Login shows itself."""
    back = next((each.entry for each in traffic.returns if each.kind == "error" and _answers(entry, each.entry)), None)
    parameters = dict(parse_qsl(entry.location.partition("?")[2]))
    if back is not None:
        yield from _of_error(entry, back, back.value("error"), back.value("error_description"))
    elif "error" in parameters:
        yield from _of_error(entry, entry, parameters["error"], parameters.get("error_description", ""))
    elif entry.is_client_error and "data-page" not in entry.body:  # our mock's own page says more
        got = f"redirect_uri={entry.value('redirect_uri')}, client_id={entry.value('client_id')}"
        yield Finding("redirect-mismatch", entry, f"HTTP {entry.status}, and no way back", got=got)


def _answers(authorization: Entry, back: Entry) -> bool:
    same_state = bool(authorization.value("state")) and authorization.value("state") == back.value("state")
    return back.number > authorization.number and (same_state or not back.value("state"))


def _of_error(authorization: Entry, back: Entry, error: str, description: str) -> Iterator[Finding]:
    if error in NORMAL and authorization.value("prompt") == "none":
        return
    proof, method = f"error={error}: {description}".rstrip(": "), authorization.value("code_challenge_method")
    if error == "invalid_request" and (not authorization.sent("code_challenge") or method != "S256"):
        sent = "sent" if authorization.sent("code_challenge") else "missing"
        yield Finding(
            "pkce-missing", back, proof, got=f"code_challenge {sent}, code_challenge_method: {method or 'none'}"
        )
    elif error == "unauthorized_client":
        yield Finding("client-unknown", back, proof)
    else:
        yield Finding(problem_of_call(description) or _BY_ERROR.get(error, "authorize-refused"), back, proof)


def _of_tokens(traffic: Traffic, entry: Entry, redeemed: Mapping[str, Entry]) -> Iterator[Finding]:
    answer = json_object(entry.body)
    if not answer:
        if entry.body and not entry.is_server_error:
            yield Finding("token-malformed", entry, entry.body[-120:])
    elif "error" in answer:
        yield _of_refusal(traffic, entry, redeemed)
    elif isinstance(token := answer.get("id_token"), str) and token in traffic.tokens:
        yield from _of_id_token(traffic, entry, traffic.tokens[token])


def _error(entry: Entry) -> str:
    answer = json_object(entry.body)
    if "error" not in answer:
        return f"HTTP {entry.status}"
    return f"error={answer['error']}: {answer.get('error_description', '')}".rstrip(": ")


def _of_refusal(traffic: Traffic, entry: Entry, redeemed: Mapping[str, Entry]) -> Finding:
    """Why the token endpoint says no: proven by what was sent where the file has it, else by the description."""
    answer, proof = json_object(entry.body), _error(entry)
    error, described = str(answer.get("error")), problem_of_call(str(answer.get("error_description", "")))
    if error == "invalid_client":
        in_body = entry.sent("client_secret") and entry.scheme != "basic"
        return Finding("secret-in-body" if in_body else described or "client-secret", entry, proof)
    if error == "invalid_grant":
        return _of_grant(traffic, entry, redeemed) or Finding(described or "token-refused", entry, proof)
    return Finding(described or _BY_ERROR.get(error, "token-refused"), entry, proof)


def _of_grant(traffic: Traffic, entry: Entry, redeemed: Mapping[str, Entry]) -> Finding | None:
    code, proof = entry.value("code"), _error(entry)
    if before := redeemed.get(code):
        return Finding("code-used-twice", entry, proof, got=f"{code}, redeemed before by entry {before.number}")
    issued = traffic.issued(code, "code")
    authorization = _authorization_of(traffic, issued) if issued else None
    if authorization and authorization.value("redirect_uri") != entry.value("redirect_uri"):
        got = f"{authorization.value('redirect_uri')} at /authorize, {entry.value('redirect_uri')} at /token"
        return Finding("redirect-mismatch-token", entry, proof, got=got)
    if authorization and authorization.value("code_challenge") != entry.value("code_verifier"):
        got = "a code_verifier that does not belong to the code_challenge" if entry.sent("code_verifier") else "none"
        return Finding("code-verifier", entry, proof, got=got)
    if issued and issued.at and entry.at and entry.at - issued.at > _LIFE:
        return Finding("code-expired", entry, proof, got=f"{round((entry.at - issued.at).total_seconds())} seconds")
    return None


def _authorization_of(traffic: Traffic, issued: Entry) -> Entry | None:
    """The authorization request that a code answers."""
    state = next((each.entry.value("state") for each in traffic.returns if each.entry.url == issued.location), "")
    same = [each for each in traffic.authorizations if state and each.value("state") == state]
    return same[-1] if same else traffic.before(issued, traffic.authorizations)


def _of_id_token(traffic: Traffic, entry: Entry, claims: Mapping[str, object]) -> Iterator[Finding]:
    """An ID token, as its client must look at it (OpenID Connect Core, 3.1.3.7)."""
    issued = traffic.issued(entry.value("code"), "code")
    authorization = _authorization_of(traffic, issued) if issued else None
    nonce = authorization.value("nonce") if authorization else ""
    if nonce and claims.get("nonce") != nonce:
        yield Finding("nonce-lost", entry, f"nonce {claims.get('nonce')}", got=f"{nonce} was sent to /authorize")
    client, audience = (authorization.value("client_id") if authorization else ""), claims.get("aud")
    if client and audience and client not in (audience if isinstance(audience, list) else [audience]):
        yield Finding("id-token-foreign", entry, f"aud {audience}", got=f"client_id={client}")
    yield from _of_times(entry, claims)


def _of_times(entry: Entry, claims: Mapping[str, object]) -> Iterator[Finding]:
    issued, expires = claims.get("iat"), claims.get("exp")
    if entry.at is None or not isinstance(issued, int | float) or not isinstance(expires, int | float):
        return
    now = entry.at.timestamp()
    if issued > now + _LEEWAY:
        yield Finding("clocks-differ", entry, f"iat {issued}", got=f"{round(issued - now)} seconds ahead of this file")
    elif expires < now - _LEEWAY:
        yield Finding("clocks-differ", entry, f"exp {expires}", got=f"{round(now - expires)} seconds before this file")
