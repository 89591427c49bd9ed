"""Whether an expired ID token is taken."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_claims_refused
from eulogin_harness.grade.trial import Trial


@check(
    "openid.expired",
    title="An expired ID token is taken",
    done="The token endpoint's ID token, rightly signed, expired a day ago.",
    expected="It refuses an ID token after `exp`, with some minutes of patience for clocks that differ.",
    why="Old tokens, from logs or backups, open the application for ever.",
    source="OpenID Connect Core 1.0, 3.1.3.7, 9",
    weight=Weight.MEDIUM,
    remedy="verify-the-id-token",
)
def expired(trial: Trial) -> None:
    expect_claims_refused(
        trial,
        lambda claims: claims | {"iat": claims["iat"] - 86400, "exp": claims["exp"] - 86400},
        "an ID token that expired a day ago",
    )
