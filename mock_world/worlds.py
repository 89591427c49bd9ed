"""Worlds side by side: made from one template, found by name."""

import itertools
import logging
import math
import re
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mock_world.clock import real_now
from mock_world.database import DATABASE_ERRORS, Database, DatabaseGoneError, table_of
from mock_world.events import EventType
from mock_world.i18n import N_
from mock_world.memory import give_back
from mock_world.randomness import Randomness
from mock_world.refusal import Refusal, RefusalKind
from mock_world.scheduler import TOPIC as SCHEDULE
from mock_world.settings import WORLDS_LIMIT, WORLDS_TTL, Profile, parse_all
from mock_world.sqlite import SqliteDatabase
from mock_world.storage import GONE, MemoryStorage, Storage, StorageError, WorldExistsError
from mock_world.world import World, WorldRow

if TYPE_CHECKING:
    from sqlalchemy import Insert, Update

DEFAULT = "default"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
BEGINNINGS: list[Callable[[World], None]] = []
RESUMING: list[Callable[[World], None]] = []
_FIRST_ROW = table_of(WorldRow).insert().values(id=1)
_NEW_ROW = table_of(WorldRow).update()
_LOG = logging.getLogger(__name__)
_USE = "use"  # what other processes are told of a world with an end, that it does not come while they have no request
_TOLD = 30.0  # seconds until they are told again; a world lives for two minutes at least
_GIVEN_BACK = 20  # deleted worlds after which their memory is given back
_PAUSE = 1.0  # seconds before the schedule of a world is tried again that failed
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)  # people of the template were there before any test's time

NAME_TAKEN = RefusalKind(
    "world.exists",
    message=N_("There is a world called {name} already; take another name, or delete that one first."),
    expected="a name that no world has yet",
    remedy="take another name, or DELETE /api/worlds/{name} first",
    status=409,
)
NAME_WRONG = RefusalKind(
    "world.name_refused",
    message=N_("A world's name has 1 to 40 lower-case letters, digits and hyphens."),
    expected="1 to 40 characters of a-z, 0-9 and hyphen, not a hyphen first",
    remedy="take such a name, or none: one is made up",
    status=422,
)
WORLD_UNKNOWN = RefusalKind(
    "world.unknown",
    message=N_("There is no world called {name} here."),
    expected="the name of a world of this process",
    remedy="GET /api/worlds lists them; POST /api/worlds makes one",
    status=404,
)
DEFAULT_STAYS = RefusalKind(
    "world.default_stays",
    message=N_("The default world cannot be deleted; reset it instead."),
    expected="the name of another world",
    remedy="POST /api/reset makes it as new",
    status=409,
)
DROPPED = EventType(
    "world.dropped",
    "World {name} was dropped, the one that was unused for longest, since there are at most {limit}: delete worlds "
    "when a test ends, or raise the setting worlds.limit of the default world.",
    logged=True,
)
EXPIRED = EventType(
    "world.expired",
    "World {name} was dropped, since nobody used it for {ttl} (hours, minutes, seconds): let a test that needs it "
    "longer say so by `ttl`, or raise the setting worlds.ttl.",
    logged=True,
)


def at_beginning(begin: Callable[[World], None]) -> Callable[[World], None]:
    """Do this in each new world and each that is reset, once its settings stand; decorates an actor's function."""
    BEGINNINGS.append(begin)
    return begin


def at_resuming(resume: Callable[[World], None]) -> Callable[[World], None]:
    """Do this in each world that goes on after its process ended; decorates an actor's function."""
    RESUMING.append(resume)
    return resume


@dataclass(frozen=True)
class WorldSpec:
    """How a world begins.

    now: its time (None: real time). seed: None for random secrets. profile: None for the process's. ttl: how long it
    may be unused (0: for ever; None: as the default world says, or as before where a world is reset).
    """

    now: datetime | None = None
    frozen: bool = False
    seed: int | None = None
    profile: Profile | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    ttl: timedelta | None = None


class Worlds:
    """The worlds of one process.

    listeners: base address of each actor; filled when they are opened. profile, defaults: what every world
    starts with. seed: puts the first people into the template. authority: that of our own listeners, in PEM; empty
    without TLS. exposed: our own listeners can be reached from other machines. storage: where the worlds are kept;
    those that are there go on, as `taken_up` says of the default world. Raises StorageError.
    """

    def __init__(
        self,
        listeners: Mapping[str, str],
        sink: Callable[[], tuple[str, int]],
        *,
        profile: Profile = "guide",
        defaults: Mapping[str, object] | None = None,
        seed: Callable[[World], None] = lambda _: None,
        authority: str = "",
        exposed: bool = False,
        storage: Storage | None = None,
    ) -> None:
        self._storage = storage or MemoryStorage()
        self._authority = authority
        self._exposed = exposed
        self._listeners = listeners
        self._sink = sink
        self._profile = profile
        self._defaults = dict(defaults or {})
        self._lock = threading.Lock()
        self._taking_up = threading.Lock()
        self._worlds: dict[str, World] = {}
        self._reserved: set[str] = set()
        self._count = 0
        self._uses = itertools.count(1)
        self._deleted = 0
        self._schedule = threading.Condition()
        self._schedule_version = 0
        self._stopping = False
        self._template = self._make_template(seed)
        self.taken_up = self._begin(DEFAULT)
        for name in self._storage.names():
            if name not in self._worlds:
                self._begin(name)
        self._storage.listen(self._heard)
        self._timer = threading.Thread(target=self._run_timer, name="world-timer", daemon=True)
        self._timer.start()

    def _begin(self, name: str) -> bool:
        """Let a world go on, or begin where it was not finished or reset when its process was killed."""
        world = self._take_up(name)
        if world is None:
            try:
                self.create(name)
            except Refusal:  # another process was quicker
                world = self._take_up(name)
        if world is not None:
            self._resume(world)
        return world is not None

    def _make_template(self, seed: Callable[[World], None]) -> Database:
        database = SqliteDatabase()
        database.create_tables()
        self._write_row(database, WorldSpec(now=_EPOCH, frozen=True), _FIRST_ROW)
        world = self._world("template", database)
        seed(world)
        self._beginning = world.snapshot()
        return database

    def _world(self, name: str, database: Database) -> World:
        return World(
            name,
            database,
            listeners=self._listeners,
            sink=self._sink,
            schedule_changed=self._schedule_changed,
            authority=self._authority,
            exposed=self._exposed,
            messages=self._storage.messages(database),
        )

    def _write_row(self, database: Database, spec: WorldSpec, statement: "Insert | Update" = _NEW_ROW) -> None:
        """In place of the template's, at once: a world that is reset is asked meanwhile, and never without a row."""
        start = spec.now or real_now()
        offset = start - real_now() if spec.now else timedelta(0)
        secret = Randomness(spec.seed).token()
        frozen_at = start if spec.frozen else None
        row = {"secret": secret, "seed": spec.seed, "clock_offset": offset, "frozen_at": frozen_at}
        with database.session() as db:
            db.connection().execute(statement, row)

    def _fill(self, database: Database, spec: WorldSpec) -> None:
        database.copy_from(self._template)
        self._write_row(database, spec)

    def _settle(self, world: World, spec: WorldSpec) -> None:
        world.settings.use_profile(spec.profile or self._profile)
        world.settings.change(self._defaults, origin="start")
        world.settings.change(spec.settings)
        for begin in BEGINNINGS:
            begin(world)
        world.begin(self._beginning)
        self._storage.finish(world.database)

    def _take_up(self, name: str) -> World | None:
        """A world that is kept, where one of that name is."""
        with self._taking_up:
            if name in self._worlds:
                return self._worlds[name]
            database = self._storage.open(name)
            if database is None:
                return None
            try:
                world = self._world(name, database)
                world.resume(self._beginning)
            except ValueError as error:
                database.close()
                raise StorageError(f"expected a world that this version knows, but {name} has {error}") from None
            self._worlds[name] = world
        return world

    def _resume(self, world: World) -> None:
        """Let a world go on. What the process is started with goes before what it was started with once."""
        changed = {name for name in self._defaults if world.settings.origin(name) == "changed"}
        world.settings.change({k: v for k, v in self._defaults.items() if k not in changed}, origin="start")
        for resume in RESUMING:
            resume(world)

    def _heard(self, name: str | None, topics: list[str] | None) -> None:
        """Another process has changed something behind these topics of a world."""
        for world in list(self._worlds.values()):
            if name not in {None, world.name}:
                continue
            world.database.mark_stale()
            if topics is None or GONE in topics:
                world.signals.wake_all()
            if _USE in (topics or ()):
                world.used_at = time.monotonic()
            for topic in topics or ():
                world.signals.wake(topic)
        if topics is None or not {SCHEDULE, GONE}.isdisjoint(topics):
            self._schedule_changed()

    def create(self, name: str | None = None, spec: WorldSpec | None = None) -> World:
        """A new world. Raises Refusal (world.exists, world.name_refused), ValueError for wrong settings."""
        spec = spec or WorldSpec()
        parse_all(spec.settings)
        while True:
            reserved = self._reserve(name)
            try:
                world = self._make(reserved, spec)
                self.note_use(world)
                self._worlds[reserved] = world
                break
            except WorldExistsError:  # another process was quicker
                if name is not None:
                    raise Refusal(NAME_TAKEN, got=name, name=name) from None
            finally:
                self._reserved.discard(reserved)
        if world.life_left < math.inf:
            self._schedule_changed()
        self._make_room(reserved)
        return world

    def _make(self, name: str, spec: WorldSpec) -> World:
        database = self._storage.new(name)
        try:
            with database.making():
                self._fill(database, spec)
                world = self._world(name, database)
                self._settle(world, spec)
                if default := self._worlds.get(DEFAULT):
                    _limit_life(world, spec, default.settings[WORLDS_TTL])
        except WorldExistsError:
            raise
        except BaseException:
            database.close()
            if not self._storage.shared:  # else it was rolled back, and the name may be another one's by now
                self._storage.delete(name)
            raise
        return world

    def _make_room(self, newest: str) -> None:
        """Drop what was unused for longest, where the mock has more worlds than it may."""
        default = self._worlds[DEFAULT]
        limit = default.settings[WORLDS_LIMIT]
        while len(self._all_names()) > limit:
            others = [world for world in self.all() if world.name not in {DEFAULT, newest}]
            if not others:
                return
            unused = min(others, key=lambda world: world.used_at if self._storage.shared else world.used)
            with suppress(Refusal):  # somebody else deleted it
                self.delete(unused.name)
                default.journal.record(DROPPED, name=unused.name, limit=limit)

    def _reserve(self, name: str | None) -> str:
        with self._lock:
            taken = {*self._all_names(), *self._reserved}
            if name is None:
                name = self._next_name(taken)
            if not _NAME.fullmatch(name):
                raise Refusal(NAME_WRONG, got=repr(name))
            if name in taken:
                raise Refusal(NAME_TAKEN, got=name, name=name)
            self._reserved.add(name)
        return name

    def _next_name(self, taken: set[str]) -> str:
        while True:
            self._count += 1
            if (name := f"w{self._count}") not in taken:
                return name

    @property
    def shared(self) -> bool:
        """Whether several processes have them."""
        return self._storage.shared

    def copy(self, world: World) -> World:
        """A copy of a world as it is now, of the same name and addresses, in memory and among no worlds: close it.

        Nobody runs its schedule but who has it. Raises TypeError where the world is in a database of PostgreSQL.
        """
        database = SqliteDatabase()
        try:
            database.copy_from(world.database)
            return self._world(world.name, database)
        except BaseException:
            database.close()
            raise

    def reset(self, world: World, spec: WorldSpec | None = None) -> None:
        """Make a world as new; its name and addresses stay."""
        spec = spec or WorldSpec()
        parse_all(spec.settings)
        ttl = world.settings[WORLDS_TTL]
        with world.replacing:
            try:
                with world.database.making():
                    self._fill(world.database, spec)
                    world.load()
                    if spec.seed is not None:
                        world.begin_seeded()
                    self._settle(world, spec)
                    if world.name != DEFAULT:
                        _limit_life(world, spec, ttl)
            except BaseException:
                world.load()
                raise
            world.clock_changed()
            world.signals.wake_all()

    def change_defaults(self, defaults: Mapping[str, object]) -> None:
        """Let new worlds start with these settings, and change the running ones likewise.

        What somebody changed in a world stays there. Raises ValueError; then nothing was changed.
        """
        parse_all(defaults)
        self._defaults = dict(defaults)
        for world in self.all():
            world.settings.change_start(self._defaults)
            world.signals.wake_all()
            world.scheduler.look_again()

    def get(self, name: str) -> World:
        """The world of that name. Raises Refusal(world.unknown)."""
        world = self._shared(name) if self._storage.shared else self._worlds.get(name)
        if world is None:
            raise Refusal(WORLD_UNKNOWN, got=name, name=name)
        return world

    def note_use(self, world: World) -> None:
        """Somebody asks this world for something, or is answered."""
        world.used, world.used_at = next(self._uses), time.monotonic()
        if self._storage.shared and world.used_at - world.use_told_at > _TOLD:
            world.use_told_at = world.used_at
            world.signals.notify(_USE)

    def _shared(self, name: str) -> World | None:
        """A world of several processes, as it is now."""
        world = self._worlds.get(name)
        if world is None and _NAME.fullmatch(name):
            return self._take_up(name)
        try:
            if world is not None:
                world.database.mark_stale()
                world.database.catch_up()
        except DatabaseGoneError:
            self._forget(name)
            return self._take_up(name)  # one of that name was made since
        return world

    def _forget(self, name: str) -> None:
        if world := self._worlds.pop(name, None):
            world.close()

    def all(self) -> list[World]:
        """The worlds, in no order."""
        if not self._storage.shared:
            return list(self._worlds.values())
        return [world for name in self._all_names() if (world := self._shared(name))]

    def names(self) -> list[str]:
        return sorted(self._all_names())

    def _all_names(self) -> Collection[str]:
        return self._storage.names() if self._storage.shared else self._worlds.keys()

    def delete(self, name: str) -> None:
        """End a world. Raises Refusal (world.unknown, world.default_stays)."""
        if name == DEFAULT:
            raise Refusal(DEFAULT_STAYS, got=name)
        world = self.get(name)
        with self._lock:
            self._worlds.pop(name, None)
            self._deleted += 1
        world.close()
        self._storage.delete(name)
        if self._deleted % _GIVEN_BACK == 0:
            give_back()

    def find(self, name: str | None) -> World | None:
        """For the SMTP sink: the world that a mail's header names, `default` without a header."""
        name = name or DEFAULT
        return self._shared(name) if self._storage.shared else self._worlds.get(name)

    def _schedule_changed(self) -> None:
        with self._schedule:
            self._schedule_version += 1
            self._schedule.notify()

    def _run_timer(self) -> None:
        """Run what becomes due while nobody asks; frozen worlds wait for their clock."""
        while not self._stopping:
            seen = self._schedule_version
            running = [world for world in list(self._worlds.values()) if not world.clock.frozen]
            failed = [world for world in running if not self._run_schedule(world)]
            left = min((world.scheduler.pause() for world in running), default=math.inf)
            left = min(left, self._drop_expired())
            left = max(left, _PAUSE if failed else 0)
            with self._schedule:
                self._schedule.wait_for(
                    lambda: self._schedule_version != seen,  # noqa: B023
                    min(left, threading.TIMEOUT_MAX),
                )

    def _run_schedule(self, world: World) -> bool:
        """Whether all went well: one world's trouble must not end the timer of all."""
        try:
            world.database.catch_up()
            if world.scheduler.left_to_others:
                world.scheduler.load()
            world.scheduler.run()
        except DatabaseGoneError:  # by another process
            self._forget(world.name)
        except DATABASE_ERRORS as error:
            _LOG.warning("the schedule of world %s waits for its database (%s)", world.name, type(error).__name__)
            return False
        except Exception:
            logging.getLogger(__name__).exception("the schedule of world %s failed", world.name)
            return False
        return True

    def _drop_expired(self) -> float:
        """Drop what was unused for as long as it may be; seconds until the next one."""
        for world in [world for world in list(self._worlds.values()) if not world.life_left]:
            ttl = world.settings[WORLDS_TTL]
            try:
                self.delete(world.name)
                self._worlds[DEFAULT].journal.record(EXPIRED, name=world.name, ttl=str(ttl))
            except (Refusal, DatabaseGoneError):  # somebody else deleted it
                self._forget(world.name)
            except Exception:
                logging.getLogger(__name__).exception("world %s could not be dropped", world.name)
                world.used_at = time.monotonic()  # it is tried again after as long
        return min((world.life_left for world in list(self._worlds.values())), default=math.inf)

    def close(self) -> None:
        self._stopping = True
        self._schedule_changed()
        self._timer.join()
        for world in self._worlds.values():
            world.close()
        self._storage.close()
        self._template.close()


def _limit_life(world: World, spec: WorldSpec, otherwise: timedelta) -> None:
    """Let a world live as long as it is told, or else as `otherwise`."""
    ttl = otherwise if spec.ttl is None else spec.ttl
    if world.settings[WORLDS_TTL] != ttl and (spec.ttl is not None or WORLDS_TTL.name not in spec.settings):
        world.settings.change({WORLDS_TTL.name: ttl})
