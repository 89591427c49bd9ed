"""Whether an answer of EU Login that breaks off lets people in."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.checks.session._outage import expect_nobody_while
from eulogin_harness.grade.outages import broken_off
from eulogin_harness.grade.trial import Trial


@check(
    "session.broken-answer-believed",
    title="Half an answer of EU Login signs somebody in",
    done="Somebody signs in while EU Login's answer to the question who it is breaks off in the middle.",
    expected="It signs nobody in: what is missing may be what matters, such as the level or the end of a name.",
    why="Whoever can cut the connection decides which part of the answer counts.",
    source="CWE-636, not failing securely; RFC 9112, 8: an answer shorter than its `Content-Length` is incomplete",
    weight=Weight.CRITICAL,
    remedy="fail-closed",
)
def broken_answer_believed(trial: Trial) -> None:
    expect_nobody_while(trial, broken_off, "an answer of EU Login that broke off")
