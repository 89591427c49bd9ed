"""Whether a code of another sign-in is taken."""

from eulogin_harness.grade.authorization import answer_of, begin, bring, check_right_answer
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "openid.code-injected",
    title="A code of somebody else's sign-in signs an attacker in",
    done=(
        "An attacker begins a sign-in, then a victim does; the attacker comes back with the own `state` "
        "and the victim's code."
    ),
    expected=(
        "It redeems a code with the PKCE verifier and nonce of this browser's sign-in, so that EU Login "
        "refuses another one."
    ),
    why=(
        "Codes stand in addresses: in histories, logs of proxies, `Referer`. Whoever reads one there gets"
        " in as its owner."
    ),
    source="RFC 9700, 4.5; RFC 7636",
    weight=Weight.HIGH,
    remedy="state-nonce-pkce",
)
def code_injected(trial: Trial) -> None:
    check_right_answer(trial)
    attacker = trial.visitor()
    own = begin(attacker)
    victim = trial.user()
    stolen = answer_of(trial, victim, begin(trial.visitor()))["code"]
    fields = answer_of(trial, trial.user(), own) | {"code": stolen}
    trial.expect_nobody(bring(attacker, own, fields), "the code of somebody else's sign-in")
