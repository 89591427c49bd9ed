"""Whether a message of back-channel logout of another issuer is believed."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.logout_tokens import expect_ignored, logout_token
from eulogin_harness.grade.tokens import Claims
from eulogin_harness.grade.trial import Trial


@check(
    "openid.logout-issuer",
    title="A message of sign-out of another issuer is believed",
    done="The application gets a logout token, rightly signed, with another `iss`.",
    expected="It compares `iss` letter by letter with the issuer that it was configured with.",
    why="Where several providers share keys, one ends sessions of another.",
    source="OpenID Connect Back-Channel Logout 1.0, 2.6",
    weight=Weight.LOW,
    remedy="back-channel-logout",
)
def logout_issuer(trial: Trial) -> None:
    def make(claims: Claims) -> str:
        return logout_token(trial, claims | {"iss": "https://issuer.example/cas/oauth2"})

    expect_ignored(trial, make, "a logout token of another issuer")
