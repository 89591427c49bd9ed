"""Whether an ID token with another nonce is taken."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_claims_refused, requested
from eulogin_harness.grade.trial import Trial


@check(
    "openid.nonce-wrong",
    title="An ID token with another nonce is taken",
    done="The token endpoint's ID token, rightly signed, has another nonce than the application sent.",
    expected="It compares the nonce with the one that it sent for this browser.",
    why=("A code of somebody else's sign-in can be slipped into the own one, where PKCE does not prevent it."),
    source="OpenID Connect Core 1.0, 3.1.3.7, 11",
    weight=Weight.MEDIUM,
    remedy="state-nonce-pkce",
)
def nonce_wrong(trial: Trial) -> None:
    requested(trial, "nonce", "it sends no nonce; PKCE alone binds its sign-ins to browsers")
    expect_claims_refused(
        trial, lambda claims: claims | {"nonce": "of-another-sign-in"}, "an ID token with another nonce"
    )
