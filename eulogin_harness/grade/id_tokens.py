"""Whether an application takes ID tokens that are wrong."""

from typing import TYPE_CHECKING

from eulogin_harness.grade.outcomes import NotApplicable, NotDone
from eulogin_harness.grade.stand_in import TOKEN, Change
from eulogin_harness.grade.tokens import Edit, edited

if TYPE_CHECKING:
    from eulogin_harness.grade.trial import Trial


def expect_refused(trial: "Trial", change: Change, after: str) -> None:
    """Raises Unsound where somebody is signed in by answers of the token endpoint that were changed.

    after: what was done, such as "an ID token with alg none". Raises NotDone where nobody is signed in by right ones.
    """
    user = trial.user()
    trial.signed_in(user)
    trial.change(TOKEN, change)
    before = len(trial.stand_in.calls_of(TOKEN))
    seen = trial.visitor(user).sign_in()
    if len(trial.stand_in.calls_of(TOKEN)) == before:
        raise NotDone(f"expected the application to redeem a code; it asked for no token, and shows: {seen}")
    trial.expect_nobody(seen, after)


def expect_claims_refused(trial: "Trial", edit: Edit, after: str) -> None:
    """Raises Unsound where somebody is signed in by an ID token whose claims were changed, rightly signed."""
    expect_refused(trial, edited(trial.world, edit), after)


def requested(trial: "Trial", name: str, reason: str) -> str:
    """A parameter that the application sends to EU Login. Raises NotApplicable with the reason where it does not."""
    value = trial.application.requested(name)
    if not value:
        raise NotApplicable(reason)
    return value
