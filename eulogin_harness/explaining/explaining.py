"""A recording in, what it shows out."""

from collections.abc import Iterable, Iterator, Sequence

from eulogin_harness.explaining import rules_of_applications, rules_of_cas, rules_of_openid, rules_of_pages
from eulogin_harness.explaining.entries import recording_of
from eulogin_harness.explaining.model import Entry, Explanation, Finding
from eulogin_harness.explaining.pages import page_of
from eulogin_harness.explaining.redacting import Redactor
from eulogin_harness.explaining.rules_of_openid import NORMAL
from eulogin_harness.explaining.traffic import Return, Traffic
from mock_world.i18n import N_

# Problems that cause others come first; those of one rank in the order of the file.
_FIRST = ("authority-not-trusted", "network-blocked", "unavailable", "eulogin-error", "issuer-wrong")
_THEN = ("service-encoded-twice", "service-not-encoded", "pkce-missing", "redirect-mismatch", "client-unknown")
_LAST = (
    "wrong-password",
    "ticket-expired",
    "token-refused",
    "validation-refused",
    "authorize-refused",
    "cookie-lost",
    "state-lost",
)
_GOOD_PAGES = frozenset({"sign-up-sent", "password-set", "successful-login", "account", "logged-out"})
_OK = range(200, 400)

_BY_CAS = (
    "invalid-user",
    "service-mismatch",
    "insufficient-level",
    "namespace",
    "email-as-user",
    "groups-not-asked",
)
_BY_OPENID = ("client-secret", "code-verifier", "redirect-mismatch-token", "nonce-lost", "algorithm", "clocks-differ")
_LOOPING = ("cookie-lost", "namespace", "invalid-user", "service-mismatch", "insufficient-level")

NO_BACK_CHANNEL = N_(
    "The back channel is not in this file: what the application asked EU Login, and what it was answered. Look into "
    "the log of the application, or record its calls too; with this mock, “Journeys” in the control room has both."
)
NO_BODIES = N_("The texts of pages and answers are not in this file: save it with contents.")
NO_BROWSER = N_("The browser's part is not in this file: where the application sent the browser, and with what.")
NO_APPLICATION = N_("What the application made of it is not in this file.")
NOT_REFUSED_HERE = N_("EU Login's part is good; the application does not let the person in.")
BEGUN = N_("The sign-in was begun and the file ends before it comes back to the application.")
LOOPS = N_("Browser and application go to and fro, and this file does not show why.")


def explain(data: bytes) -> tuple[Explanation, Redactor]:
    """What a recording shows, and what takes its secrets out of a text. Raises UnreadableFile."""
    recording, redactor = recording_of(data)
    return explanation_of(Traffic(recording)), redactor


def explanation_of(traffic: Traffic) -> Explanation:
    findings, steps = list(_all_findings(traffic)), list(_steps(traffic))
    good = last_good(traffic)
    if left := _distinct(finding for finding in findings if finding.entry.number >= good):
        return Explanation("problem", steps, left, limits=_limits(traffic))
    if good and not _is_refused_after(traffic, good):
        return Explanation("good", steps, mended=_distinct(findings), limits=_limits(traffic))
    if not steps:
        return Explanation("no-sign-in")
    words, candidates = _unknown(traffic)
    return Explanation("unknown", steps, limits=[words, *_limits(traffic)], candidates=candidates)


def _all_findings(traffic: Traffic) -> Iterator[Finding]:
    for rules in (rules_of_pages, rules_of_cas, rules_of_openid, rules_of_applications):
        yield from rules.findings(traffic)


def _distinct(findings: Iterable[Finding]) -> list[Finding]:
    """Each problem once, by its first entry; the causing one first."""
    by_name: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda each: each.entry.number):
        by_name.setdefault(finding.name, finding)
    return sorted(by_name.values(), key=_rank)


def _rank(finding: Finding) -> tuple[int, int]:
    for rank, names in enumerate((_FIRST, _THEN)):
        if finding.name in names:
            return rank, finding.entry.number
    return 3 if finding.name in _LAST else 2, finding.entry.number


def last_good(traffic: Traffic) -> int:
    """Number of the last entry of a sign-in, sign-up or sign-out that came out well; 0 where there is none."""
    good = [back.shown.number if back.shown else back.entry.number for back in traffic.returns if _is_good(back)]
    good += [back.entry.number for back in traffic.returns if _is_normal(traffic, back)]
    good += [entry.number for entry, page in traffic.pages if page.name in _GOOD_PAGES and entry.status in _OK]
    if not traffic.has_browser or not traffic.returns:
        good += [entry.number for entry in traffic.validations if rules_of_cas.is_success(entry)]
        good += [entry.number for entry in traffic.token_requests if rules_of_openid.is_success(entry)]
    return max(good, default=0) if not _loops_in_calls(traffic) else 0


def _is_refused_after(traffic: Traffic, good: int) -> bool:
    later = (back for back in traffic.returns if back.entry.number > good)
    return any(back.outcome in {"refused", "sent-back", "bounced"} and not _is_normal(traffic, back) for back in later)


def _is_good(back: Return) -> bool:
    return back.outcome == "accepted" and back.kind != "error"


def _is_normal(traffic: Traffic, back: Return) -> bool:
    """An answer to `prompt=none` that a client expects."""
    authorization = traffic.before(back.entry, traffic.authorizations)
    return back.entry.value("error") in NORMAL and authorization is not None and authorization.value("prompt") == "none"


def _loops_in_calls(traffic: Traffic) -> bool:
    """Whether an application validates ticket after ticket of one user, without a browser in the file to say why."""
    good = [entry for entry in traffic.validations if rules_of_cas.is_success(entry)]
    users = {(entry.value("service"), _user(entry)) for entry in good}
    return not traffic.has_browser and len(good) > 4 and len(users) == 1  # noqa: PLR2004 - the mock stops loops at five


def _user(entry: Entry) -> str:
    return entry.body.partition("user>")[2].partition("<")[0]


def _unknown(traffic: Traffic) -> tuple[str, Sequence[str]]:
    """Why nothing can be told, and what would look like this."""
    if _loops_in_calls(traffic):
        return LOOPS, ("cookie-lost", "namespace")
    if any(back.outcome in {"sent-back", "bounced"} for back in traffic.returns):
        return LOOPS, _LOOPING
    refused = [back for back in traffic.returns if back.outcome in {"refused", "unclear", "unseen"}]
    if refused:
        return NOT_REFUSED_HERE, _BY_CAS if refused[-1].kind == "ticket" else _BY_OPENID
    waits = any(page.name == "waiting" for _, page in traffic.pages)
    return BEGUN, ("push-missing",) if waits else ()


def _limits(traffic: Traffic) -> list[str]:
    calls = bool(traffic.validations or traffic.token_requests)
    limits = [] if calls or not traffic.returns else [NO_BACK_CHANNEL]
    if not any(entry.body for entry in traffic.entries):
        limits.append(NO_BODIES)
    if calls and not traffic.has_browser:
        limits.append(NO_BROWSER)
    elif calls and all(back.outcome == "accepted" and back.shown is back.entry for back in traffic.returns):
        limits.append(NO_APPLICATION)
    return limits


# Steps in short.

_PLACES = {
    "login/init": N_("the application begins a login transaction"),
    "oauth2/authorize": N_("the application asks for a code"),
    "oauth2/token": N_("the application redeems the code"),
    "oauth2/userinfo": N_("the application asks UserInfo"),
    "oauth2/keys": N_("the application reads the published keys"),
    "eim/external/register.cgi": N_("sign-up"),
    "init/initialisePasswordLogin.cgi": N_("the link of the mail"),
    "logout": N_("sign-out"),
    "oauth2/logout": N_("sign-out"),
}
_BACK = {
    "ticket": N_("back at the application with a ticket"),
    "code": N_("back at the application with a code"),
    "error": N_("back at the application with an error"),
}


def _steps(traffic: Traffic) -> Iterator[tuple[Entry, str]]:
    """The entries that make a sign-in, with what each is."""
    back = {each.entry.number: each for each in traffic.returns}
    for entry in traffic.entries:
        if entry.number in back:
            yield entry, _BACK[back[entry.number].kind]
        elif words := _step(traffic, entry):
            yield entry, words


def _step(traffic: Traffic, entry: Entry) -> str:
    place = traffic.place(entry)
    if entry in traffic.validations:
        return N_("the application validates the ticket")
    if place in {"login", "login.cgi"}:
        return _of_login(entry)
    if ".well-known" in place:
        return N_("the application reads the discovery document")
    return _PLACES.get(place, "")


def _of_login(entry: Entry) -> str:
    if entry.method != "POST":
        if entry.location and "ticket=" in entry.location:
            return N_("signed in, without a page or after waiting")
        return N_("EU Login asks who it is") if not entry.location else N_("EU Login goes on")
    if any(name == "password" for name, _ in entry.form):
        page = page_of(entry.body)
        return N_("the password is refused") if page.errors else N_("the password is sent")
    return N_("the user name is sent") if entry.sent("username") else N_("EU Login goes on")
