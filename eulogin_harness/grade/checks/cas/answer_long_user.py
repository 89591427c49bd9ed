"""Whether a user is taken that is longer than any."""

from eulogin_harness.grade.cas_answers import with_user
from eulogin_harness.grade.cas_visits import expect_refusal
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.answer-long-user",
    title="A user of 100,000 characters signs somebody in",
    done="EU Login's answer about a ticket has a user that begins as the right one, and has 100,000 characters.",
    expected="It takes no user that is longer than those of EU Login, and signs nobody in.",
    why="A database that cuts the end off makes another user of it; one that does not is filled by it.",
    source=(
        "CWE-1284, improper validation of specified quantity in input; facts of EU Login, section 17: shapes of "
        "the user"
    ),
    weight=Weight.LOW,
    remedy="read-the-answer",
)
def answer_long_user(trial: Trial) -> None:
    expect_refusal(trial, with_user("{uid}" + "x" * 100_000), "a user of 100,000 characters")
