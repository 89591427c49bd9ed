"""Whether an ID token is taken whose signature does not fit."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_refused
from eulogin_harness.grade.tokens import claims_of, replaced, with_old_signature
from eulogin_harness.grade.trial import Trial


@check(
    "openid.signature-changed",
    title="An ID token is taken whose signature does not fit",
    done="The token endpoint's ID token gets other claims, and keeps the signature that it had.",
    expected="It verifies the signature by EU Login's published key, and signs nobody in.",
    why=(
        "Whoever gets between the application and EU Login is signed in as anybody. OpenID Connect lets a"
        " client rely on the certificate of the token endpoint alone; then this is the one thing between "
        "an attacker and every account."
    ),
    source="OpenID Connect Core 1.0, 3.1.3.7, 6",
    weight=Weight.MEDIUM,
    remedy="verify-the-id-token",
)
def signature_changed(trial: Trial) -> None:
    def change(token: str) -> str:
        claims = claims_of(token)
        return with_old_signature(token, claims | {"auth_time": claims["iat"], "changed": True})

    expect_refused(trial, replaced(change), "an ID token with changed claims and the old signature")
