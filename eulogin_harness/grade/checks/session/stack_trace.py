"""Whether an error of EU Login shows the insides of the application."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.checks.session._outage import check_was_called
from eulogin_harness.grade.outages import OUTAGES
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.stack_traces import stack_trace_in
from eulogin_harness.grade.trial import Trial


@check(
    "session.stack-trace",
    title="A page shows a stack trace when EU Login fails",
    done="Somebody signs in while EU Login answers `503`, `502` with a page, half an answer, and nothing.",
    expected="A page says in plain words that the sign-in did not work.",
    why="A stack trace shows versions, paths, and at times values such as tickets or passwords to whoever provokes it.",
    source="CWE-209, error message with sensitive information",
    weight=Weight.MEDIUM,
    remedy="fail-closed",
)
def stack_trace(trial: Trial) -> None:
    visitor = trial.visitor(trial.user())
    for happened, outage in OUTAGES.items():
        trial.change(trial.confirming, outage)
        seen = visitor.arrive()
        line = stack_trace_in(visitor.page.content())
        if line:
            raise Unsound(f"after {happened} of EU Login, {seen.address.partition('?')[0]} shows: {line}")
    check_was_called(trial)
