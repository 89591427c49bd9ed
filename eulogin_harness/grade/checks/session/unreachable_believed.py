"""Whether an EU Login that cannot be reached lets people in."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.checks.session._outage import expect_nobody_while
from eulogin_harness.grade.outages import unreachable
from eulogin_harness.grade.trial import Trial


@check(
    "session.unreachable-believed",
    title="An EU Login that does not answer signs somebody in",
    done="Somebody signs in while EU Login closes the connection without an answer to the question who it is.",
    expected="It signs nobody in, and shows a page that says so.",
    why="Whoever keeps the application from reaching EU Login gets in without an account.",
    source="CWE-636, not failing securely; CAS protocol 3.0, 2.5, and RFC 6749, 5.1: only a success confirms",
    weight=Weight.CRITICAL,
    remedy="fail-closed",
)
def unreachable_believed(trial: Trial) -> None:
    expect_nobody_while(trial, unreachable, "no answer of EU Login")
