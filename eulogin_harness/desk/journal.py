"""The journal as the control room shows it: a line an event, or one for several alike, and the day where it changes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from mock_world.i18n import ZONE, written_out
from mock_world.journal import Event
from mock_world.web import current_language

_ALIKE_WITHIN = timedelta(seconds=1)


@dataclass(frozen=True)
class Line:
    """An event, the newest of `count` alike; day: where it is another than that of the line above."""

    event: Event
    count: int
    day: date | None


def lines(events: Iterable[Event]) -> list[Line]:
    """Lines for events, newest first."""
    groups = list(_alike(events))
    days = [None, *(_day(group[0]) for group in groups)]
    return [
        Line(group[0], len(group), today if today != before else None)
        for (before, today), group in zip(pairwise(days), groups, strict=True)
    ]


def written_day(moment: datetime) -> str:
    """The day of a moment in the page's language: "Friday 27 November 2026"."""
    return written_out(moment, ZONE, current_language()).rpartition(", ")[0]


def _day(event: Event) -> date:
    return event.at.astimezone(ZONE).date()


def _alike(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Neighbours that say the same within a second, together."""
    group: list[Event] = []
    for event in events:
        if group and not _is_alike(group[-1], event):
            yield group
            group = []
        group.append(event)
    if group:
        yield group


def _is_alike(later: Event, earlier: Event) -> bool:
    same = (later.type, later.actor, later.person, later.fields) == (
        earlier.type,
        earlier.actor,
        earlier.person,
        earlier.fields,
    )
    return same and later.at - earlier.at <= _ALIKE_WITHIN
