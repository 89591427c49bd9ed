"""What pages of EU Login and of CPMS say to a person, and what keeps a browser from reaching them."""

from collections.abc import Iterator, Mapping

from eulogin_harness.explaining.known_refusals import problem_by_expected, problem_of_page
from eulogin_harness.explaining.model import Entry, Finding
from eulogin_harness.explaining.pages import Page, page_of
from eulogin_harness.explaining.traffic import Traffic

_UNAVAILABLE = frozenset({502, 503, 504})
_LONGEST_PROOF = 300  # characters
# Our mock's pages that are a problem in themselves: by name, or by name and state.
_MOCK: Mapping[str, str] = {
    "link-expired ready": "link-expired",
    "link-expired closed": "link-ended",
    "second-factor-needed ready": "second-factor-missing",
    "second-factor-needed no-way": "second-factor-missing",
    "waiting timed-out": "push-missing",
    "waiting denied": "request-denied",
    "waiting blocked": "pin-forgotten",
    "unavailable ready": "unavailable",
    "page-too-old ready": "page-too-old",
    "invalid-service ready": "service-not-registered",
    "not-recognised ready": "not-yet-recognised",
    "sign-in-refused account-refused": "invalid-user",
    "sign-in-refused service-refused": "service-mismatch",
    "sign-in-refused ticket-refused": "ticket-expired",
    "sign-in-refused level-too-low": "insufficient-level",
    "sign-in-refused attributes-missing": "attributes-missing",
    "sign-in-refused unreachable": "unavailable",
    "sign-in-refused too-slow": "eulogin-slow",
    "sign-in-refused clocks-differ": "clocks-differ",
    "sign-in-refused denied": "sign-in-denied",
    "sign-in-refused state-lost": "state-lost",
    "sign-in-refused token-refused": "id-token-foreign",
    "sign-in-refused client-refused": "client-secret",
}
_FORMS: Mapping[str, str] = {
    "eim/external/register.cgi": "form-refused",
    "init/initialisePasswordLogin.cgi": "password-rules",
    "change/changePassword.cgi": "password-rules",
}
_BROWSER_ERRORS = (
    ("CERT", "authority-not-trusted"),
    ("SSL", "authority-not-trusted"),
    ("NAME_NOT_RESOLVED", "network-blocked"),
    ("CONNECTION", "network-blocked"),
    ("TIMED_OUT", "network-blocked"),
    ("BLOCKED", "network-blocked"),
    ("PROXY", "network-blocked"),
    ("TUNNEL", "network-blocked"),
)


def findings(traffic: Traffic) -> Iterator[Finding]:
    for entry in traffic.entries:
        yield from _unreachable(traffic, entry)
    for entry in traffic.entries:
        page = page_of(entry.body) if "<" in entry.body else Page()
        if name := _of_page(traffic, entry, page):
            yield Finding(name, entry, _proof(page), got=_got(page))
    for entry in traffic.of("userdata/deleteAllMyDevices.cgi"):
        if entry.method == "POST" and not page_of(entry.body).errors:
            yield Finding("panic", entry, f"POST {entry.path}")


def _unreachable(traffic: Traffic, entry: Entry) -> Iterator[Finding]:
    """EU Login that does not answer, or answers that it cannot."""
    place = traffic.place(entry)
    if entry.origin.endswith("//sorry.ec.europa.eu"):
        yield Finding("unavailable", entry, f"the browser was sent to {entry.origin}")
    if not place:
        return
    if entry.failure and "ABORTED" not in entry.failure and "TOO_MANY_REDIRECTS" not in entry.failure:
        name = next((name for part, name in _BROWSER_ERRORS if part in entry.failure.upper()), "network-blocked")
        yield Finding(name, entry, entry.failure[:_LONGEST_PROOF])
    elif entry.is_server_error and not _is_call(place):
        yield Finding("unavailable" if entry.status in _UNAVAILABLE else "eulogin-error", entry, f"HTTP {entry.status}")


def _is_call(place: str) -> bool:
    """Whether another rule looks at it: discovery and keys have a fault of their own."""
    return ".well-known" in place or place == "oauth2/keys"


def _of_page(traffic: Traffic, entry: Entry, page: Page) -> str:
    """The problem that a page tells of; empty where there is none."""
    if page.actor == "cpms":
        return _MOCK.get(f"{page.name} {page.state}", "") or _of_requests(page)
    if not traffic.place(entry):
        return ""
    text = " ".join(page.errors)
    if page.name in {"loop", "oidc-refused"}:
        return next((name for fact in page.facts if (name := problem_by_expected(fact))), "")
    if page.name == "second-factor-needed" and page.errors:
        return "locked-out" if "support" in text.lower() or page.state == "no-way" else "second-factor-missing"
    said = text or (page.text if page.name == "link-expired" else "")  # which says it in a note
    known = problem_of_page(said) if said else ""
    return known or _MOCK.get(f"{page.name} {page.state}", "") or _of_form(traffic, entry, page)


def _of_requests(page: Page) -> str:
    """Access that was refused or has ended, for each of the networks that were asked."""
    states = set(page.requests)
    return {frozenset({"rejected"}): "access-rejected", frozenset({"expired"}): "guest-ended"}.get(
        frozenset(states), ""
    )


def _of_form(traffic: Traffic, entry: Entry, page: Page) -> str:
    """A form that came back with messages; without any of our mock's pages only what is known in words."""
    if entry.method == "POST" and page.errors:
        return _FORMS.get(traffic.place(entry), "")
    return problem_of_page(page.text) if not page.actor and entry.status and page.text else ""


def _proof(page: Page) -> str:
    """The words of the page that say so."""
    return (page.errors[-1] if page.errors else page.title or page.text)[:_LONGEST_PROOF]


def _got(page: Page) -> str:
    return page.facts[1][:_LONGEST_PROOF] if len(page.facts) > 1 and page.name in {"loop", "oidc-refused"} else ""
