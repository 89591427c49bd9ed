"""Whether an answer is taken that another browser asked for (login CSRF)."""

from eulogin_harness.grade.authorization import answer_of, begin, bring, check_right_answer
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "openid.state-of-another-browser",
    title="An answer to somebody else's sign-in signs a browser in",
    done=(
        "An attacker begins a sign-in and gets an answer to it; a victim's browser opens the address with that answer."
    ),
    expected="It knows by a cookie which browser began the sign-in, and refuses the answer in another one.",
    why=(
        "The victim works in the attacker's account without noticing, and leaves there what is meant for the own one."
    ),
    source="RFC 6749, 10.12; RFC 9700, 4.7",
    weight=Weight.MEDIUM,
    remedy="state-nonce-pkce",
)
def state_of_another_browser(trial: Trial) -> None:
    check_right_answer(trial)
    attacker = trial.user()
    parameters = begin(trial.visitor())
    fields = answer_of(trial, attacker, parameters)
    trial.expect_nobody(bring(trial.visitor(), parameters, fields), "an answer that another browser had asked for")
