"""Whether an access token is taken that does not belong to the ID token."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_claims_refused
from eulogin_harness.grade.outcomes import NotApplicable, Unsound
from eulogin_harness.grade.stand_in import USERINFO
from eulogin_harness.grade.tokens import Claims
from eulogin_harness.grade.trial import Trial
from mock_idp.common.settings import OIDC_USERINFO


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
    trial.world.settings.change({OIDC_USERINFO.name: True})
    try:
        expect_claims_refused(trial, _with_other_hash, "an ID token with another at_hash")
    except Unsound:
        if trial.stand_in.calls_of(USERINFO):
            raise
        raise NotApplicable("it does not use the access token, as far as EU Login sees") from None


def _with_other_hash(claims: Claims) -> Claims:
    return claims | {"at_hash": claims["at_hash"][::-1]}
