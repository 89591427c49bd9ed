"""Whether scripts can read the cookie of a session."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.cookies import check_cookies
from eulogin_harness.grade.trial import Trial


@check(
    "session.cookie-http-only",
    title="The session's cookie can be read by scripts",
    done="Somebody signs in, and the cookies are read; those without it count that sign a browser in.",
    expected="Its cookie has `HttpOnly`.",
    why="A script that gets into a page, such as by a comment or a library, takes the session with it.",
    source="CWE-1004, sensitive cookie without 'HttpOnly' flag; RFC 6265, 4.1.2.6",
    weight=Weight.MEDIUM,
    remedy="cookie-flags",
)
def cookie_http_only(trial: Trial) -> None:
    check_cookies(trial, lambda cookie: not cookie["httpOnly"], "without `HttpOnly`")
