"""Whether a message of back-channel logout to another application is believed."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.logout_tokens import expect_ignored, logout_token
from eulogin_harness.grade.tokens import Claims
from eulogin_harness.grade.trial import Trial


@check(
    "openid.logout-audience",
    title="A message of sign-out to another application is believed",
    done="The application gets a logout token, rightly signed, with the `aud` of another client.",
    expected="It takes logout tokens only whose `aud` holds its own `client_id`.",
    why=("Whoever runs another application behind EU Login gets logout tokens, and signs people out here with them."),
    source="OpenID Connect Back-Channel Logout 1.0, 2.6",
    weight=Weight.LOW,
    remedy="back-channel-logout",
)
def logout_audience(trial: Trial) -> None:
    def make(claims: Claims) -> str:
        return logout_token(trial, claims | {"aud": "another-client"})

    expect_ignored(trial, make, "a logout token for another client")
