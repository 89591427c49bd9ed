"""Whether an answer is believed that is a failure and a success."""

from eulogin_harness.grade.cas_answers import as_failure_and_success
from eulogin_harness.grade.cas_visits import expect_refusal
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.answer-failure-and-success",
    title="An answer that is a failure and a success signs somebody in",
    done="EU Login answers the question about a ticket with a failure and, behind it, a success.",
    expected="It takes an answer of exactly one part, and signs nobody in.",
    why=(
        "What one part of the application takes for a failure, another takes for a success. EU Login answers so "
        "only where something is broken, or where somebody has found a way to write into its answer."
    ),
    source="CAS protocol 3.0, appendix A: serviceResponse holds one of them",
    weight=Weight.LOW,
    remedy="read-the-answer",
)
def answer_failure_and_success(trial: Trial) -> None:
    expect_refusal(trial, as_failure_and_success, "a failure with a success behind it")
