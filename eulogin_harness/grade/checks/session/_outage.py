"""What the checks of an EU Login that fails have in common."""

from eulogin_harness.grade.outcomes import NotDone
from eulogin_harness.grade.stand_in import Change
from eulogin_harness.grade.trial import Trial


def expect_nobody_while(trial: Trial, outage: Change, happened: str) -> None:
    """Sign in while EU Login fails; raises Unsound where that signs somebody in. happened: in words."""
    trial.change(trial.confirming, outage)
    seen = trial.visitor(trial.user()).sign_in()
    check_was_called(trial)
    trial.expect_nobody(seen, happened)


def check_was_called(trial: Trial) -> None:
    """Raises NotDone where the application did not ask EU Login at all."""
    if not trial.stand_in.calls_of(trial.confirming):
        raise NotDone("expected the application to ask EU Login who signed in; it asked nothing")
