"""Whether an answer is believed that names two users."""

from eulogin_harness.grade.cas_answers import with_users
from eulogin_harness.grade.cas_visits import expect_refusal
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.answer-two-users",
    title="An answer with two users signs one of them in",
    done="EU Login's answer about a ticket has two elements `user`.",
    expected="It takes an answer with exactly one user, and signs nobody in.",
    why=(
        "One part of the application may check the one, and another open the account of the other. EU Login "
        "answers so only where something is broken, or where somebody has found a way to write into its answer."
    ),
    source="CAS protocol 3.0, appendix A; facts of EU Login, section 17: user comes once",
    weight=Weight.LOW,
    remedy="read-the-answer",
)
def answer_two_users(trial: Trial) -> None:
    expect_refusal(
        trial, with_users("<cas:user>n00another</cas:user><cas:user>{uid}</cas:user>"), "an answer with two users"
    )
