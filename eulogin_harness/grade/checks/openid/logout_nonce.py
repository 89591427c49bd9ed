"""Whether a message of back-channel logout with a nonce is believed."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.logout_tokens import expect_ignored, logout_token
from eulogin_harness.grade.tokens import Claims
from eulogin_harness.grade.trial import Trial


@check(
    "openid.logout-nonce",
    title="A message of sign-out with a nonce is believed",
    done="The application gets a logout token, rightly signed, with a `nonce` in it.",
    expected="It refuses it: a `nonce` shows that it may be an ID token in disguise.",
    why="Tokens made for one purpose are used for another.",
    source="OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6",
    weight=Weight.LOW,
    remedy="back-channel-logout",
)
def logout_nonce(trial: Trial) -> None:
    def make(claims: Claims) -> str:
        return logout_token(trial, claims | {"nonce": "of-a-sign-in"})

    expect_ignored(trial, make, "a logout token with a nonce")
