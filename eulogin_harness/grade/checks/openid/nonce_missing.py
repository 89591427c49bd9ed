"""Whether an ID token without nonce is taken."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_claims_refused, requested
from eulogin_harness.grade.tokens import without
from eulogin_harness.grade.trial import Trial


@check(
    "openid.nonce-missing",
    title="An ID token without nonce is taken",
    done="The application sent a nonce; the token endpoint's ID token, rightly signed, has none.",
    expected="It demands the nonce that it sent.",
    why=("A code of somebody else's sign-in can be slipped into the own one, where PKCE does not prevent it."),
    source="OpenID Connect Core 1.0, 3.1.3.7, 11",
    weight=Weight.MEDIUM,
    remedy="state-nonce-pkce",
)
def nonce_missing(trial: Trial) -> None:
    requested(trial, "nonce", "it sends no nonce; PKCE alone binds its sign-ins to browsers")
    expect_claims_refused(trial, lambda claims: without(claims, "nonce"), "an ID token without nonce")
