"""Whether e-mail addresses that differ in capitals are taken for one."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.checks.session._address import expect_two_people
from eulogin_harness.grade.trial import Trial


@check(
    "session.email-case",
    title="E-mail addresses that differ in case belong to one account",
    done="Somebody signs in; then the owner of another account of EU Login does, whose e-mail address differs in "
    "capitals only.",
    expected="It takes them for two people: an account belongs to the unique identifier.",
    why="Where a provider of mail tells them apart, the owner of the one address gets the account of the other.",
    source="OpenID Connect Core 1.0, 5.7: only `sub` and `iss` together identify an end user; for CAS, `user`",
    weight=Weight.HIGH,
    remedy="unique-identifier",
)
def email_case(trial: Trial) -> None:
    address = "ward@hospital.example"
    first = trial.user(uid="n00qwardz", email=address)
    second = trial.user(uid="n00qotherwardz")
    expect_two_people(trial, first, second, address.swapcase(), "the address of the other in capitals")
