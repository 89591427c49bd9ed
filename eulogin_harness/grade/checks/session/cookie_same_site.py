"""Whether other sites can send requests with the cookie of a session."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.cookies import check_cookies
from eulogin_harness.grade.trial import Trial


@check(
    "session.cookie-same-site",
    title="The session's cookie goes with requests of other sites",
    done="Somebody signs in, and the cookies are read; those without it count that sign a browser in.",
    expected="Its cookie has `SameSite=Lax` or `Strict`.",
    why="Pages of other sites can send forms in the user's name; not every browser assumes `Lax` by itself.",
    source="CWE-1275, sensitive cookie with improper SameSite attribute",
    weight=Weight.LOW,
    remedy="cookie-flags",
)
def cookie_same_site(trial: Trial) -> None:
    check_cookies(trial, lambda cookie: cookie["said"] not in {"Lax", "Strict"}, "without `SameSite=Lax` or `Strict`")
