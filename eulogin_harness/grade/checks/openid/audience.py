"""Whether an ID token for another application is taken."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_claims_refused
from eulogin_harness.grade.trial import Trial


@check(
    "openid.audience",
    title="An ID token for another application is taken",
    done="The token endpoint's ID token, rightly signed, has the `aud` of another client.",
    expected="It takes ID tokens only whose `aud` holds its own `client_id`.",
    why=(
        "Whoever runs another application behind EU Login holds ID tokens of all who sign in there, and "
        "gets in with them here."
    ),
    source="OpenID Connect Core 1.0, 3.1.3.7, 3",
    weight=Weight.MEDIUM,
    remedy="verify-the-id-token",
)
def audience(trial: Trial) -> None:
    expect_claims_refused(trial, lambda claims: claims | {"aud": "another-client"}, "an ID token for another client")
