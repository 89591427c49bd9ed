"""How far somebody has come in a guide, and where they got stuck: read from the journal of their world alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from eulogin_harness.play.events import STUCK, TICKED
from eulogin_harness.play.steps import DEEDS, DEEDS_BY_EVENT, JournalEvent, occurrence_of
from mock_world.i18n import N_

State = Literal["done", "ticked", "passed", "current", "open"]

DETOURS: Mapping[str, str] = {
    "phone.denied": N_(
        "Sign in again on the computer, and press Continue on the phone: this sign-in was denied on the phone."
    ),
    "request.cancelled": N_("Sign in again on the computer: this sign-in was cancelled there."),
    "phone.app_removed": N_(
        "Delete the phone in EU Login, add it again and scan the new QR code: the app was removed from the phone."
    ),
    "phone.account_removed": N_(
        "Delete the phone in EU Login, add it again and scan the new QR code: the account was unlinked in the app."
    ),
    "device.deleted": N_("Add the phone again in EU Login and scan the new QR code: it was deleted there."),
    "account.deleted": N_("Start again: the account was deleted."),
}
"""Events that lead away from the guide although nobody refused anything, with what helps."""


class PlayEvent(JournalEvent, Protocol):
    """What is read of an event here; one of the journal has it."""

    @property
    def at(self) -> datetime: ...

    @property
    def is_refusal(self) -> bool: ...


@dataclass(frozen=True)
class Trouble:
    """Something that went wrong, or that somebody asked for help, at the step that was the current one then."""

    step: str
    event: PlayEvent


@dataclass(frozen=True)
class StepProgress:
    """A step. state: `done` as an event shows, `ticked` by hand, `passed` since the next was done. at: when."""

    name: str
    state: State
    at: datetime | None = None


@dataclass(frozen=True)
class Progress:
    """All steps of a guide in their order. troubles: oldest first. moved: the event that led to the current step."""

    steps: tuple[StepProgress, ...]
    troubles: tuple[Trouble, ...] = ()
    moved: PlayEvent | None = None

    @property
    def current(self) -> str | None:
        """The step that is to be done now; None where all are done."""
        return _first_current(self.steps)

    @property
    def count(self) -> int:
        """How many steps lie behind."""
        return sum(step.state not in {"current", "open"} for step in self.steps)

    @property
    def fresh(self) -> list[Trouble]:
        """What went wrong at the current step."""
        return [trouble for trouble in self.troubles if trouble.step == self.current]

    @property
    def is_stuck(self) -> bool:
        """Whether help was asked for at the current step."""
        return any(trouble.event.type == STUCK.name for trouble in self.fresh)

    @property
    def mistake(self) -> PlayEvent | None:
        """What went wrong last at the current step."""
        return next((each.event for each in self.fresh[::-1] if each.event.type != STUCK.name), None)


def _first_current(steps: Iterable[StepProgress]) -> str | None:
    return next((step.name for step in steps if step.state == "current"), None)


@dataclass
class _Reading:
    """The journal as far as it was read."""

    steps: Sequence[str]
    completed: dict[str, PlayEvent] = field(default_factory=dict)
    happened: set[str] = field(default_factory=set)
    troubles: list[Trouble] = field(default_factory=list)
    moved: PlayEvent | None = None
    current: str | None = None

    def __post_init__(self) -> None:
        self.current = _first_current(self.states())

    def read(self, event: PlayEvent) -> None:
        done = {name for name in self._completed_by(event) if name in self.steps and name not in self.completed}
        if (event.is_refusal or event.type in {STUCK.name, *DETOURS}) and self.current not in done:
            self.troubles.append(Trouble(self.current or "", event))
        if done:
            self._complete(done, event)
        self.happened.add(occurrence_of(event))

    def _complete(self, done: set[str], event: PlayEvent) -> None:
        self.completed |= dict.fromkeys(done, event)
        before, self.current = self.current, _first_current(self.states())
        if self.current != before:
            self.moved = event

    def _completed_by(self, event: PlayEvent) -> set[str]:
        if event.type == TICKED.name:
            return {event.fields["step"]}
        return {name for name, deed in DEEDS_BY_EVENT.get(event.type, ()) if deed.is_shown_by(event, self.happened)}

    def states(self) -> list[StepProgress]:
        """All steps. What no event can show is passed where the next step that one can show is done."""
        states: list[StepProgress] = []
        is_next_done = False
        for name in reversed(self.steps):
            event = self.completed.get(name)
            if event is not None:
                states.append(StepProgress(name, "ticked" if event.type == TICKED.name else "done", event.at))
            else:
                states.append(StepProgress(name, "passed" if is_next_done and name not in DEEDS else "open"))
            if name in DEEDS:
                is_next_done = event is not None
        states.reverse()
        first = next((number for number, step in enumerate(states) if step.state == "open"), None)
        if first is not None:
            states[first] = StepProgress(states[first].name, "current")
        return states


def progress(steps: Sequence[str], events: Iterable[PlayEvent]) -> Progress:
    """How far somebody has come. steps: names of a guide's steps, in their order. events: of the journal, in order."""
    reading = _Reading(steps)
    for event in events:
        reading.read(event)
    return Progress(tuple(reading.states()), tuple(reading.troubles), reading.moved)
