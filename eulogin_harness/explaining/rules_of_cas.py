"""What goes wrong by CAS: at the address of the sign-in, and in what the application asks on the back channel."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from eulogin_harness.debugger import cas_answer
from eulogin_harness.debugger.messages import names_in
from eulogin_harness.explaining.known_refusals import problem_of_call
from eulogin_harness.explaining.model import Entry, Finding
from eulogin_harness.explaining.traffic import Traffic
from mock_idp.common.service_mismatch import mismatch

_KNOWN = frozenset(
    {
        *("service", "renew", "gateway", "acceptStrengths", "authenticationLevel", "locale", "clientFingerprint"),
        *("format", "domain", "loginRequestId", "ticket", "request", "method", "TARGET", "userAddress", "email"),
        *("entityId", "warn", "ui_locales", "anonymize", "account", "assuranceLevel", "username"),
    }
)
PROBLEM_OF_CODE: Mapping[str, str] = {
    "INVALID_USER": "invalid-user",
    "INVALID_SERVICE": "service-mismatch",
    "INVALID_TICKET": "ticket-expired",
    "INVALID_STRENGTH": "insufficient-level",
    "INSUFFICIENT_AUTHENTICATION_LEVEL": "insufficient-level",
    "ECAS_PROXY_COMMUNICATION_ERROR": "proxy-callback-unanswered",
    "INVALID_PROXY_CALLBACK_URL": "proxy-callback-plain-http",
    "INTERNAL_ERROR": "internal-error",
}
CODES = re.compile(rf"\b(?:{'|'.join([*PROBLEM_OF_CODE, 'INVALID_REQUEST', 'ACCESSED_DENIED', 'BAD_PGT'])})\b")
_LIFE = timedelta(seconds=300)  # of a ticket (facts, limits)
_NOT_FOUND, _OK = 404, 200
_ENCODED = re.compile(r"https?%3A", re.IGNORECASE)
_STRICT = frozenset({"sponsorValidate", "interinstitutionalValidate", "strictValidate"})


def findings(traffic: Traffic) -> Iterator[Finding]:
    for entry in traffic.logins:
        yield from _of_service(entry)
    validated: dict[str, Entry] = {}
    for entry in traffic.validations:
        yield from _of_validation(traffic, entry, validated)
        if is_success(entry):
            validated.setdefault(entry.value("ticket"), entry)


def _of_service(entry: Entry) -> Iterator[Finding]:
    """A service that was not encoded, or once too often."""
    service = dict(entry.query).get("service", "")
    if _ENCODED.match(service):
        yield Finding("service-encoded-twice", entry, f"service={service}", got=f"decoded once it is {service}")
    raw = entry.url.partition("?")[2]
    stray = [name for name, _ in entry.query if name not in _KNOWN]
    if re.search(r"service=https?:(?://|%2F%2F)[^&]*\?", raw, re.IGNORECASE) and stray:
        got = f"service={service}, and parameters of their own: {', '.join(dict.fromkeys(stray))}"
        yield Finding("service-not-encoded", entry, raw[:300], got=got)


def is_success(entry: Entry) -> bool:
    """Whether a validation names the user."""
    return "authenticationSuccess" in entry.body or bool(re.match(r"yes\r?\n", entry.body))


def _of_validation(traffic: Traffic, entry: Entry, validated: Mapping[str, Entry]) -> Iterator[Finding]:
    answer = cas_answer.Answer(entry.status, entry.body.encode())
    rows = cas_answer.read(answer)
    names = names_in(rows)
    is_page = bool(entry.body) and "authentication" not in entry.body and "html" in entry.content_type
    if entry.status == _NOT_FOUND or is_page:
        if entry.status in {_OK, _NOT_FOUND}:
            yield Finding("validation-address", entry, f"HTTP {entry.status} at {entry.path}", got=entry.path)
        return
    if "authenticationFailure" in names:
        yield _of_failure(traffic, entry, _failure(rows), validated)
    elif not is_success(entry) and entry.status == _OK and entry.body:
        yield Finding("validation-malformed", entry, entry.body[-120:])


def _failure(rows: list[tuple[str, str]]) -> tuple[str, str]:
    """Code and text of a failure, whichever form the answer has."""
    code = next((match[1] for name, _ in rows if (match := re.search(r"\[code=(\w+)\]", name))), "")
    values = {name.rpartition(" / ")[2]: value for name, value in rows}
    code = code or values.get("code", "")
    text = next((value for name, value in rows if name.startswith("authenticationFailure [")), "")
    return code, text or values.get("description", "")


def _of_failure(traffic: Traffic, entry: Entry, failure: tuple[str, str], validated: Mapping[str, Entry]) -> Finding:
    code, text = failure
    name = problem_of_call(text) or PROBLEM_OF_CODE.get(code, "validation-refused")
    proof = f'authenticationFailure code="{code}": {text}'[:300]
    if code == "INVALID_REQUEST" and "fingerprint" in text.lower():
        name = "fingerprint-missing"
    if name == "invalid-user" and _demands_level(entry):
        return Finding("assurance-level", entry, proof, got=_demand(entry))
    if name == "service-mismatch":
        return _mismatch(traffic, entry, proof)
    if name == "ticket-expired":
        return _of_ticket(traffic, entry, proof, validated)
    if name == "proxy-callback-unanswered" and (called := _call_back(traffic, entry)):
        return Finding("proxy-callback-page", called, f"POST {called.path} was answered by: {called.body[:120]}")
    return Finding(name, entry, proof, got=_demand(entry))


def _demands_level(entry: Entry) -> bool:
    level = entry.value("assuranceLevel")
    return bool(level and level not in {"LOW", "10"}) or entry.path.rpartition("/")[2] in _STRICT


def _demand(entry: Entry) -> str:
    """What a validation asked for, in words."""
    names = ("assuranceLevel", "authenticationLevel", "acceptStrengths", "pgtUrl")
    demands = [f"{name}={value}" for name in names if (value := entry.value(name))]
    return "; ".join([entry.path.rpartition("/")[2], *demands])


def _mismatch(traffic: Traffic, entry: Entry, proof: str) -> Finding:
    """Both addresses, where the sign-in is in the file too."""
    at_validation, login = entry.value("service"), traffic.login_of(entry.value("ticket"))
    at_login = login.value("service") if login else ""
    if not at_login:
        return Finding("service-mismatch", entry, proof, got=f"at the validation: {at_validation}")
    difference = mismatch(at_login, at_validation)
    got = f"at the sign-in: {at_login}; at the validation: {at_validation}"
    return Finding("service-mismatch", entry, proof, got=got, remedy=f"send the same address twice: {difference}")


def _of_ticket(traffic: Traffic, entry: Entry, proof: str, validated: Mapping[str, Entry]) -> Finding:
    ticket = entry.value("ticket")
    if before := validated.get(ticket):
        return Finding("ticket-used-twice", entry, proof, got=f"{ticket}, validated before by entry {before.number}")
    issued = traffic.issued(ticket, "ticket")
    if issued and issued.at and entry.at and entry.at - issued.at > _LIFE:
        seconds = round((entry.at - issued.at).total_seconds())
        return Finding("ticket-expired", entry, proof, got=f"{ticket}, {seconds} seconds after it was issued")
    return Finding("ticket-expired", entry, proof, got=f"{ticket}, which this file shows validated for the first time")


def _call_back(traffic: Traffic, entry: Entry) -> Entry | None:
    """EU Login's POST to `pgtUrl`, where the file has it and its answer is no proxySuccess document."""
    address = entry.value("pgtUrl").partition("?")[0]
    posts = (each for each in traffic.entries if each.method == "POST" and each.url.partition("?")[0] == address)
    return next((each for each in posts if each.status == _OK and "proxySuccess" not in each.body), None)
