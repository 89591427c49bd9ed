"""Whether a message of back-channel logout works twice."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.logout_tokens import NO_EFFECT, logout_claims, logout_token, send
from eulogin_harness.grade.outcomes import NotApplicable, Unsound
from eulogin_harness.grade.trial import Trial


@check(
    "openid.logout-replayed",
    title="A message of sign-out works twice",
    done=("The application gets a right logout token; its user signs in again, and the same token comes once more."),
    expected="It remembers `jti` for as long as the token lives, and ends nothing by it again.",
    why="Whoever got hold of one message signs that user out for as long as it lives.",
    source="OpenID Connect Back-Channel Logout 1.0, 2.6, optional there",
    weight=Weight.LOW,
    remedy="back-channel-logout",
)
def logout_replayed(trial: Trial) -> None:
    user = trial.user()
    visitor = trial.signed_in(user)
    token = logout_token(trial, logout_claims(trial, user))
    send(trial, token)
    if visitor.look().signed_in:
        raise NotApplicable(NO_EFFECT)
    trial.check_signed_in(visitor.sign_in(), user)
    send(trial, token)
    seen = visitor.look()
    if not seen.signed_in:
        raise Unsound(f"after a logout token that had been used: {seen}; the session was ended")
