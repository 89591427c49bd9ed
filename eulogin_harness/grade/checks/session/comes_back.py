"""Whether a session comes back after the sign-out, although the account was disabled."""

from eulogin_harness.documents.people import PersonaChange
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial
from eulogin_harness.personas.changing import change_person


@check(
    "session.comes-back",
    title="A cookie brings the session back after the sign-out",
    done="Somebody signs in and out, the account is disabled at EU Login, and the same browser opens the page again.",
    expected="It asks EU Login again, which lets nobody in by a disabled account.",
    why="A cookie that remembers its user goes round EU Login: a lost account or a shared browser stays open.",
    source="CWE-613, insufficient session expiration; EU Login, facts 21: signing out and in again asks EU Login anew",
    weight=Weight.HIGH,
    remedy="end-sessions",
)
def comes_back(trial: Trial) -> None:
    user = trial.user()
    visitor = trial.signed_in(user)
    visitor.sign_out()
    change_person(trial.world, user.row, PersonaChange(disabled=True))
    trial.expect_nobody(visitor.look(), "the sign-out, and with the account disabled at EU Login")
