"""Whether PKCE is left out."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.trial import Trial


@check(
    "openid.pkce-left-out",
    title="PKCE is left out",
    done="A browser begins a sign-in.",
    expected="It sends `code_challenge`, with `code_challenge_method=S256`.",
    why=(
        "Whoever reads a code, in a history or a log, can redeem it in the own sign-in. EU Login is said "
        "to demand PKCE."
    ),
    source="RFC 9700, 2.1.1; RFC 7636, 4; EU Login: PKCE with S256 is mandatory (second-hand)",
    weight=Weight.MEDIUM,
    remedy="state-nonce-pkce",
)
def pkce_left_out(trial: Trial) -> None:
    parameters = trial.visitor().begin()
    method = parameters.get("code_challenge_method", "plain")
    if not parameters.get("code_challenge"):
        raise Unsound("the sign-in began without code_challenge")
    if method != "S256":
        raise Unsound(f"the sign-in began with code_challenge_method {method}")
