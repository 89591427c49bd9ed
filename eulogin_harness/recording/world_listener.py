"""What is done to a world beside its pages: in the control room, or by the control API."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from eulogin_harness.api.access_requests import BY
from eulogin_harness.recording.actions import (
    ClockMoved,
    Entry,
    FaultChanged,
    PersonMade,
    PersonRegistered,
    RequestDecided,
)
from mock_world.clock import real_now

if TYPE_CHECKING:
    from eulogin_harness.client import World
    from eulogin_harness.documents.events import Event

_DECISIONS = {"access.approved": "approve", "access.rejected": "reject", "access.question": "ask"}
_FAULT_OPTIONS = {"service": "service", "client": "client_id", "seconds": "seconds", "status": "status"}  # by field
_UNITS = (86_400, 3_600, 60, 1)  # seconds


class WorldListener:
    """Reads the world's journal when it is asked for news."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._last = max((event.id for event in world.events.list()), default=0)
        self._frozen, self._time, self._real = world.clock.frozen, world.clock.now(), real_now()

    def news(self) -> list[Entry]:
        """What was done since the last call. Raises RequestException where the mock is gone."""
        elapsed = real_now() - self._real
        events = self._world.events.list(after=self._last)
        self._last = max((event.id for event in events), default=self._last)
        news = [entry for event in events for entry in self._entries(event, elapsed)]
        if any(isinstance(entry, ClockMoved) for entry in news):
            clock = self._world.clock
            self._frozen, self._time, self._real = clock.frozen, clock.now(), real_now()
        elif not self._frozen:
            self._time, self._real = self._time + elapsed, self._real + elapsed
        return news

    def _entries(self, event: "Event", elapsed: timedelta) -> Iterator[Entry]:
        more = event.model_extra or {}
        if event.type == "clock.moved":
            yield self._clock(datetime.fromisoformat(more["now"]), elapsed, frozen=bool(more.get("frozen")))
        elif event.type == "persona.made":
            yield from (PersonMade(one) for one in self._world.personas.list() if one.email == event.person)
        elif event.type == "account.registered":
            yield PersonRegistered(event.person or "", more["uid"])
        elif event.type == "fault.armed":
            person = {"person": event.person} if event.person else {}
            given = {option: more[field] for field, option in _FAULT_OPTIONS.items() if field in more}
            seconds = {"seconds": float(given["seconds"])} if "seconds" in given else {}
            yield FaultChanged(more["fault"], tuple(({"times": more.get("times")} | person | given | seconds).items()))
        elif event.type == "fault.disarmed":
            yield FaultChanged(more["fault"], None)
        elif event.type in _DECISIONS and more.get("by") == BY:
            *_, request = self._world.access_requests.list(person=event.person, network=more["network"])
            decision, reason = _DECISIONS[event.type], request.history[-1].reason
            yield RequestDecided(event.person or "", more["network"], decision, reason)

    def _clock(self, now: datetime, elapsed: timedelta, *, frozen: bool) -> ClockMoved:
        """How far time jumped; where it was running, some of it has passed anyway."""
        latest = (now - self._time).total_seconds()
        earliest = latest - (0 if self._frozen else elapsed.total_seconds())
        moved = ClockMoved(roundest(earliest, latest), None if frozen == self._frozen else frozen)
        self._time, self._frozen = now, frozen
        return moved


def roundest(least: float, most: float) -> int:
    """The number of seconds in a range that a person would choose: 300 rather than 301."""
    if least <= 0:
        return 0
    whole = (int(most // unit) * unit for unit in _UNITS)
    return next((seconds for seconds in whole if seconds >= least), round(most))
