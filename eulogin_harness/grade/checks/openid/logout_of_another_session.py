"""Whether the end of one session ends others."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.logout_tokens import NO_EFFECT, logout_claims, logout_token, send
from eulogin_harness.grade.outcomes import NotApplicable, Unsound
from eulogin_harness.grade.trial import Trial


@check(
    "openid.logout-of-another-session",
    title="A message of sign-out ends sessions of others",
    done=("Two people sign in; then the application gets a right logout token for the session of one of them."),
    expected="It ends that session, by `sid` or `sub`, and no other.",
    why="With each sign-out at EU Login, everybody loses what they were writing.",
    source="OpenID Connect Back-Channel Logout 1.0, 2.7",
    weight=Weight.MEDIUM,
    remedy="back-channel-logout",
)
def logout_of_another_session(trial: Trial) -> None:
    user = trial.user()
    bystander, visitor = trial.signed_in(), trial.signed_in(user)
    send(trial, logout_token(trial, logout_claims(trial, user)))
    if visitor.look().signed_in:
        raise NotApplicable(NO_EFFECT)
    seen = bystander.look()
    if not seen.signed_in:
        raise Unsound(f"after a logout token for the session of somebody else: {seen}; the session was ended")
