"""What happens later: a delayed mail, an automatic decision. Rows `due_at, kind, payload`, run in order."""

import math
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from mock_world.clock import Clock
from mock_world.database import DATABASE_ERRORS, Base, Database, table_of
from mock_world.events import EventType
from mock_world.journal import Journal
from mock_world.signals import Signals


class ScheduledJob(Base):
    """Something that is to happen at `due_at`."""

    __tablename__ = "world_scheduled_job"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]


TOPIC = "schedule"
_PATIENCE = 1.0  # seconds between two looks whether another process has run the jobs
FAILED = EventType(
    "due.failed",
    "The scheduled job {kind} failed: {reason}.",
)
_JOBS = table_of(ScheduledJob).c
_NEXT = select(_JOBS.kind, func.min(_JOBS.due_at)).group_by(_JOBS.kind)


class Scheduler:
    """The scheduled jobs of one world. One thread at a time runs them; the others go on, and theirs have their turn.

    run_job: does a job, by its kind and payload. done: called when those that were due are done. changed: called when
    the time of the next one may be another.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        journal: Journal,
        signals: Signals,
        *,
        run_job: Callable[[str, dict[str, Any]], None],
        done: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._journal = journal
        self._signals = signals
        self._run_job = run_job
        self._done = done
        self._changed = changed
        self._running = threading.Lock()
        self._is_awaited = False  # by the timer, while another thread runs what is due
        self._stopped = False
        self._generation = 0
        self._item: tuple[int, int] | None = None  # the job that runs, and the generation that it is of
        self.left_to_others = False
        self.next_at: datetime | None = None
        self.kinds: frozenset[str] = frozenset()  # of the jobs that wait

    def load(self) -> None:
        """Look when the next item is; in a transaction, so that no older look can overtake a newer one."""
        if not self._stopped:
            self.left_to_others = False
            with self._database.session() as db:
                waiting = {kind: at for kind, at in db.connection().execute(_NEXT)}  # noqa: C416
                self.next_at = min(waiting.values(), default=None)
                self.kinds = frozenset(waiting)

    def begin_anew(self) -> None:
        """The world was made, reset or replaced: what runs now was a job of before."""
        self._generation += 1
        self.load()

    def add(self, at: datetime, kind: str, payload: dict[str, Any]) -> None:
        """Schedule a job; it joins the current transaction. A job that is due runs right after that."""
        with self._database.session() as db:
            db.add(ScheduledJob(due_at=at, kind=kind, payload=payload))
            self.kinds |= {kind}  # in this transaction too; when it has ended they are read again
            self._signals.notify(TOPIC)
        self._database.afterwards(self.look_again)

    def waiting(self, kind: str) -> list[ScheduledJob]:
        """The jobs of a kind that are not done yet, the next one first."""
        with self._database.session() as db:
            return list(db.scalars(select(ScheduledJob).where(_JOBS.kind == kind).order_by(_JOBS.due_at, _JOBS.id)))

    def look_again(self) -> None:
        """Run what is due, or report when the next job is: the schedule or the clock changed."""
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
                with self._database.exclusive() as alone:
                    if alone:
                        self._run_items()
            finally:
                self._done()
                self._running.release()
                if self._is_awaited:
                    self._is_awaited = False
                    self._changed()
            self.load()  # after others were let in again: what they added meanwhile is seen here or run by them
            if not alone:
                self._leave_to_others(wait=wait)

    def _leave_to_others(self, *, wait: bool) -> None:
        """Another process runs the jobs; where it does not, as it was killed, this one looks again soon."""
        self.left_to_others = not self.seconds_left()
        if wait and self.left_to_others:
            self._signals.wait(self._others_are_done, TOPIC, seconds=_PATIENCE)
            self.load()

    def _others_are_done(self) -> bool | None:
        self.load()
        return True if self.seconds_left() else None

    def _run_items(self) -> None:
        """An item that cannot be run is written to the journal and taken off, so that the others have their turn.

        Raises DATABASE_ERRORS: then it is still to be run.
        """
        while not self._stopped and (item := self._first()):
            running = self._item = item.id, self._generation
            try:
                self._run_job(item.kind, item.payload)
            except DATABASE_ERRORS:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the world goes on
                self._item = running  # where the job had finished, that was undone with all that it did
                self._journal.record(FAILED, kind=item.kind, reason=type(error).__name__)
            self.finish()

    def finish(self) -> None:
        """Take off the job that runs; it joins the current transaction.

        Called in the transaction of what the job writes, it lets a kill leave both or neither, so that it is done once.
        """
        with self._database.session() as db:
            number, generation = self._item or (0, -1)
            if generation == self._generation:  # else that number is another job's
                db.execute(delete(ScheduledJob).where(_JOBS.id == number))
            self._item = None
            self._signals.notify(TOPIC)

    def seconds_left(self) -> float:
        """Seconds of world time until the next item; infinite where there is none."""
        at = self.next_at
        left = math.inf if at is None else max(0.0, (at - self._clock.now()).total_seconds())
        return max(left, _PATIENCE) if self.left_to_others else left

    def pause(self) -> float:
        """Seconds for which the timer may rest: for ever while another thread runs what is due, which tells its end."""
        self._is_awaited = True  # before the look: else the end could come between
        if self._running.locked():
            return math.inf
        self._is_awaited = False
        return self.seconds_left()

    def stop(self) -> None:
        """Run nothing any more; what runs is waited for."""
        self._stopped = True
        with self._running:
            self.next_at = None

    def _first(self) -> ScheduledJob | None:
        now = self._clock.now()
        query = (
            select(ScheduledJob)
            .where(ScheduledJob.due_at <= now)
            .order_by(ScheduledJob.due_at, ScheduledJob.id)
            .limit(1)
        )
        with self._database.session() as db:
            return db.scalar(query)
