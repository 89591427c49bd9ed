"""The journal of a world: the events of all actors, in order."""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from mock_world.database import Base, Database, insert_into
from mock_world.events import EventType
from mock_world.refusal import Refusal
from mock_world.signals import Signals

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
ACTOR: ContextVar[str] = ContextVar("actor", default="world")

TOPIC = "journal"
COMMON = frozenset({"id", "at", "actor", "type", "person", "request_id"})  # what each event has beside its own fields


class Event(Base):
    """One line of the journal. `fields` are the type's own; never a secret."""

    __tablename__ = "world_event"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    type: Mapped[str] = mapped_column(index=True)
    person: Mapped[str | None] = mapped_column(index=True)
    request_id: Mapped[str | None]
    fields: Mapped[dict[str, Any]]


class Journal:
    """What happened in one world."""

    def __init__(self, database: Database, signals: Signals, now: Callable[[], datetime]) -> None:
        self._database = database
        self._signals = signals
        self._now = now

    def record(self, event: EventType, *, person: str | None = None, **fields: str | int | bool | None) -> None:
        """Write an event; `person` is an e-mail address. It joins the transaction at hand.

        Raises ValueError for a field that is called as one that each event has.
        """
        self._write(self._line(event, person, fields))

    def refused(self, refusal: Refusal, person: str | None) -> None:
        """Write a refusal when the transaction at hand has ended, so that a rollback cannot take it away."""
        fields = {
            **refusal.params,
            "expected": refusal.expected,
            "got": refusal.got,
            "remedy": refusal.remedy,
        }
        line = self._line(refusal.kind.event, person, fields)
        self._database.afterwards(lambda: self._write(line))

    def _line(self, event: EventType, person: str | None, fields: dict[str, Any]) -> dict[str, Any]:
        if taken := COMMON & {*fields}:
            raise ValueError(f"the event {event.name} has a field that each event has: {', '.join(sorted(taken))}")
        return {
            "at": self._now(),
            "actor": ACTOR.get(),
            "type": event.name,
            "person": person,
            "request_id": REQUEST_ID.get(),
            "fields": fields,
        }

    def _write(self, line: dict[str, Any]) -> None:
        """All lines of a transaction are written at its end, at once."""
        with self._database.session() as db:
            lines: list[dict[str, Any]] = db.info.setdefault(TOPIC, [])
            lines.append(line)
            if len(lines) == 1:
                self._database.finally_do(lambda: db.connection().execute(insert_into(Event), lines))
                self._signals.notify(TOPIC)

    def events(
        self,
        *,
        after: int = 0,
        person: str | None = None,
        types: Iterable[str] = (),
        newest: int | None = None,
    ) -> list[Event]:
        """Events in order; `after` is an id; `newest` limits to the last so many."""
        query = select(Event).where(Event.id > after).order_by(Event.id.desc()).limit(newest)
        if person:
            query = query.where(Event.person == person.lower())
        if names := list(types):
            query = query.where(Event.type.in_(names))
        with self._database.session() as db:
            return list(db.scalars(query))[::-1]
