"""Whether a code is taken that comes with an error."""

from eulogin_harness.grade.authorization import answer_of, begin, bring, check_right_answer
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "openid.error-with-code",
    title="A refusal is taken for a sign-in",
    done="The browser comes back with `error=access_denied`, and with a code beside it.",
    expected="Where there is an `error`, it signs nobody in, whatever else is there.",
    why="What EU Login or the user refused happens nevertheless.",
    source="RFC 6749, 4.1.2.1; OpenID Connect Core 1.0, 3.1.2.6",
    weight=Weight.LOW,
    remedy="fail-closed",
)
def error_with_code(trial: Trial) -> None:
    check_right_answer(trial)
    user, visitor = trial.user(), trial.visitor()
    parameters = begin(visitor)
    fields = answer_of(trial, user, parameters)
    trial.expect_nobody(
        bring(visitor, parameters, fields | {"error": "access_denied"}), "an answer with error=access_denied and a code"
    )
