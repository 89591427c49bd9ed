"""Whether an ID token is taken that is signed by HS256 with the published key as secret."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_refused
from eulogin_harness.grade.tokens import claims_of, header_of, replaced, signed_with_public_key, without
from eulogin_harness.grade.trial import Trial


@check(
    "openid.alg-hs256",
    title="The public key is taken for a secret",
    done="The token endpoint's ID token is signed by HS256; the secret is EU Login's public key, as PEM.",
    expected="It takes the algorithm that it was registered with (PS512 by default), and no other.",
    why="The public key is public: with it, everybody writes ID tokens that such an application believes.",
    source="RFC 8725, 2.1 and 3.1; CVE-2015-9235",
    weight=Weight.MEDIUM,
    remedy="verify-the-id-token",
)
def alg_hs256(trial: Trial) -> None:
    def change(token: str) -> str:
        return signed_with_public_key(trial.world, header_of(token), without(claims_of(token), "at_hash"))

    expect_refused(trial, replaced(change), "an ID token signed by HS256 with the public key as secret")
