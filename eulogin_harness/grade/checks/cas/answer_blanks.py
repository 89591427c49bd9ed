"""Whether blanks around a user are taken away."""

from eulogin_harness.grade.cas_answers import with_user
from eulogin_harness.grade.cas_visits import arrive_with, check_arrival
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import NotApplicable
from eulogin_harness.grade.trial import Trial

_BEFORE = "\n  "


@check(
    "cas.answer-blanks",
    title="Blanks around the user are taken away",
    done="EU Login's answer about a ticket has blanks and line breaks around the user.",
    expected=(
        "It takes the user as it stands, for somebody else; or signs nobody in, since a user with blanks is none of EU "
        "Login's."
    ),
    why=(
        "Two users for EU Login become one for the application: where one of them can be registered, it gets the "
        "other's account."
    ),
    source="CWE-180, validate before canonicalize; facts of EU Login, section 17: shapes of the user",
    weight=Weight.LOW,
    remedy="read-the-answer",
)
def answer_blanks(trial: Trial) -> None:
    if "uid" not in trial.application.marks:
        raise NotApplicable("it does not show the user's identifier, by which one sees whether blanks stay")
    user = trial.user()
    seen = arrive_with(trial, user, with_user(f"{_BEFORE}{{uid}} \n"))
    if f"{_BEFORE}{user.uid}" not in trial.visitors[-1].page.content():
        trial.expect_nobody(seen, "a user with blanks around")
    check_arrival(trial)
