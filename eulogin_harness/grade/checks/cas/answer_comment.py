"""Whether a user is read only up to a comment."""

from eulogin_harness.grade.cas_answers import with_user
from eulogin_harness.grade.cas_visits import expect_other_account
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.answer-comment",
    title="A user with a comment inside is read only up to it",
    done=(
        "EU Login's answer about a ticket has a comment in the middle of the user; what stands before it is "
        "another user."
    ),
    expected="It reads the user whole, without the comment, or signs nobody in.",
    why="Somebody whose name begins like that of another gets into the other's account.",
    source="CERT VU#475445, the same mistake in SAML libraries; XML 1.0, 2.5: comments are not part of the text",
    weight=Weight.MEDIUM,
    remedy="read-the-answer",
)
def answer_comment(trial: Trial) -> None:
    victim = trial.user()
    whole, user = f"{victim.uid}more", f"{victim.uid}<!-- -->more"
    expect_other_account(trial, with_user(user), victim, whole, f"the user {user}")
