"""Whether a message of back-channel logout is believed whose signature is wrong."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.logout_tokens import expect_ignored, logout_token
from eulogin_harness.grade.tokens import Claims
from eulogin_harness.grade.trial import Trial


@check(
    "openid.logout-signature",
    title="A message of sign-out is believed whose signature is wrong",
    done="The application gets a logout token for a session, signed by a key that nobody published.",
    expected="It verifies the signature by EU Login's published key, and ends nothing.",
    why="Whoever writes such messages signs everybody out, again and again.",
    source="OpenID Connect Back-Channel Logout 1.0, 2.6",
    weight=Weight.MEDIUM,
    remedy="back-channel-logout",
)
def logout_signature(trial: Trial) -> None:
    def make(claims: Claims) -> str:
        return logout_token(trial, claims, alien=True)

    expect_ignored(trial, make, "a logout token with a wrong signature")
