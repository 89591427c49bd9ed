"""What an application does with a browser that came back: what it says, and whether it loops."""

import re
from collections.abc import Iterator, Mapping

from eulogin_harness.explaining import rules_of_cas
from eulogin_harness.explaining.known_refusals import problem_of_call
from eulogin_harness.explaining.model import Entry, Finding, SetCookie
from eulogin_harness.explaining.rules_of_cas import CODES, PROBLEM_OF_CODE
from eulogin_harness.explaining.traffic import Return, Traffic
from mock_idp.cas.answer import NAMESPACE

_LONGEST = 300  # characters of a proof
_LEAST_ROUNDS = 2
# What client libraries say of a refusal by OpenID Connect.
_OF_LIBRARIES: Mapping[str, str] = {
    r"code_verifier|code verifier": "code-verifier",
    r"redirect_uri differs|redirect_uri (?:does not|mismatch)": "redirect-mismatch-token",
    r"invalid_client|does not take this client id and secret|client authentication failed": "client-secret",
    r"mismatching_state|state not equal|(?:unexpected|invalid|missing|wrong) \"?state|state (?:mismatch|is missing)"
    r"|cookie is lost": "state-lost",
    r"\bnonce\b": "nonce-lost",
    r"unsupported_algorithm|\"alg\"|algorithm": "algorithm",
    r"expired_token|\"exp\"|\"iat\"|issued in the future|token (?:has|is) expired": "clocks-differ",
}


def findings(traffic: Traffic) -> Iterator[Finding]:
    yield from _loops(traffic)
    for back in traffic.returns:
        if back.outcome == "refused":
            yield from _said(traffic, back)
    yield from _lost_ticket(traffic)


def _said(traffic: Traffic, back: Return) -> Iterator[Finding]:
    """What the application says of it, by the codes that it repeats."""
    shown = back.shown or back.entry
    text = f"{back.page.title} {back.page.text}"
    if back.page.actor or back.kind == "error" or shown.failure:
        return
    lost = _lost_cookie(traffic, back.entry)
    if back.kind == "ticket":
        yield from _by_cas(traffic, back, shown, text)
    elif name := problem_of_call(text) or _by_library(text):
        yield Finding(name, shown, text[:_LONGEST], got=lost if name == "state-lost" else "")
    elif lost:
        yield Finding("state-lost", shown, lost)


def _by_library(text: str) -> str:
    return next((name for words, name in _OF_LIBRARIES.items() if re.search(words, text, re.IGNORECASE)), "")


def _by_cas(traffic: Traffic, back: Return, shown: Entry, text: str) -> Iterator[Finding]:
    code = CODES.search(text)
    name = problem_of_call(text) or (PROBLEM_OF_CODE.get(code[0], "validation-refused") if code else "")
    if name == "ticket-expired" and _came_before(traffic, back):
        name = "ticket-used-twice"
    if name:
        yield Finding(name, shown, text[:_LONGEST])
    elif validation := _validation_of(traffic, back):
        yield from _after_success(validation, shown, text)


def _came_before(traffic: Traffic, back: Return) -> bool:
    ticket = back.entry.value("ticket")
    earlier = (each for each in traffic.returns if each.entry.number < back.entry.number)
    return any(each.entry.value("ticket") == ticket and each.outcome == "accepted" for each in earlier)


def _validation_of(traffic: Traffic, back: Return) -> Entry | None:
    """A validation of this ticket that named the user."""
    ticket = back.entry.value("ticket")
    own = (entry for entry in traffic.validations if entry.value("ticket") == ticket)
    return next((entry for entry in own if rules_of_cas.is_success(entry)), None)


def _after_success(validation: Entry, shown: Entry, text: str) -> Iterator[Finding]:
    """EU Login named the user, and the application says no."""
    proof = f"entry {validation.number} names the user, and the application says: {text}"[:_LONGEST]
    asks_groups, asks_details = validation.sent("groups"), validation.value("userDetails") == "true"
    if re.search(r"group|role|right|permission", text, re.IGNORECASE) and not asks_groups:
        yield Finding("groups-not-asked", shown, proof, got="a validation without groups=*")
    elif re.search(r"not known|unknown|no account|not found", text, re.IGNORECASE) and not asks_details:
        yield Finding("email-as-user", shown, proof, got="a validation without userDetails=true")
    elif NAMESPACE in validation.body:
        yield Finding("namespace", shown, proof, got=f"namespace {NAMESPACE}")


# Loops.


def _loops(traffic: Traffic) -> Iterator[Finding]:
    """A browser that goes to and fro: what the application did each time says why."""
    rounds = [back for back in traffic.returns if back.outcome in {"sent-back", "bounced"}]
    if len(rounds) < _LEAST_ROUNDS:
        return
    last = rounds[-1]
    bounced = [back for back in rounds if back.outcome == "bounced"]
    if bounced and (len(bounced) == len(rounds) or _has_reset(traffic, bounced[-1])):
        yield Finding(
            "cookie-lost", bounced[-1].shown or last.entry, _of_cookie(traffic, bounced[-1]), got=_times(rounds)
        )
        return
    validation = _validation_of(traffic, last) if last.kind == "ticket" else None
    if validation and NAMESPACE in validation.body:
        proof = f"entry {validation.number} names the user, and entry {last.entry.number} sends the browser back"
        yield Finding("namespace", validation, proof, got=_times(rounds))


def _times(rounds: list[Return]) -> str:
    return f"the browser was sent back to EU Login {len(rounds)} times"


def _has_reset(traffic: Traffic, back: Return) -> bool:
    return bool(_lost_cookie(traffic, back.shown or back.entry))


def _of_cookie(traffic: Traffic, back: Return) -> str:
    lost = _lost_cookie(traffic, back.shown or back.entry)
    return lost or f"entry {back.entry.number} lets the browser in, and the next request goes to EU Login again"


def _lost_cookie(traffic: Traffic, entry: Entry) -> str:
    """A cookie that the application set before and the browser did not send with this request, with its attributes."""
    if not traffic.tells_cookies:
        return ""
    for before in reversed(traffic.entries):
        if before.number >= entry.number or before.origin != entry.origin or traffic.place(before):
            continue
        for cookie in before.set_cookies:
            if cookie.name not in entry.cookies and not _is_deleted(cookie):
                attributes = "; ".join((cookie.name, *cookie.attributes))
                return f"entry {before.number} sets the cookie {attributes}; entry {entry.number} comes without it"
    return ""


def _is_deleted(cookie: SetCookie) -> bool:
    return any(each in {"max-age=0", "max-age=-1"} or "1970" in each for each in cookie.attributes)


def _lost_ticket(traffic: Traffic) -> Iterator[Finding]:
    """EU Login leads back without a ticket although nobody asked for gateway."""
    for entry in traffic.logins:
        service = dict(entry.query).get("service", "")
        came = entry.location.partition("?")[0].rstrip("/")
        is_back = bool(service) and came == service.partition("?")[0].rstrip("/")
        if is_back and "ticket=" not in entry.location and entry.value("gateway") not in {"true", "1", "yes"}:
            yield Finding("ticket-lost", entry, f"{entry.status} to {entry.location}")
