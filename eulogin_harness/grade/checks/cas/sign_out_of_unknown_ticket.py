"""Whether a sign-out message without a known ticket ends a session."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.sign_out_messages import FIELD, expect_still_signed_in, message, service_of
from eulogin_harness.grade.trial import Trial


@check(
    "cas.sign-out-of-unknown-ticket",
    title="A sign-out message with an unknown ticket ends a session",
    done="Somebody signs in; then a message comes with the right user, and a ticket that was never issued.",
    expected="It ends the session of the ticket that the message names, and none where it knows no such ticket.",
    why="Anybody who knows a unique identifier can sign its owner out, again and again.",
    source="CAS protocol 3.0, 2.3.3.2: the session is the one of the service ticket in the message",
    weight=Weight.MEDIUM,
    remedy="sign-out-messages",
)
def sign_out_of_unknown_ticket(trial: Trial) -> None:
    user = trial.user()
    visitor = trial.signed_in(user)
    ticket = trial.used_ticket(visitor)
    unknown = f"{ticket[:-12]}{'x' * 12}"
    trial.request(service_of(trial, ticket), method="POST", data={FIELD: message(trial, user, unknown)})
    expect_still_signed_in(trial, visitor, user, ticket, "a sign-out message with an unknown ticket")
