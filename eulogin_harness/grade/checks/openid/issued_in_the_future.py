"""Whether an ID token is taken that was issued in the future."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_claims_refused
from eulogin_harness.grade.trial import Trial


@check(
    "openid.issued-in-the-future",
    title="An ID token of tomorrow is taken",
    done="The token endpoint's ID token, rightly signed, has an `iat` and an `exp` of tomorrow.",
    expected="It refuses what was issued in the future, with some minutes of patience for clocks that differ.",
    why="A token made in advance works until long after its time.",
    source="OpenID Connect Core 1.0, 3.1.3.7, 10: `iat` can be used to refuse tokens issued too far from now",
    weight=Weight.LOW,
    remedy="verify-the-id-token",
)
def issued_in_the_future(trial: Trial) -> None:
    expect_claims_refused(
        trial,
        lambda claims: claims | {"iat": claims["iat"] + 86400, "exp": claims["exp"] + 86400},
        "an ID token issued tomorrow",
    )
