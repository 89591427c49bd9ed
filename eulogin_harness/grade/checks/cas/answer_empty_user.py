"""Whether a success without a user is believed."""

from eulogin_harness.grade.cas_answers import with_users
from eulogin_harness.grade.cas_visits import arrive_with, check_arrival
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.answer-empty-user",
    title="A success that names nobody signs somebody in",
    done=(
        "EU Login answers the question about a ticket with a success whose `user` is empty, then with one that has "
        "none."
    ),
    expected="It takes a success for one only where it names a user, and signs nobody in.",
    why=(
        "All whom EU Login does not name share an account, and a comparison with another empty name may make them "
        "somebody."
    ),
    source=(
        "CAS protocol 3.0, appendix A; facts of EU Login, section 17: user always comes, and has 7 characters or more"
    ),
    weight=Weight.HIGH,
    remedy="read-the-answer",
)
def answer_empty_user(trial: Trial) -> None:
    for user, after in (("<cas:user></cas:user>", "a success with an empty user"), ("", "a success without a user")):
        trial.expect_nobody(arrive_with(trial, trial.user(), with_users(user)), after)
    check_arrival(trial)
