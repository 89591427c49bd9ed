"""Grades an application: each check in a world of its own, one after the other, in one browser."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eulogin_harness.grade.application import Application, Description
from eulogin_harness.grade.check import Check, Outcome, Weight
from eulogin_harness.grade.discovery import find
from eulogin_harness.grade.outcomes import NotApplicable, NotDone, Unsound
from eulogin_harness.grade.trial import Trial
from eulogin_harness.journey.exporting import as_text
from eulogin_harness.journey.sign_ins import sign_in_of
from eulogin_harness.journey.steps import steps_of
from mock_idp.oidc.keys import public_jwks
from mock_world import Refusal

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from eulogin_harness.grade.stand_in import StandIns
    from mock_world import World
    from mock_world.journal import Event
    from mock_world.worlds import Worlds

GRADES = {Weight.LOW: "B", Weight.MEDIUM: "C", Weight.HIGH: "D", Weight.CRITICAL: "F"}
RULE = (
    "The worst failed check decides: a critical one gives F, one of high weight D (two or more of them E), of medium "
    "weight C, of low weight B; none A. Known findings, checks that were not done and those that are not applicable do "
    "not count."
)
_HIGH_FOR_E = 2


@dataclass(frozen=True)
class Result:
    """What a check came to.

    saw: what was seen, or why it says nothing. messages, picture: of a failed one, its sign-ins with secrets masked,
    and what the browser showed, as JPEG.
    """

    check: Check
    outcome: Outcome
    saw: str
    seconds: float
    messages: str = ""
    picture: bytes | None = None


def grade_of(failed: Sequence[Weight]) -> str:
    """The grade that failed checks of these weights give."""
    for weight in (Weight.CRITICAL, Weight.HIGH, Weight.MEDIUM, Weight.LOW):
        if weight in failed:
            return "E" if weight is Weight.HIGH and failed.count(weight) >= _HIGH_FOR_E else GRADES[weight]
    return "A"


class Grader:
    """Grades applications of one world, as it is now, one after the other.

    worlds, stand_ins: of the mock that they use; world: the one that they are configured with. limit: seconds for each
    check. browser: of Playwright, in the thread that grades; to be set before.
    """

    browser: "Browser"

    def __init__(self, worlds: "Worlds", world: "World", stand_ins: "StandIns", limit: float = 20.0) -> None:
        self._worlds = worlds
        self._world = worlds.copy(world)
        public_jwks(self._world)  # made now, so that all copies have the same: applications hold keys for a while
        self._stand_ins = stand_ins
        self._limit = limit

    def find(self, description: Description) -> Application:
        """What the application is. Raises NotDone."""
        with self._stand_ins.in_place_of(self._world, self._worlds) as stand_in:
            return find(description, stand_in, self.browser)

    def try_one(self, application: Application, check: Check) -> Result:
        """Do one check."""
        from playwright.sync_api import Error

        begun = time.monotonic()
        messages, picture = "", None
        outcome: Outcome
        with self._stand_ins.in_place_of(self._world, self._worlds) as stand_in:
            trial = Trial(application, stand_in, self.browser, self._limit)
            before = max((event.id for event in stand_in.world.journal.events(newest=1)), default=0)
            try:
                check.run(trial)
                outcome, saw = "passed", check.expected
            except Unsound as error:
                outcome, saw = "failed", str(error)
                messages, picture = _messages(stand_in.world, before), _picture(trial)
            except NotApplicable as error:
                outcome, saw = "not applicable", str(error)
            except (NotDone, Refusal, Error) as error:
                outcome, saw = "not done", str(error)
            finally:
                trial.close()
        return Result(check, outcome, saw, time.monotonic() - begun, messages, picture)

    def close(self) -> None:
        """Forget the copy of the world."""
        self._world.close()


def _messages(world: "World", after: int) -> str:
    """The sign-ins of a world since an event, oldest first."""
    events: dict[str, list[Event]] = {}
    for event in world.journal.events(after=after):
        if event.correlation_id:
            events.setdefault(event.correlation_id, []).append(event)
    return "\n".join(as_text(sign_in_of(world, name, of), steps_of(world, name, of)) for name, of in events.items())


def _picture(trial: Trial) -> bytes | None:
    """What the last browser shows, where it shows anything."""
    from playwright.sync_api import Error

    try:
        return trial.visitors[-1].picture() if trial.visitors else None
    except Error:
        return None
