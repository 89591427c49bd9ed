"""Whether a session keeps its cookie over the sign-in."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import NotApplicable
from eulogin_harness.grade.trial import Trial


@check(
    "session.fixed",
    title="The session keeps its cookie over the sign-in",
    done="A browser's cookies are copied before somebody signs in in it; afterwards another browser uses the copy.",
    expected="It gives the session a new cookie when somebody signs in, and the old one is nobody's.",
    why="An attacker who can set a cookie, or read it before the sign-in, is signed in with the victim.",
    source="CWE-384, session fixation",
    weight=Weight.HIGH,
    remedy="renew-the-session",
)
def session_fixed(trial: Trial) -> None:
    user = trial.user()
    visitor = trial.visitor(user)
    visitor.begin()
    before = visitor.cookies()
    if not before:
        raise NotApplicable("it gives no cookie before the sign-in")
    trial.check_signed_in(visitor.sign_in(), user)
    other = trial.visitor()
    other.take_cookies(before)
    trial.expect_nobody(other.look(), "the cookies from before somebody's sign-in")
