"""Whether a message of back-channel logout ends the session."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.logout_tokens import logout_claims, logout_token, send
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.trial import Trial


@check(
    "openid.logout-ignored",
    title="Messages of sign-out are ignored",
    done="Somebody signs in; then the application gets a right logout token for that session.",
    expected="It ends the session: its page asks for sign-in again.",
    why=(
        "Who signs out at EU Login, or is signed out there, stays signed in here; the next user of the "
        "computer goes on in that account."
    ),
    source="OpenID Connect Back-Channel Logout 1.0, 2.7",
    weight=Weight.HIGH,
    remedy="back-channel-logout",
)
def logout_ignored(trial: Trial) -> None:
    user = trial.user()
    visitor = trial.signed_in(user)
    response = send(trial, logout_token(trial, logout_claims(trial, user)))
    seen = visitor.look()
    if seen.signed_in:
        raise Unsound(f"after a right logout token, answered by status {response.status_code}: {seen}")
