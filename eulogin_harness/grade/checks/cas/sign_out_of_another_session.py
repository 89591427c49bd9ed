"""Whether a sign-out message ends the session of somebody else."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.sign_out_messages import expect_still_signed_in, notify
from eulogin_harness.grade.trial import Trial


@check(
    "cas.sign-out-of-another-session",
    title="A sign-out message ends the session of somebody else",
    done="Two people sign in; then a message comes for the ticket of one of them.",
    expected="It ends the session of that ticket and no other one.",
    why="Everybody who signs out signs others out too.",
    source="CAS protocol 3.0, 2.3.3.2: the session is the one of the service ticket in the message",
    weight=Weight.MEDIUM,
    remedy="sign-out-messages",
)
def sign_out_of_another_session(trial: Trial) -> None:
    user = trial.user()
    visitor = trial.signed_in(user)
    ticket = trial.used_ticket(visitor)
    other = trial.user()
    notify(trial, other, trial.used_ticket(trial.signed_in(other)))
    expect_still_signed_in(trial, visitor, user, ticket, "the sign-out message of another session")
