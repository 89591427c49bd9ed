"""Whether an ID token is taken that was issued to another application."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_claims_refused
from eulogin_harness.grade.trial import Trial


@check(
    "openid.authorized-party",
    title="An ID token is taken that was issued to another application",
    done=(
        "The token endpoint's ID token, rightly signed, has two values of `aud`, its own and another; "
        "`azp` is the other one."
    ),
    expected=(
        "It takes no ID token with audiences that it does not trust, and compares `azp` with its own `client_id`."
    ),
    why="The other application holds that token, and can use it here.",
    source="OpenID Connect Core 1.0, 3.1.3.7, 3 to 5",
    weight=Weight.LOW,
    remedy="verify-the-id-token",
)
def authorized_party(trial: Trial) -> None:
    expect_claims_refused(
        trial,
        lambda claims: claims | {"aud": [claims["aud"], "another-client"], "azp": "another-client"},
        "an ID token whose azp is another client",
    )
