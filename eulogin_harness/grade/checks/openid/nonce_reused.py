"""Whether two sign-ins have the same nonce."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import NotApplicable, Unsound
from eulogin_harness.grade.trial import Trial


@check(
    "openid.nonce-reused",
    title="Two sign-ins have the same nonce",
    done="Two browsers begin a sign-in, and their nonces are compared.",
    expected="Each sign-in has a random nonce of its own.",
    why="A nonce that does not change binds no ID token to a sign-in.",
    source="OpenID Connect Core 1.0, 15.5.2",
    weight=Weight.MEDIUM,
    remedy="state-nonce-pkce",
)
def nonce_reused(trial: Trial) -> None:
    first, second = (trial.visitor().begin().get("nonce") for _ in range(2))
    if not first or not second:
        raise NotApplicable("it sends no nonce; PKCE alone binds its sign-ins to browsers")
    if first == second:
        raise Unsound("two sign-ins of two browsers had the same nonce")
