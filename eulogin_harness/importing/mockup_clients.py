"""`openIdConnectConfiguration.json` of the official mock-up as bodies of POST /api/clients."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from eulogin_harness.importing.mockup_users import harmless_email
from eulogin_harness.importing.report import ImportFileError, Report
from mock_world.domains import is_harmless_url

_MOST = 10  # problems that one error tells
_ALGORITHMS = ("PS512", "RS256", "ES256")
# What POST /api/clients takes as it is.
_TAKEN = frozenset(
    {
        *("client_id", "client_name", "claims", "application_type", "client_type", "jwks", "client_uri", "logo_uri"),
        *("jwt_access_token_explicit_type", "default_acr_values", "default_max_age", "default_id_token_max_age"),
        *("require_auth_time", "backchannel_logout_session_required"),
        *("policy_uri", "tos_uri", "software_id", "software_version"),
    }
)
# What is taken where its values are mocked.
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "grant_types": ("authorization_code", "refresh_token"),
    "response_types": ("code",),
    "scope": ("openid", "email", "profile", "phone", "hr", "authentication_factors"),
    "subject_type": ("public",),
    "token_endpoint_auth_method": ("client_secret_basic", "client_secret_jwt", "private_key_jwt", "none"),
    "id_token_signed_response_alg": _ALGORITHMS,
    "jwt_access_token_signed_response_alg": _ALGORITHMS,
}
_ADDRESSES = ("redirect_uris", "post_logout_redirect_uris", "backchannel_logout_uri", "jwks_uri")
_READ = {*_TAKEN, *_CHOICES, *_ADDRESSES, "contacts"}
_REGISTRATION = "clients are registered by the control API, not by EU Login"
_WHY_LEFT = {
    "encrypted_client_secret": "it cannot be read back; secrets are given anew",
    "client_secret": "secrets are given anew, by --secrets",
    "encrypted_registration_access_token": _REGISTRATION,
    "registration_client_uri": _REGISTRATION,
    "client_id_issued_at": _REGISTRATION,
    "client_secret_expires_at": _REGISTRATION,
    "oauth_application_type": "application_type and client_type say it",
}
_UNKNOWN = "it is not known here"


def is_client_list(document: object) -> bool:
    """Whether this is what the file of clients looks like."""
    return isinstance(document, list) and any(
        isinstance(each, dict) and {"client_id", "redirect_uris"} & each.keys() for each in document
    )


def read_clients(
    name: str,
    document: object,
    report: Report,
    *,
    allowed_targets: Iterable[str] = (),
    allowed_domains: Iterable[str] = (),
) -> list[dict[str, Any]]:
    """The clients of a file, in its order. allowed_targets: hosts whose addresses stay.

    Raises ImportFileError, which names the clients and what is wrong there.
    """
    if not isinstance(document, list) or not document:
        raise ImportFileError(f"{name}: expected a list of clients, [{{...}}, ...]")
    ids = [each.get("client_id") if isinstance(each, dict) else None for each in document]
    problems = [
        f"client {number}: expected its metadata in braces, with a client_id"
        for number, client_id in enumerate(ids, 1)
        if not isinstance(client_id, str) or not client_id
    ]
    problems += [f"client {number}: that client_id stands there already" for number, _ in _repeated(ids)]
    if problems:
        more = [f"and {len(problems) - _MOST} more"] if len(problems) > _MOST else []
        raise ImportFileError(f"{name}: {'; '.join([*problems[:_MOST], *more])}. Mend it there; nothing was imported")
    rules = (tuple(allowed_targets), tuple(allowed_domains))
    return [_client(each, report, *rules) for each in document]


def _repeated(ids: list[Any]) -> list[tuple[int, str]]:
    seen: set[str] = set()
    found = []
    for number, each in enumerate(ids, 1):
        if isinstance(each, str):
            if each in seen:
                found.append((number, each))
            seen.add(each)
    return found


def _client(
    told: Mapping[str, Any], report: Report, targets: tuple[str, ...], domains: tuple[str, ...]
) -> dict[str, Any]:
    whose = short(str(told.get("client_name") or told["client_id"]))
    body = {name: value for name, value in told.items() if name in _TAKEN and value not in (None, "", [])}
    for name, known in _CHOICES.items():
        body |= _chosen(name, told.get(name), known, report, whose)
    for name in _ADDRESSES:
        body |= _addresses(name, told.get(name), targets, report, whose)
    if contacts := _strings(told.get("contacts")):
        body["contacts"] = [harmless_email(each, domains) if "@" in each else each for each in contacts]
        if body["contacts"] != contacts:
            report.changed("contacts", "a mock knows no real address", whose)
    for name in told:
        if name not in _READ:
            report.left(name[:80], _WHY_LEFT.get(name, _UNKNOWN), whose)
    return body


def short(client_id: str) -> str:
    """A client's id has 111 characters."""
    return client_id if len(client_id) <= 24 else f"{client_id[:20]}..."  # noqa: PLR2004 - as one likes to read it


def _strings(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _chosen(name: str, value: object, known: tuple[str, ...], report: Report, whose: str) -> dict[str, Any]:
    """What of a value is mocked: one word, words in a text (scope), or a list."""
    if value in (None, "", []):
        return {}
    words = value.split() if isinstance(value, str) else _strings(value)
    kept = [word for word in dict.fromkeys(words) if word in known]
    for word in dict.fromkeys(words):
        if word not in known:
            report.left(f"{name} {word[:40]}", f"mocked are {', '.join(known)}", whose)
    if not kept:
        return {}
    return {name: " ".join(kept) if isinstance(value, str) else kept}


def _addresses(name: str, value: object, allowed: tuple[str, ...], report: Report, whose: str) -> dict[str, Any]:
    listed = [value] if isinstance(value, str) and value else _strings(value)
    kept = [url for url in listed if _may_stay(url, allowed)]
    for url in listed:
        if url not in kept:
            report.left(f"{name} {url[:120]}", "no mock leads there; add its host to setting allowed_targets", whose)
    if not kept:
        return {}
    return {name: kept[0] if isinstance(value, str) else kept}


def _may_stay(url: str, allowed: tuple[str, ...]) -> bool:
    """An address of the web has to be harmless; what a native app calls its own is."""
    return is_harmless_url(url, allowed) if url.lower().startswith(("http:", "https:")) else ":/" in url


def json_of(name: str, content: bytes) -> object:
    """Raises ImportFileError with the line."""
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise ImportFileError(f"{name}: expected JSON; {error.msg} in line {error.lineno}; mend it there") from None
    except (ValueError, RecursionError) as error:
        raise ImportFileError(f"{name}: expected JSON in UTF-8; it cannot be read ({type(error).__name__})") from None
