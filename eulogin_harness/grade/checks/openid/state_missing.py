"""Whether an answer without state is taken."""

from eulogin_harness.grade.authorization import answer_of, begin, bring, check_right_answer
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import requested
from eulogin_harness.grade.tokens import without
from eulogin_harness.grade.trial import Trial


@check(
    "openid.state-missing",
    title="An answer without `state` is taken",
    done="The application sent a `state`; the browser comes back with a code and without `state`.",
    expected="It demands the `state` that it sent for this browser.",
    why=(
        "An attacker has a victim's browser bring what the victim never asked for (login CSRF), unless "
        "nonce or PKCE prevent it."
    ),
    source="RFC 6749, 10.12; OpenID Connect Core 1.0, 3.1.2.7",
    weight=Weight.LOW,
    remedy="state-nonce-pkce",
)
def state_missing(trial: Trial) -> None:
    requested(trial, "state", "it sends no state; nonce or PKCE alone bind its sign-ins to browsers")
    check_right_answer(trial)
    user, visitor = trial.user(), trial.visitor()
    parameters = begin(visitor)
    fields = answer_of(trial, user, parameters)
    trial.expect_nobody(bring(visitor, parameters, without(fields, "state")), "an answer without state")
