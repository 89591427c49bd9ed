"""Whether an ID token of another issuer is taken."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_claims_refused
from eulogin_harness.grade.trial import Trial


@check(
    "openid.issuer",
    title="An ID token of another issuer is taken",
    done="The token endpoint's ID token, rightly signed, has another `iss`.",
    expected="It compares `iss` letter by letter with the issuer that it was configured with.",
    why=(
        "Where several providers share keys, or the keys' address is taken from the token, accounts of "
        "one are those of another."
    ),
    source="OpenID Connect Core 1.0, 3.1.3.7, 2",
    weight=Weight.MEDIUM,
    remedy="verify-the-id-token",
)
def issuer(trial: Trial) -> None:
    expect_claims_refused(
        trial, lambda claims: claims | {"iss": "https://issuer.example/cas/oauth2"}, "an ID token of another issuer"
    )
