"""Whether the cookie of a session is kept to https."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.cookies import check_cookies
from eulogin_harness.grade.outcomes import NotApplicable
from eulogin_harness.grade.trial import Trial


@check(
    "session.cookie-secure",
    title="The session's cookie goes over http too",
    done="Somebody signs in, and the cookies are read; those without it count that sign a browser in.",
    expected="Its cookie has `Secure`.",
    why="Whoever listens on the network lets the browser ask for an address by http, and reads the cookie.",
    source="CWE-614, sensitive cookie in HTTPS session without 'Secure' attribute; RFC 6265, 4.1.2.5",
    weight=Weight.MEDIUM,
    remedy="cookie-flags",
)
def cookie_secure(trial: Trial) -> None:
    if not trial.application.origin.startswith("https:"):
        raise NotApplicable("it speaks http here; grade it at its https address too")
    check_cookies(trial, lambda cookie: not cookie["secure"], "without `Secure`")
