"""Whether an EU Login that is not available lets people in."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.checks.session._outage import expect_nobody_while
from eulogin_harness.grade.outages import unavailable
from eulogin_harness.grade.trial import Trial


@check(
    "session.unavailable-believed",
    title="EU Login's `503` signs somebody in",
    done="Somebody signs in while EU Login answers `503` to the question who it is.",
    expected="It signs nobody in, and shows a page that says so.",
    why="Whoever overloads EU Login, or waits until it is maintained, gets in without an account.",
    source="CWE-636, not failing securely; CAS protocol 3.0, 2.5, and RFC 6749, 5.1: only a success confirms",
    weight=Weight.CRITICAL,
    remedy="fail-closed",
)
def unavailable_believed(trial: Trial) -> None:
    expect_nobody_while(trial, unavailable, "a `503` of EU Login")
