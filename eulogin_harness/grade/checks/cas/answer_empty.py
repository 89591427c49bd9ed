"""Whether an empty answer is believed."""

from eulogin_harness.grade.cas_visits import expect_refusal
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.answer-empty",
    title="An empty answer signs somebody in",
    done="EU Login answers the question about a ticket with status 200 and nothing else.",
    expected="It signs nobody in.",
    why="An interruption between the application and EU Login opens the application.",
    source="CAS protocol 3.0, 2.5.2; CWE-636, not failing securely",
    weight=Weight.CRITICAL,
    remedy="read-the-answer",
)
def answer_empty(trial: Trial) -> None:
    expect_refusal(trial, lambda answer: answer.with_text(""), "an empty answer", xml=False)
