"""Whether a sign-out message by GET ends a session."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.sign_out_messages import FIELD, expect_still_signed_in, message, service_of
from eulogin_harness.grade.trial import Trial
from mock_world.addresses import with_query


@check(
    "cas.sign-out-by-get",
    title="A sign-out message is taken by GET",
    done="Somebody signs in; then the message comes in the address of a GET.",
    expected="It takes the message by POST alone, as EU Login sends it.",
    why="Any page can let a browser of the internal network ask for an address, such as by a picture.",
    source="CAS protocol 3.0, 2.3.3: the message is sent by HTTP POST; RFC 9110, 9.2.1: GET is safe",
    weight=Weight.LOW,
    remedy="sign-out-messages",
)
def sign_out_by_get(trial: Trial) -> None:
    user = trial.user()
    visitor = trial.signed_in(user)
    ticket = trial.used_ticket(visitor)
    trial.request(with_query(service_of(trial, ticket), {FIELD: message(trial, user, ticket)}))
    expect_still_signed_in(trial, visitor, user, ticket, "a sign-out message by GET")
