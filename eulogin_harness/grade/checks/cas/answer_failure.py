"""Whether a failure is believed that names somebody."""

from eulogin_harness.grade.cas_answers import as_failure
from eulogin_harness.grade.cas_visits import expect_refusal
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.answer-failure",
    title="A failure that names a user counts as a success",
    done=(
        "EU Login answers the question about a ticket with status 200 and a failure, in which all stands that a "
        "success holds."
    ),
    expected="It looks for authenticationSuccess, reads the user there, and signs nobody in.",
    why="Where any user in the answer will do, a ticket that EU Login refuses can let somebody in.",
    source="CAS protocol 3.0, 2.5.2 and appendix A; facts of EU Login, section 18: a failure has status 200",
    weight=Weight.HIGH,
    remedy="read-the-answer",
)
def answer_failure(trial: Trial) -> None:
    expect_refusal(trial, as_failure, "a failure that named a user")
