"""`openIdConnectConfiguration.json` of the official mock-up as bodies of POST /api/clients."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from eulogin_harness.importing.mockup_users import harmless_email
from eulogin_harness.importing.report import ImportFileError, Report
from mock_idp.oidc.client_metadata import MOCKED, NewClient, first_problem, sort_known
from mock_idp.oidc.clients import wrong_addresses

_MOST = 10  # problems that one error reports
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
    repeated = []
    for number, each in enumerate(ids, 1):
        if isinstance(each, str):
            if each in seen:
                repeated.append((number, each))
            seen.add(each)
    return repeated


def _client(
    client: Mapping[str, Any], report: Report, targets: tuple[str, ...], domains: tuple[str, ...]
) -> dict[str, Any]:
    whose = _called(client)
    body, left = sort_known({name: value for name, value in client.items() if value not in (None, "", [])})
    if body.pop("client_secret", None):
        left.append(("client_secret", None))
    for name, value in left:
        if value is None:
            report.left(name[:80], _WHY_LEFT.get(name, _UNKNOWN), whose)
        else:
            report.left(f"{name} {value[:40]}", f"mocked are {', '.join(MOCKED[name])}", whose)
    if contacts := _strings(body.get("contacts")):
        body["contacts"] = [harmless_email(each, domains) if "@" in each else each for each in contacts]
        if body["contacts"] != contacts:
            report.changed("contacts", "a mock knows no real address", whose)
    _take_out_addresses(body, targets, report, whose)
    return body


def _take_out_addresses(body: dict[str, Any], allowed: tuple[str, ...], report: Report, whose: str) -> None:
    """Take out addresses that the control API would refuse."""
    try:
        client = NewClient.model_validate(body)
    except ValidationError:  # `fit_clients` reports it
        return
    for name, url, problem in wrong_addresses(client, [*allowed]):
        report.left(f"{name} {url[:120]}", f"{problem}; if it is yours, add it to setting allowed_targets", whose)
        if isinstance(body[name], list):
            body[name] = [each for each in body[name] if each != url]
        else:
            del body[name]


def fit_clients(bodies: Iterable[dict[str, Any]], report: Report) -> list[dict[str, Any]]:
    """Clients that POST /api/clients takes, after all that was left out; others are reported, and left aside."""
    fit = []
    for body in bodies:
        if problem := problem_of(body):
            report.left("client", f"it would be refused; {problem}", _called(body))
        else:
            fit.append(body)
    return fit


def problem_of(body: Mapping[str, Any]) -> str:
    """Why POST /api/clients would refuse it; empty where it would not."""
    try:
        NewClient.model_validate(body)
    except ValidationError as error:
        return first_problem(error)
    return ""


def _called(client: Mapping[str, Any]) -> str:
    return short(str(client.get("client_name") or client["client_id"]))


def short(client_id: str) -> str:
    """A client's id has 111 characters."""
    return client_id if len(client_id) <= 24 else f"{client_id[:20]}..."  # noqa: PLR2004 - as one likes to read it


def _strings(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def json_of(name: str, content: bytes) -> object:
    """Raises ImportFileError with the line."""
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise ImportFileError(f"{name}: expected JSON; {error.msg} in line {error.lineno}; mend it there") from None
    except (ValueError, RecursionError) as error:
        raise ImportFileError(f"{name}: expected JSON in UTF-8; it cannot be read ({type(error).__name__})") from None
