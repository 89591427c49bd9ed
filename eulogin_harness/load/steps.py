"""Steps of a journey: each one is timed and counted, and where it fails a sentence says what was expected."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from requests import RequestException

from eulogin_harness.client import ProblemError


class StepFailed(Exception):  # noqa: N818 - the name says it
    """A step of a journey went wrong; a sentence that is the same for everybody whom it happens to."""


@dataclass
class Step:
    """What came of a step. kind: GET, POST, or API for a call that no browser makes; size in bytes."""

    kind: str
    name: str
    seconds: float = 0.0
    size: int = 0
    problem: StepFailed | None = None


Record = Callable[[Step], None]


@contextmanager
def step(kind: str, name: str, record: Record) -> Iterator[Step]:
    """Time what is done inside, and record it. Raises StepFailed, also for what the network or the mock refuses."""
    current = Step(kind, name)
    begin = time.perf_counter()
    try:
        yield current
    except (StepFailed, ProblemError, RequestException) as error:
        current.problem = StepFailed(f"{name}: {problem_of(error)}")
        raise current.problem from None
    finally:
        current.seconds = time.perf_counter() - begin
        record(current)


def problem_of(error: Exception) -> str:
    """What was expected, and what came, without anything that is one person's own."""
    if isinstance(error, StepFailed):
        return str(error)
    if isinstance(error, ProblemError):
        return f"expected it to be done, got {error.type}: {error.title}"
    return f"expected an answer, got {type(error).__name__}"
