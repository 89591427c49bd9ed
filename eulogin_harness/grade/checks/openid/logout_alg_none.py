"""Whether a message of back-channel logout without signature is believed."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.logout_tokens import TYPE, expect_ignored
from eulogin_harness.grade.tokens import Claims, unsigned
from eulogin_harness.grade.trial import Trial


@check(
    "openid.logout-alg-none",
    title="A message of sign-out without signature is believed",
    done="The application gets a logout token for a session with `alg` `none` and without signature.",
    expected="It takes the algorithm that it was registered with (PS512 by default), and ends nothing.",
    why="Whoever writes such messages signs everybody out, again and again.",
    source="OpenID Connect Back-Channel Logout 1.0, 2.6: a logout token with `alg` `none` must not be taken",
    weight=Weight.MEDIUM,
    remedy="back-channel-logout",
)
def logout_alg_none(trial: Trial) -> None:
    def make(claims: Claims) -> str:
        return unsigned({"typ": TYPE}, claims)

    expect_ignored(trial, make, "a logout token with alg none")
