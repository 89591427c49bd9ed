"""Whether a session goes on although EU Login says that it has ended."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import NotApplicable
from eulogin_harness.grade.sign_out_messages import is_notified, notify
from eulogin_harness.grade.trial import Trial


@check(
    "cas.sign-out-message-ignored",
    title="It asks for sign-out messages and ignores them",
    done="Somebody signs in, and EU Login sends the message that the session there has ended, as its validation asked.",
    expected="It ends the session of the ticket that the message names.",
    why="Who signs out of EU Login stays signed in here: on a shared computer for the next one.",
    source="CAS protocol 3.0, 2.3.3; EU Login, facts 21: sent where the validation had `singleSignOut=true`",
    weight=Weight.MEDIUM,
    remedy="sign-out-messages",
)
def sign_out_message_ignored(trial: Trial) -> None:
    user = trial.user()
    visitor = trial.signed_in(user)
    ticket = trial.used_ticket(visitor)
    if not is_notified(trial, ticket):
        raise NotApplicable("its validation has no `singleSignOut=true`, so that EU Login sends it no message")
    notify(trial, user, ticket)
    trial.expect_nobody(visitor.look(), "EU Login's message that the session has ended")
