"""Whether two sign-ins have the same PKCE challenge."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import NotApplicable, Unsound
from eulogin_harness.grade.trial import Trial


@check(
    "openid.pkce-constant",
    title="Two sign-ins have the same PKCE challenge",
    done="Two browsers begin a sign-in, and the values of `code_challenge` are compared.",
    expected="Each sign-in has a random verifier of its own.",
    why="A code of somebody else's sign-in can be slipped into the own one: the verifier fits all.",
    source="RFC 7636, 4.1; RFC 9700, 2.1.1",
    weight=Weight.MEDIUM,
    remedy="state-nonce-pkce",
)
def pkce_constant(trial: Trial) -> None:
    first, second = (trial.visitor().begin().get("code_challenge") for _ in range(2))
    if not first or not second:
        raise NotApplicable("it sends no code_challenge (see openid.pkce-left-out)")
    if first == second:
        raise Unsound("two sign-ins of two browsers had the same code_challenge")
