"""Whether an access token is taken that does not belong to the ID token."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_claims_refused
from eulogin_harness.grade.trial import Trial


@check(
    "openid.access-token-hash",
    title="An access token of another ID token is taken",
    done="The token endpoint's ID token, rightly signed, has the `at_hash` of another access token.",
    expected="Where it uses the access token, it compares its hash with `at_hash`.",
    why="Data that is read with the access token may be about somebody else than who signed in.",
    source="OpenID Connect Core 1.0, 3.1.3.8",
    weight=Weight.LOW,
    remedy="verify-the-id-token",
)
def access_token_hash(trial: Trial) -> None:
    expect_claims_refused(
        trial, lambda claims: claims | {"at_hash": claims["at_hash"][::-1]}, "an ID token with another at_hash"
    )
