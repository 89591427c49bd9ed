"""The journal of a world: the events of all actors, in order. Refusals and what explains others are logged too."""

import logging
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from mock_world import settings as s
from mock_world.correlation import CURRENT, correlation_id
from mock_world.counting import EVENTS, REFUSALS
from mock_world.database import Base, Database, insert_into
from mock_world.events import CATALOGUE, EventType
from mock_world.refusal import Refusal
from mock_world.settings import Settings
from mock_world.signals import Signals

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
ACTOR: ContextVar[str] = ContextVar("actor", default="world")

TOPIC = "journal"
_LOG = logging.getLogger(__name__)
_ROOM = 10  # one part in so many of the limit is cleared at once, and looked after as often
_MOST_LOGGED = 1000  # lines that are remembered, so that none is repeated
# What each event has beside its own fields.
COMMON = frozenset({"id", "at", "actor", "type", "person", "request_id", "correlation_id", "sentence"})
DROPPED = EventType(
    "journal.dropped",
    "The {count} oldest events were dropped, since a journal keeps at most {limit}: raise the setting journal.limit, "
    "or reset the world.",
    logged=True,
)


class Event(Base):
    """One line of the journal. `fields` are the type's own; never a secret.

    correlation_id: of the sign-in that it belongs to.
    """

    __tablename__ = "world_event"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    type: Mapped[str] = mapped_column(index=True)
    person: Mapped[str | None] = mapped_column(index=True)
    request_id: Mapped[str | None]
    correlation_id: Mapped[str | None] = mapped_column(index=True)
    fields: Mapped[dict[str, Any]]

    @property
    def is_refusal(self) -> bool:
        return "remedy" in self.fields

    @property
    def is_warning(self) -> bool:
        """Whether it was refused by nobody, and explains why something is not as it was expected."""
        known = CATALOGUE.get(self.type)
        return known is not None and known.logged is True

    @property
    def application(self) -> str:
        """The client or service that it names; empty where it names none."""
        return str(self.fields.get("client") or self.fields.get("service") or "")

    @property
    def sentence(self) -> str:
        """What happened, with the values of this event."""
        known = CATALOGUE.get(self.type)
        return known.filled(self.fields | {"person": self.person}) if known else self.type


_ENDS = select(func.min(Event.id), func.max(Event.id))


def _refusal_text(code: str, fields: Mapping[str, Any]) -> str:
    application = fields.get("client") or fields.get("service")
    whose = f"{code} ({application})" if application else code
    return f"{whose}: got {fields['got']}; expected {fields['expected']}. What to do: {fields['remedy']}"


def _log_line(world: str, sign_in: str, text: str) -> str:
    """What came from outside cannot break it."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return f"{f'world {world} {sign_in}'.strip()}: {' '.join(printable.split())}"


class Journal:
    """What happened in one world, the newest events. name: of the world, for the log."""

    def __init__(
        self, name: str, database: Database, settings: Settings, signals: Signals, now: Callable[[], datetime]
    ) -> None:
        self._name = name
        self._settings = settings
        self._unseen = 0  # events since somebody looked how many there are
        self._logged: set[tuple[str, ...]] = set()
        self._database = database
        self._signals = signals
        self._now = now

    def record(self, event: EventType, *, person: str | None = None, **fields: str | int | bool | None) -> None:
        """Write an event; `person` is an e-mail address. It joins the current transaction.

        Raises ValueError for a field that is called as one that each event has.
        """
        line = self._line(event, person, fields)
        self._write(line)
        if event.logged and self._is_new(event, line["fields"]):
            self._log(event.name, event.filled(line["fields"] | {"person": line["person"]}))

    def refused(self, refusal: Refusal, person: str | None) -> None:
        """Write a refusal when the current transaction has ended, so that a rollback cannot take it away."""
        fields = {
            **refusal.params,
            "expected": refusal.expected,
            "got": refusal.got,
            "remedy": refusal.remedy,
        }
        line = self._line(refusal.kind.event, person, fields)
        REFUSALS.add(refusal.code)
        self._database.afterwards(lambda: self._write(line))
        self._log(refusal.code, _refusal_text(refusal.code, line["fields"]))

    def _log(self, code: str, text: str) -> None:
        """One line of the log, with the sign-in that it belongs to; for JSON all of it is apart."""
        sign_in = correlation_id()
        known = {"world": self._name, "sign_in": sign_in or None, "code": code, "message": text}
        _LOG.warning("%s", _log_line(self._name, sign_in, text), extra={"known": known})

    def log_line(self, event: Event) -> str:
        """The line of the log that an event is; empty for one that explains nothing."""
        if not event.is_refusal and not event.is_warning:
            return ""
        text = _refusal_text(event.type, event.fields) if event.is_refusal else event.sentence
        return _log_line(self._name, event.correlation_id or "", text)

    def _is_new(self, event: EventType, fields: dict[str, Any]) -> bool:
        """Whether an event is to be logged: one that goes with what went well only the first time that it says so."""
        if event.logged is True:
            return True
        key = (event.name, *(str(fields.get(name)) for name in event.logged or ()))
        if key in self._logged:
            return False
        if len(self._logged) >= _MOST_LOGGED:
            self._logged.clear()
        self._logged.add(key)
        return True

    def _line(self, event: EventType, person: str | None, fields: dict[str, Any]) -> dict[str, Any]:
        if taken := COMMON & {*fields}:
            raise ValueError(f"the event {event.name} has a field that each event has: {', '.join(sorted(taken))}")
        sign_in = CURRENT.get()
        if sign_in and sign_in.client and "client" not in fields:
            fields["client"] = sign_in.client
        return {
            "at": self._now(),
            "actor": ACTOR.get(),
            "type": event.name,
            "person": person or (sign_in.person if sign_in else None),
            "request_id": REQUEST_ID.get(),
            "correlation_id": correlation_id() or None,
            "fields": fields,
        }

    def _write(self, line: dict[str, Any]) -> None:
        """All lines of a transaction are written at its end, at once."""
        with self._database.session() as db:
            lines: list[dict[str, Any]] = db.info.setdefault(TOPIC, [])
            lines.append(line)
            if len(lines) == 1:
                self._database.finally_do(lambda: self._insert(db, lines))
                self._signals.notify(TOPIC)

    def _insert(self, db: Session, lines: list[dict[str, Any]]) -> None:
        db.connection().execute(insert_into(Event), lines)
        EVENTS.add(number=len(lines))
        self._unseen += len(lines)
        limit = self._settings[s.JOURNAL_LIMIT]
        if self._unseen >= limit // _ROOM:
            self._unseen = 0
            self._drop_oldest(db, limit)

    def _drop_oldest(self, db: Session, limit: int) -> None:
        """Make room, where the next events would be more than `limit` together."""
        oldest, newest = db.execute(_ENDS).one()
        room = limit // _ROOM
        if newest - oldest < limit - room:
            return
        first_kept = newest - (limit - 2 * room) + 1
        db.execute(delete(Event).where(Event.id < first_kept))
        line = self._line(DROPPED, None, {"count": first_kept - oldest, "limit": limit})
        db.connection().execute(insert_into(Event), [line])
        self._log(DROPPED.name, DROPPED.filled(line["fields"]))

    def events(
        self,
        *,
        after: int = 0,
        person: str | None = None,
        types: Iterable[str] = (),
        correlation_id: str | None = None,
        newest: int | None = None,
    ) -> list[Event]:
        """Events in order; `after` is an id; `correlation_id` of one sign-in; `newest` limits to the last so many.

        person: e-mail address; events under an address that this person had before count too.
        """
        query = select(Event).where(Event.id > after).order_by(Event.id.desc()).limit(newest)
        if person:
            query = query.where(Event.person.in_(self._addresses_of(person.lower())))
        if correlation_id:
            query = query.where(Event.correlation_id == correlation_id)
        if names := list(types):
            query = query.where(Event.type.in_(names))
        with self._database.session() as db:
            return list(db.scalars(query))[::-1]

    def _addresses_of(self, person: str) -> set[str]:
        """The e-mail address of a person, and those of before."""
        renaming = [event.name for event in CATALOGUE.values() if event.renames]
        with self._database.session() as db:
            changes = db.scalars(select(Event).where(Event.type.in_(renaming)).order_by(Event.id.desc())).all()
        known = {person}
        for change in changes:
            if change.person in known:
                known.add(str(change.fields["former"]))
        return known
