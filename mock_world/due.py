"""What happens later: a delayed mail, an automatic decision. Rows `due_at, kind, payload`, run in order."""

import math
import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, mapped_column

from mock_world.database import Base, Database

if TYPE_CHECKING:
    from mock_world.world import World

Handler = Callable[["World", dict[str, Any]], None]


class DueItem(Base):
    """Something that is to happen at `due_at`."""

    __tablename__ = "world_due"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]


HANDLERS: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Declare the function that runs items of `kind`. It must bear being run again after a kill."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


class Due:
    """The agenda of one world."""

    def __init__(self, world: "World", database: Database, changed: Callable[[], None]) -> None:
        self._world = world
        self._database = database
        self._changed = changed
        self._lock = threading.RLock()
        self._running = False
        self.next_at: datetime | None = None

    def load(self) -> None:
        with self._database.session() as db:
            self.next_at = db.scalar(select(func.min(DueItem.due_at)))

    def add(self, at: datetime, kind: str, payload: dict[str, Any]) -> None:
        """Put something on the agenda; it joins the transaction at hand. What is due runs right after it."""
        with self._database.session() as db:
            db.add(DueItem(due_at=at, kind=kind, payload=payload))
        self._database.afterwards(self.look_again)

    def look_again(self) -> None:
        """Run what is due, or tell the timer when the next is: the agenda or the clock changed."""
        self.load()
        if self.seconds_left():
            self._changed()
        else:
            self.run()

    def run(self) -> None:
        """Run everything that is due by now, in order. No transaction may be held."""
        if self.seconds_left():
            return
        self._database.must_not_hold()
        with self._lock:
            if self._running:  # an item put another one on the agenda: its turn comes below
                return
            self._running = True
            try:
                self._run_items()
            finally:
                self._running = False
                self._world.post_office.hang_up()
            self.load()

    def _run_items(self) -> None:
        while item := self._first():
            HANDLERS[item.kind](self._world, item.payload)
            with self._database.session() as db:
                db.delete(item)

    def seconds_left(self) -> float:
        """Seconds of world time until the next item; infinite where there is none."""
        at = self.next_at
        return math.inf if at is None else max(0.0, (at - self._world.clock.now()).total_seconds())

    def stop(self) -> None:
        """Run nothing any more; what runs is waited for."""
        with self._lock:
            self.next_at = None

    def _first(self) -> DueItem | None:
        now = self._world.clock.now()
        query = select(DueItem).where(DueItem.due_at <= now).order_by(DueItem.due_at, DueItem.id).limit(1)
        with self._database.session() as db:
            return db.scalar(query)
