"""Whether an application waits for EU Login for ever."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.checks.session._outage import check_was_called
from eulogin_harness.grade.outages import Held
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.trial import Trial

PATIENCE = 6.0  # seconds; several libraries give up after 5


@check(
    "session.waits-for-ever",
    title="It does not give up when EU Login is slow",
    done=f"Somebody signs in while EU Login keeps back the answer to the question who it is, for {PATIENCE:g} seconds.",
    expected="It gives up before, and shows a page that says so.",
    why="Each sign-in keeps a worker busy for as long as EU Login is slow: soon the application answers nobody at all.",
    source="CWE-400, uncontrolled resource consumption; a call without a time-out",
    weight=Weight.LOW,
    remedy="fail-closed",
)
def waits_for_ever(trial: Trial) -> None:
    held = Held(PATIENCE)
    trial.change(trial.confirming, held)
    trial.visitor(trial.user()).arrive()
    held.release()
    check_was_called(trial)
    if held.was_awaited:
        raise Unsound(f"it still waited for EU Login after {PATIENCE:g} seconds")
