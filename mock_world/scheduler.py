"""What happens later: a delayed mail, an automatic decision. Rows `due_at, kind, payload`, run in order."""

import math
import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, mapped_column

from mock_world.database import Base, Database, table_of
from mock_world.journal import EventType

if TYPE_CHECKING:
    from mock_world.world import World

Handler = Callable[["World", dict[str, Any]], None]


class ScheduledJob(Base):
    """Something that is to happen at `due_at`."""

    __tablename__ = "world_scheduled_job"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]


FAILED = EventType("due.failed", "Something on the agenda could not be done.")
HANDLERS: dict[str, Handler] = {}


def job_handler(kind: str) -> Callable[[Handler], Handler]:
    """Declare the function that runs items of `kind`. It must bear being run again after a kill."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


_NEXT = select(func.min(table_of(ScheduledJob).c.due_at))


class Scheduler:
    """The agenda of one world. One thread at a time runs it; the others go on, and their items have their turn."""

    def __init__(self, world: "World", database: Database, changed: Callable[[], None]) -> None:
        self._world = world
        self._database = database
        self._changed = changed
        self._running = threading.Lock()
        self._stopped = False
        self.next_at: datetime | None = None

    def load(self) -> None:
        """Look when the next item is; in a transaction, so that no older look can overtake a newer one."""
        if not self._stopped:
            with self._database.session() as db:
                self.next_at = db.connection().scalar(_NEXT)

    def add(self, at: datetime, kind: str, payload: dict[str, Any]) -> None:
        """Put something on the agenda; it joins the transaction at hand. What is due runs right after it."""
        with self._database.session() as db:
            db.add(ScheduledJob(due_at=at, kind=kind, payload=payload))
        self._database.afterwards(self.look_again)

    def look_again(self) -> None:
        """Run what is due, or tell the timer when the next is: the agenda or the clock changed."""
        self.load()
        if self.seconds_left():
            self._changed()
        else:
            self.run()

    def run(self, *, wait: bool = False) -> None:
        """Run everything that is due by now, in order. No transaction may be held.

        Where another thread is at it already, that one runs everything: this one goes on, or waits for it.
        """
        self._database.check_no_transaction()
        while not self._stopped and not self.seconds_left():
            if not self._running.acquire(blocking=wait):
                return
            try:
                self._run_items()
                self.load()
            finally:
                self._world.post_office.hang_up()
                self._running.release()

    def _run_items(self) -> None:
        """An item that cannot be run is written to the journal and taken off, so that the others have their turn."""
        while not self._stopped and (item := self._first()):
            try:
                HANDLERS[item.kind](self._world, item.payload)
            except Exception as error:  # noqa: BLE001 - whatever it is, the world goes on
                self._world.journal.record(FAILED, kind=item.kind, reason=type(error).__name__)
            with self._database.session() as db:
                db.delete(item)

    def seconds_left(self) -> float:
        """Seconds of world time until the next item; infinite where there is none."""
        at = self.next_at
        return math.inf if at is None else max(0.0, (at - self._world.clock.now()).total_seconds())

    def stop(self) -> None:
        """Run nothing any more; what runs is waited for."""
        self._stopped = True
        with self._running:
            self.next_at = None

    def _first(self) -> ScheduledJob | None:
        now = self._world.clock.now()
        query = (
            select(ScheduledJob)
            .where(ScheduledJob.due_at <= now)
            .order_by(ScheduledJob.due_at, ScheduledJob.id)
            .limit(1)
        )
        with self._database.session() as db:
            return db.scalar(query)
