"""Whether a sign-out message in a field of another name ends a session."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.sign_out_messages import expect_still_signed_in, message, service_of
from eulogin_harness.grade.trial import Trial


@check(
    "cas.sign-out-in-wrong-field",
    title="A sign-out message is taken from any field",
    done="Somebody signs in; then the message comes in fields of other names, and as the whole body.",
    expected="It reads the form field `logoutRequest` alone.",
    why="Forms that the application takes for something else can then hold messages that end sessions.",
    source="EU Login, facts 21: the message comes as the form parameter `logoutRequest`",
    weight=Weight.LOW,
    remedy="sign-out-messages",
)
def sign_out_in_wrong_field(trial: Trial) -> None:
    user = trial.user()
    visitor = trial.signed_in(user)
    ticket = trial.used_ticket(visitor)
    text = message(trial, user, ticket)
    fields = dict.fromkeys(("SAMLRequest", "logout_request", "comment"), text)
    trial.request(service_of(trial, ticket), method="POST", data=fields)
    trial.request(service_of(trial, ticket), method="POST", data=text, headers={"Content-Type": "text/xml"})
    expect_still_signed_in(trial, visitor, user, ticket, "a sign-out message in other fields")
