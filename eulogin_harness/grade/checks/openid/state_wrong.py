"""Whether an answer with another state is taken."""

from eulogin_harness.grade.authorization import answer_of, begin, bring, check_right_answer
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import requested
from eulogin_harness.grade.trial import Trial


@check(
    "openid.state-wrong",
    title="An answer with another `state` is taken",
    done="The browser comes back with a code and with another `state` than the application sent.",
    expected="It compares `state` with the one that it sent for this browser.",
    why=(
        "An attacker has a victim's browser bring what the victim never asked for (login CSRF), unless "
        "nonce or PKCE prevent it."
    ),
    source="RFC 6749, 10.12; OpenID Connect Core 1.0, 3.1.2.7",
    weight=Weight.LOW,
    remedy="state-nonce-pkce",
)
def state_wrong(trial: Trial) -> None:
    requested(trial, "state", "it sends no state; nonce or PKCE alone bind its sign-ins to browsers")
    check_right_answer(trial)
    user, visitor = trial.user(), trial.visitor()
    parameters = begin(visitor)
    fields = answer_of(trial, user, parameters)
    trial.expect_nobody(
        bring(visitor, parameters, fields | {"state": "of-another-sign-in"}), "an answer with another state"
    )
