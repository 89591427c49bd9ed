"""Whether a sign-in is taken that is weaker than demanded."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_claims_refused, requested
from eulogin_harness.grade.outcomes import NotApplicable
from eulogin_harness.grade.trial import Trial
from mock_idp.oidc.acr import ACR


@check(
    "openid.level-too-low",
    title="A weaker sign-in is taken than was demanded",
    done=(
        "The application demanded a level by `acr_values`; the token endpoint's ID token, rightly signed,"
        " has a lower `acr`."
    ),
    expected="It reads `acr`, and signs nobody in where that is below what it demands.",
    why=(
        "`acr_values` goes through the browser: whoever knows a password strikes it out, and gets in "
        "without the second factor."
    ),
    source="OpenID Connect Core 1.0, 3.1.2.1 and 3.1.3.7, 12: `acr_values` is a wish, `acr` the answer",
    weight=Weight.HIGH,
    remedy="demand-the-level",
)
def level_too_low(trial: Trial) -> None:
    values = requested(trial, "acr_values", "it demands no level (acr_values)").split()
    lower = next((acr for acr in ACR.values() if acr not in values), None)
    if lower != ACR["BASIC"]:
        raise NotApplicable("it demands no more than the lowest level")
    expect_claims_refused(trial, lambda claims: claims | {"acr": lower}, "a sign-in of level BASIC")
