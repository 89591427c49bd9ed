"""Whether blanks around a user are taken away."""

from eulogin_harness.grade.cas_answers import with_user
from eulogin_harness.grade.cas_visits import expect_refusal
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.answer-blanks",
    title="Blanks around the user are taken away",
    done="EU Login's answer about a ticket has blanks and line breaks around the user.",
    expected="It takes the user as it stands; a user with blanks is none of EU Login's, and nobody is signed in.",
    why=(
        "Two users for EU Login become one for the application: where one of them can be registered, it gets the "
        "other's account."
    ),
    source="CWE-180, validate before canonicalize; facts of EU Login, section 17: shapes of the user",
    weight=Weight.LOW,
    remedy="read-the-answer",
)
def answer_blanks(trial: Trial) -> None:
    expect_refusal(trial, with_user("\n  {uid} \n"), "a user with blanks around")
