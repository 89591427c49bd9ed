"""Whether two sign-ins have the same state."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import NotApplicable, Unsound
from eulogin_harness.grade.trial import Trial


@check(
    "openid.state-reused",
    title="Two sign-ins have the same `state`",
    done="Two browsers begin a sign-in, and the values of `state` are compared.",
    expected="Each sign-in has a random `state` of its own.",
    why="A `state` that everybody knows binds no answer to a browser (login CSRF).",
    source="RFC 6749, 10.12",
    weight=Weight.LOW,
    remedy="state-nonce-pkce",
)
def state_reused(trial: Trial) -> None:
    first, second = (trial.visitor().begin().get("state") for _ in range(2))
    if not first or not second:
        raise NotApplicable("it sends no state; nonce or PKCE alone bind its sign-ins to browsers")
    if first == second:
        raise Unsound("two sign-ins of two browsers had the same state")
