"""Whether a sign-in is taken that is older than max_age."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_claims_refused, requested
from eulogin_harness.grade.trial import Trial

_LATE = 86400  # seconds after max_age


@check(
    "openid.sign-in-too-old",
    title="An older sign-in is taken than was demanded",
    done=(
        "The application demanded by `max_age` how old a sign-in may be; the token endpoint's ID token, "
        "rightly signed, has an `auth_time` long before."
    ),
    expected="It compares `auth_time` with the time now, and asks again where the sign-in is too old.",
    why=(
        "`max_age` goes through the browser: whoever sits down at an open computer strikes it out, and is"
        " not asked again."
    ),
    source="OpenID Connect Core 1.0, 3.1.2.1 and 3.1.3.7, 13",
    weight=Weight.MEDIUM,
    remedy="verify-the-id-token",
)
def sign_in_too_old(trial: Trial) -> None:
    age = requested(trial, "max_age", "it does not demand how old a sign-in may be (max_age)")
    earlier = int(age) + _LATE if age.isdecimal() else _LATE
    expect_claims_refused(
        trial, lambda claims: claims | {"auth_time": claims["iat"] - earlier}, f"a sign-in {earlier} seconds ago"
    )
