"""Whether a refusal of EU Login sends the browser round and round."""

from urllib.parse import urlsplit

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.checks.session._outage import check_was_called
from eulogin_harness.grade.outages import refused
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.trial import Trial

_TIMES = 3  # once more may be a second attempt


@check(
    "session.loop-on-refusal",
    title="A refusal sends the browser round and round",
    done="Somebody who is signed in at EU Login signs in, and EU Login refuses each ticket or code.",
    expected="It shows a page that says so, with a link to try again.",
    why="Browsers of users who cannot get in ask both servers again and again, and show nothing that helps them.",
    source="CWE-835, loop with unreachable exit condition",
    weight=Weight.LOW,
    remedy="fail-closed",
)
def loop_on_refusal(trial: Trial) -> None:
    trial.change(trial.confirming, refused)
    visitor = trial.visitor(trial.user())
    visitor.arrive()
    check_was_called(trial)
    path = "/cas/login" if trial.application.protocol == "cas" else "/cas/oauth2/authorize"
    times = sum(urlsplit(address).path.endswith(path) for address in visitor.addresses)
    if times >= _TIMES:
        raise Unsound(f"the browser was sent to EU Login {times} times in one sign-in")
