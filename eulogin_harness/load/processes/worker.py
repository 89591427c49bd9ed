"""The people of one process: each asks for a journey, goes on it, and reports what came of it."""

import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING, Any

from locust.runners import WORKER_REPORT_INTERVAL
from requests import RequestException

from eulogin_harness.client import Harness, ProblemError, World
from eulogin_harness.load.journeys import JOURNEYS, Trace
from eulogin_harness.load.plan import Plan
from eulogin_harness.load.relying_party import RelyingParty
from eulogin_harness.load.results import JOURNEY
from eulogin_harness.load.steps import Step, StepFailed, problem_of
from eulogin_harness.load.visitor import Visitor, trusting_session

if TYPE_CHECKING:
    from locust.env import Environment
    from locust.runners import Runner

# Messages between workers and the coordinator.
REQUESTED, ASSIGNED, FINISHED = "journey_requested", "journey_assigned", "journey_finished"
_TURN = 0.1  # seconds between two looks


class Worker:
    """What the people of a process share. The coordinator of other processes has none."""

    def __init__(self, environment: "Environment", runner: "Runner") -> None:
        self._environment = environment
        self._runner = runner
        self._assigned: SimpleQueue[str] = SimpleQueue()
        self._making = Lock()
        self._party: RelyingParty | None = None
        self._is_closed = self._is_stopped = False
        runner.register_message(ASSIGNED, self._take)
        environment.events.test_stopping.add_listener(self._close)

    def new_visitor(self) -> Visitor:
        """Somebody of the world of the plan. Raises what the client raises."""
        plan = plan_of(self._environment)
        world = Harness(plan.url).worlds.get(plan.world)
        return Visitor(plan, world, lambda: self._party_of(world), self._record)

    def next_journey(self) -> str:
        """Ask for a journey, and wait until it is assigned; empty where there is none any more."""
        if not self._is_closed:
            self._runner.send_message(REQUESTED, {})
        while not self._is_closed:
            with suppress(Empty):
                return self._assigned.get(timeout=_TURN)
        return ""

    def go(self, name: str, visitor: Callable[[], Visitor]) -> bool:
        """Go on a journey, and report it. Returns whether it was done.

        What goes wrong in this program is reported, and raised again.
        """
        outcome: dict[str, Any] = {"journey": name}
        try:
            outcome["trace"] = self._trace(name, visitor())
        except StepFailed as error:
            outcome["problem"] = str(error)
        except (ProblemError, RequestException) as error:
            outcome["problem"] = f"{name}: what it needs could not be made: {problem_of(error)}"
        except Exception as error:
            outcome["problem"] = f"{name}: expected it to be told to its end, got {type(error).__name__}: {error}"
            raise
        finally:
            self._runner.send_message(FINISHED, outcome)
        return "trace" in outcome

    def _trace(self, name: str, visitor: Visitor) -> list[Any]:
        """By what the journey is found, for a message."""
        before = visitor.seconds
        try:
            trace = JOURNEYS[name].go(visitor)
        except StepFailed:
            visitor.replace_person()
            raise
        self._record(Step(JOURNEY, name, visitor.seconds - before))
        return [trace.person, trace.correlation_id, list(trace.further)]

    def stop(self) -> None:
        """Let nobody set out any more."""
        self._is_closed = self._is_stopped = True

    def quit_when_stopped(self) -> None:
        """Wait until it is stopped and all have arrived, then end the process."""
        while not self._is_stopped or self._runner.user_count:
            time.sleep(_TURN)
        time.sleep(WORKER_REPORT_INTERVAL)  # so that the last figures are reported
        self._runner.quit()

    def end(self) -> None:
        """Take away what was made for the people."""
        if self._party:
            with suppress(ProblemError, RequestException):
                self._party.close()

    def _close(self, **_: object) -> None:
        self._is_closed = True

    def _take(self, *, msg: Any, **_: object) -> None:
        self._assigned.put(msg.data["journey"])

    def _party_of(self, world: World) -> RelyingParty:
        with self._making:
            if self._party is None:
                self._party = RelyingParty(world, trusting_session())
        return self._party

    def _record(self, step: Step) -> None:
        self._environment.events.request.fire(
            request_type=step.kind,
            name=step.name,
            response_time=step.seconds * 1000,
            response_length=step.size,
            exception=step.problem,
            context={},
        )


def trace_of(outcome: dict[str, Any]) -> Trace | None:
    """By what the journey of a report is found in the journal; None where it was not done."""
    if "trace" not in outcome:
        return None
    person, correlation_id, further = outcome["trace"]
    return Trace(person, correlation_id, tuple(further))


def plan_of(environment: "Environment") -> Plan:
    """The plan of the run; a worker has it from the coordinator, when its first people come."""
    options = environment.parsed_options
    assert options is not None  # noqa: S101 - Locust's own command line always has them
    return Plan.from_json(options.eulogin_plan)
