"""Whether who has the e-mail address of another gets the account of the other."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.checks.session._address import expect_two_people
from eulogin_harness.grade.trial import Trial


@check(
    "session.email-as-key",
    title="An account belongs to an e-mail address",
    done="Somebody signs in; then the e-mail address passes to another account of EU Login, whose owner signs in.",
    expected="It takes them for two people: an account belongs to the unique identifier, and addresses change hands.",
    why="Whoever gets the address of a ward, or of somebody who left, gets the account of who had it before.",
    source="OpenID Connect Core 1.0, 5.7: only `sub` and `iss` together identify an end user; for CAS, `user`",
    weight=Weight.CRITICAL,
    remedy="unique-identifier",
)
def email_as_key(trial: Trial) -> None:
    address = "mailbox@hospital.example"
    first = trial.user(uid="n00qmailboxz", email=address)
    second = trial.user(uid="n00qothermailboxz")
    expect_two_people(trial, first, second, address, "the address that the other had")
