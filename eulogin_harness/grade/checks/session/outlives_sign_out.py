"""Whether a session goes on after its user signed out of the application."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "session.outlives-sign-out",
    title="A session goes on after the sign-out",
    done="Somebody signs in and out; another browser then uses the cookies that the sign-out took away.",
    expected="The server ends the session, so that its old cookie is nobody's.",
    why="Whoever copied the cookie, on a shared computer or by a script, stays signed in although the user left.",
    source="CWE-613, insufficient session expiration",
    weight=Weight.MEDIUM,
    remedy="end-sessions",
)
def outlives_sign_out(trial: Trial) -> None:
    visitor = trial.signed_in()
    before = visitor.cookies()
    visitor.sign_out()
    still = {(cookie["name"], cookie["value"]) for cookie in visitor.cookies()}
    other = trial.visitor()
    other.take_cookies([cookie for cookie in before if (cookie["name"], cookie["value"]) not in still])
    trial.expect_nobody(other.look(), "the sign-out, with the cookies that it took away")
