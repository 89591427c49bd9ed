"""Whether the answer of another issuer is taken (mix-up)."""

from eulogin_harness.grade.authorization import answer_of, begin, bring, check_right_answer
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "openid.answer-of-another-issuer",
    title="The answer of another issuer is taken",
    done="The browser comes back with a code, and `iss` says that another issuer answers.",
    expected=("It compares `iss` with EU Login's issuer, which announces in its discovery document that it sends it."),
    why=(
        "An application with several providers sends one provider's code to another one (mix-up). With EU"
        " Login alone, it matters when a second one comes."
    ),
    source="RFC 9207, 2.4; RFC 9700, 4.4",
    weight=Weight.LOW,
    remedy="state-nonce-pkce",
)
def answer_of_another_issuer(trial: Trial) -> None:
    check_right_answer(trial)
    user, visitor = trial.user(), trial.visitor()
    parameters = begin(visitor)
    fields = answer_of(trial, user, parameters)
    trial.expect_nobody(
        bring(visitor, parameters, fields | {"iss": "https://issuer.example/cas/oauth2"}),
        "an answer whose iss is another issuer",
    )
