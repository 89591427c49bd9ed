"""One world: every part of it, and the row that keeps its clock, seed and secret."""

import math
import threading
import time
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Mapped, mapped_column

from mock_world import settings as s
from mock_world.addresses import Addresses
from mock_world.background import Background
from mock_world.checkpoints import Checkpoints
from mock_world.clock import Clock, real_now
from mock_world.correlation import CURRENT, follow
from mock_world.database import BEGINNING, Base, Database
from mock_world.events import EventType
from mock_world.faults import Fault, Faults
from mock_world.i18n import N_
from mock_world.journal import Event, Journal
from mock_world.mailbox import Mailbox
from mock_world.messages import Messages, MessageStore
from mock_world.post_office import DELIVERY, PostOffice
from mock_world.randomness import Randomness
from mock_world.refusal import Refusal, RefusalKind
from mock_world.scheduler import ScheduledJob, Scheduler
from mock_world.settings import Settings, StoredSetting
from mock_world.signals import Signals
from mock_world.snapshots import Snapshot, chunks_of

CLOCK_TOPIC = "clock"
CLOCK_MOVED = EventType(
    "clock.moved",
    "World time is {now} now[; it stands still: {frozen}].",
)
CLOCK_BACK = RefusalKind(
    "clock.back",
    message=N_("World time only goes forward; it is {now}."),
    expected="a time after {now}",
    remedy="reset the world or make a new one with `now`",
    status=409,
)
_NUMBER = cast(func.substr(Event.correlation_id, len("signin-") + 1), Integer)
_LAST = select(func.max(Event.id), func.max(_NUMBER).filter(Event.correlation_id.like("signin-%")))


class WorldRow(Base):
    """What a world is besides its tables: one row."""

    __tablename__ = "world"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret: Mapped[str]
    seed: Mapped[int | None]
    clock_offset: Mapped[timedelta]
    frozen_at: Mapped[datetime | None]


_ROW = select(WorldRow.secret, WorldRow.seed, WorldRow.clock_offset, WorldRow.frozen_at)


class World:
    """A small world in which the whole onboarding can be lived through.

    name: its name; `default` has no prefix, others live under `/w/<name>`.
    database: its own, already filled. listeners: base address of each actor. sink: the embedded SMTP server.
    authority: of our listeners' certificates, in PEM; calls trust it. messages: where its HTTP messages are kept.
    """

    def __init__(
        self,
        name: str,
        database: Database,
        *,
        listeners: Mapping[str, str],
        sink: Callable[[], tuple[str, int]],
        schedule_changed: Callable[[], None],
        authority: str = "",
        exposed: bool = False,
        messages: MessageStore | None = None,
    ) -> None:
        self.name = name
        self.authority = authority
        self.exposed = exposed  # others reach it than this machine's own
        self.closed = False
        self.used = 0  # the number of the latest request to any world that was for this one
        self.used_at = time.monotonic()  # the moment of that request, and of its answer
        self.use_told_at = -math.inf  # the moment when other processes were told of one
        self._moving = threading.RLock()
        self.replacing = threading.RLock()  # one at a time replaces everything in it: reset, state, prepared world
        self.prefix = "" if name == "default" else f"/w/{name}"
        self.database = database
        self.signals = Signals(database)
        self.background = Background(name, lambda: self.closed)
        self.settings = Settings(database)
        self.clock = Clock(self.save_clock)
        self.journal = Journal(name, database, self.settings, self.signals, self.clock.now)
        self.messages = Messages(self.clock.now, messages)
        self.checkpoints = Checkpoints(self.settings, self.snapshot)
        self.faults = Faults(database, self.journal, self.refuse)
        self.scheduler = Scheduler(
            database,
            self.clock,
            self.journal,
            self.signals,
            run_job=self._run_job,
            done=self._jobs_done,
            changed=schedule_changed,
        )
        self.mailbox = Mailbox(database, self.settings, self.signals, self.journal)
        self.post_office = PostOffice(name, self.settings, self.journal, self.scheduler, self.clock, self.faults, sink)
        self.addresses = Addresses(listeners, self.prefix, self.settings.by_name)
        self.loads = 0
        self._sign_ins = 0
        self.beginning: Snapshot | None = None
        self.load()
        database.changed = self._others_wrote

    def _run_job(self, kind: str, payload: dict[str, Any]) -> None:
        request = CURRENT.set(None)  # a job belongs to no sign-in but the one that it follows itself
        try:
            HANDLERS[kind](self, payload)
        finally:
            CURRENT.reset(request)

    def _jobs_done(self) -> None:
        self.post_office.hang_up()

    def load(self) -> None:
        """Read everything that is kept in memory again from the database; `loads` counts how often."""
        self.loads += 1
        with self.database.session() as db:
            self.settings.load()
            self.scheduler.begin_anew()
            self.faults.load()
            self.mailbox.load()
            row = db.execute(_ROW).one()
            self.clock.load(row.clock_offset, row.frozen_at)
            self.secret = row.secret
            newest, last_sign_in = (number or 0 for number in db.execute(_LAST).one())
            self._sign_ins = max(self._sign_ins, newest, last_sign_in)  # so that no number comes twice
            self.database.use_numbers(self._sign_ins)
            seed = None if row.seed is None else row.seed + newest + self.database.salt
            self.random = Randomness(seed)  # a world taken up again goes on

    def _others_wrote(self, tables: AbstractSet[str]) -> None:
        """Read again what is kept in memory of tables that another process wrote; in a transaction."""
        if BEGINNING in tables:  # it was reset, or has another state
            self.load()
            self._recall_beginning()
            self.database.afterwards(self.signals.wake_all)
            return
        if WorldRow.__tablename__ in tables:
            with self.database.session() as db:
                row = db.execute(_ROW).one()
            self.clock.load(row.clock_offset, row.frozen_at)
        parts = ((StoredSetting, self.settings), (Fault, self.faults), (ScheduledJob, self.scheduler))
        for model, part in parts:
            if model.__tablename__ in tables:
                part.load()

    @property
    def life_left(self) -> float:
        """Seconds of real time until it is dropped, if nobody uses it (setting worlds.ttl); infinite for ever."""
        ttl = self.settings[s.WORLDS_TTL].total_seconds()
        return max(0.0, self.used_at + ttl - time.monotonic()) if ttl and self.prefix else math.inf

    def begin_seeded(self) -> None:
        """Number sign-ins from 1 again, in a world that is reset with a seed: its journal is to repeat."""
        self._sign_ins = 0

    def save_clock(self, offset: timedelta, frozen_at: datetime | None) -> None:
        with self.database.session() as db:
            row = db.get_one(WorldRow, 1)
            row.clock_offset, row.frozen_at = offset, frozen_at

    def move_clock(self, moment: datetime) -> None:
        """Go forward to `moment`; what is due on the way happens at its time. Raises Refusal(clock.back)."""
        with self._moving, self.database.moving_clock():
            self._move_clock(moment)
        self.clock_changed()

    def _move_clock(self, moment: datetime) -> None:
        now = self.clock.now()
        if moment < now:
            raise self.refuse(CLOCK_BACK, got=moment.isoformat(), now=now.isoformat(timespec="seconds"))
        while (at := self.scheduler.next_at) is not None and at <= moment:
            self.clock.move_to(max(at, self.clock.now()))
            self.scheduler.run(wait=True)
        self.clock.move_to(moment)

    def advance_clock(self, by: timedelta) -> None:
        """Go forward by `by`; two at the same time go both ways together. Raises Refusal(clock.back)."""
        with self._moving, self.database.moving_clock():
            self._move_clock(self.clock.now() + by)
        self.clock_changed()

    def clock_changed(self) -> None:
        self.journal.record(CLOCK_MOVED, now=self.clock.now().isoformat(), frozen=self.clock.frozen)
        self.signals.notify(CLOCK_TOPIC)
        self.scheduler.look_again()

    def snapshot(self, like: Snapshot | None = None) -> Snapshot:
        """The world now; it takes little more room than what differs from `like`, else from its beginning."""
        like = like or self.beginning
        return Snapshot(self.clock.now(), chunks_of(self.database.content(), like.chunks if like else ()))

    def begin(self, like: Snapshot | None = None) -> None:
        """Keep how the world is now: so it began, says its bundle, and what came before is forgotten.

        like: has much in common with it.
        """
        self.messages.clear()
        self.checkpoints.clear()
        self.beginning = self.snapshot(like)
        self.database.store_beginning(self.beginning.at, self.beginning.content)

    def resume(self, like: Snapshot | None = None) -> None:
        """Go on: where nobody knows how the world began, it begins as it is now."""
        self._recall_beginning()
        if self.beginning is None:
            self.begin(like)

    def _recall_beginning(self) -> None:
        kept = self.database.stored_beginning()
        self.beginning = Snapshot(kept[0], chunks_of(kept[1])) if kept else None

    def protocol_now(self) -> datetime:
        """Time to write into tokens and protocol answers (setting `protocol_time`)."""
        return self.clock.now() if self.settings[s.PROTOCOL_TIME] == "world" else real_now()

    def begin_sign_in(self) -> None:
        """Let what happens from now on in this request belong to a sign-in that begins."""
        with self._moving:
            self._sign_ins = self.database.next_number(self._sign_ins)
            follow(f"signin-{self._sign_ins}")

    def refuse(
        self,
        kind: RefusalKind,
        *,
        got: str,
        person: str | None = None,
        field: str | None = None,
        **params: str | int,
    ) -> Refusal:
        """A refusal to be raised, already written to the journal. `person` is an e-mail address."""
        refusal = Refusal(kind, got=got, field=field, **params)
        self.journal.refused(refusal, person)
        return refusal

    def close(self) -> None:
        self.closed = True
        self.scheduler.stop()
        self.signals.close()
        self.database.close()


Handler = Callable[[World, dict[str, Any]], None]
HANDLERS: dict[str, Handler] = {}


def job_handler(kind: str) -> Callable[[Handler], Handler]:
    """Declare the function that runs scheduled jobs of `kind`.

    It must bear being run again after a kill, or end by `Scheduler.finish` in the transaction of what it writes.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


@job_handler(DELIVERY)
def _deliver(world: World, payload: dict[str, Any]) -> None:
    world.post_office.deliver(
        payload["to"],
        payload["message"].encode("utf-8"),
        delivery=payload["id"],
        refused=payload.get("refused", False),
    )
