"""Whether an error page of EU Login lets people in."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.checks.session._outage import expect_nobody_while
from eulogin_harness.grade.outages import error_page
from eulogin_harness.grade.trial import Trial


@check(
    "session.error-page-believed",
    title="An error page of EU Login signs somebody in",
    done="Somebody signs in while EU Login answers `502` with an HTML page to the question who it is.",
    expected="It signs nobody in, and shows a page that says so.",
    why="Whoever provokes an error at EU Login gets in without an account.",
    source="CWE-636, not failing securely; CAS protocol 3.0, 2.5, and RFC 6749, 5.1: only a success confirms",
    weight=Weight.CRITICAL,
    remedy="fail-closed",
)
def error_page_believed(trial: Trial) -> None:
    expect_nobody_while(trial, error_page, "a `502` of EU Login with a page")
