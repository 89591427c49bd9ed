"""Grades an application: each check in a world of its own, one after the other, in one browser."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from eulogin_harness.grade.application import Application, Description
from eulogin_harness.grade.check import Check, Outcome, Weight
from eulogin_harness.grade.discovery import find
from eulogin_harness.grade.outcomes import NotApplicable, NotDone, Unsound
from eulogin_harness.grade.trial import Trial
from mock_world import Refusal

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from eulogin_harness.grade.stand_in import StandIns
    from mock_world import World
    from mock_world.worlds import Worlds

GRADES = {Weight.LOW: "B", Weight.MEDIUM: "C", Weight.HIGH: "D", Weight.CRITICAL: "F"}
RULE = (
    "The worst failed check decides: a critical one gives F, one of high weight D (two or more of them E), of medium "
    "weight C, of low weight B; none A. Checks that were not done or are not applicable give nothing."
)
_HIGH_FOR_E = 2


@dataclass(frozen=True)
class Result:
    """What a check came to. saw: what was seen, or why it says nothing. picture: JPEG of the page, where it failed."""

    check: Check
    outcome: Outcome
    saw: str
    seconds: float
    picture: bytes | None = None


@dataclass(frozen=True)
class Grading:
    """An application and what all checks came to."""

    application: Application
    results: tuple[Result, ...]

    @property
    def grade(self) -> str:
        """A to F (RULE)."""
        return grade_of([result.check.weight for result in self.results if result.outcome == "failed"])


def grade_of(failed: Sequence[Weight]) -> str:
    """The grade that failed checks of these weights give."""
    for weight in (Weight.CRITICAL, Weight.HIGH, Weight.MEDIUM, Weight.LOW):
        if weight in failed:
            return "E" if weight is Weight.HIGH and failed.count(weight) >= _HIGH_FOR_E else GRADES[weight]
    return "A"


class Grader:
    """Grades applications of one world. worlds, stand_ins: of the mock that they use; world: what they are configured
    with. browser: of Playwright, in this thread. limit: seconds for each check.
    """

    def __init__(
        self, worlds: "Worlds", world: "World", stand_ins: "StandIns", browser: "Browser", limit: float = 20.0
    ) -> None:
        self._worlds = worlds
        self._world = worlds.copy(world)
        self._stand_ins = stand_ins
        self._browser = browser
        self._limit = limit

    def find(self, description: Description) -> Application:
        """What the application is. Raises NotDone."""
        with self._stand_ins.in_place_of(self._world, self._worlds) as stand_in:
            return find(description, stand_in, self._browser)

    def grade(
        self, application: Application, checks: Iterable[Check], done: Callable[[Result], None] = lambda _: None
    ) -> Grading:
        """Do checks of the application's protocol. done: called with each result as it comes."""
        results = []
        for check in checks:
            if application.protocol in check.protocols:
                results.append(self.try_one(application, check))
                done(results[-1])
        return Grading(application, tuple(results))

    def try_one(self, application: Application, check: Check) -> Result:
        """Do one check."""
        begun = time.monotonic()
        picture = None
        outcome: Outcome
        with self._stand_ins.in_place_of(self._world, self._worlds) as stand_in:
            trial = Trial(application, stand_in, self._browser, self._limit)
            try:
                check.run(trial)
                outcome, saw = "passed", check.expected
            except Unsound as error:
                outcome, saw, picture = "failed", str(error), _picture(trial)
            except NotApplicable as error:
                outcome, saw = "not applicable", str(error)
            except (NotDone, Refusal, Error) as error:
                outcome, saw = "not done", str(error)
            finally:
                trial.close()
        return Result(check, outcome, saw, time.monotonic() - begun, picture)

    def close(self) -> None:
        """Forget the copy of the world."""
        self._world.close()


def _picture(trial: Trial) -> bytes | None:
    """What the last browser shows, where it shows anything."""
    try:
        return trial.visitors[-1].picture() if trial.visitors else None
    except Error:
        return None
