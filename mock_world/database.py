"""One SQLite database a world, in memory or in a file, made by copying a template.

Transactions are short and follow one another: SQLite has one writer anyway, and a lock in the process wakes
the next one at once where SQLite's own busy handler would sleep.
"""

import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Insert,
    Interval,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
    insert,
)
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import StaticPool

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.engine.interfaces import DBAPIConnection

_WRITTEN = "written"  # names of the tables that a connection's transaction wrote
PAGE = 1024  # bytes of a page of SQLite: most tables are small, and who copies the database copies them all
_JOURNALS = slice(18, 20)  # bytes of a database that say how it is written, in a file by a log
_IN_MEMORY = b"\1\1"
_MOST_KEPT = 1000  # things in memory of each kind


P = ParamSpec("P")
T = TypeVar("T")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in UTC; SQLite keeps them without a zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """All tables of all actors; each actor declares its own in its folder."""

    metadata = MetaData(  # names by which migrations find what they change
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own form
        datetime: UtcDateTime,
        timedelta: Interval,
        dict[str, Any]: JSON,
        dict[str, str]: JSON,
        list[str]: JSON,
    }


@cache
def _engine() -> Engine:
    """One for all worlds, so that each statement is compiled once a process; each world has its connection."""
    engine = create_engine("sqlite://", poolclass=StaticPool, hide_parameters=True)
    engine.connect().close()  # the dialect learns what SQLite can do
    event.listen(engine, "before_cursor_execute", _note_written)
    return engine


def _note_written(connection: Connection, *statement: Any) -> None:
    context = statement[3]
    if context.isinsert or context.isupdate or context.isdelete:
        connection.info[_WRITTEN].add(context.compiled.statement.table.name)


def table_of(model: type[Base]) -> "Table":
    """The table of a model: statements of it are quicker than of the class, and give rows in place of objects."""
    return cast("Table", model.__table__)


@cache
def insert_into(model: type[Base]) -> Insert:
    """Inserts rows, by the names of their columns."""
    return insert(table_of(model))


class Database:
    """Engine and transactions of one world: one connection, one transaction at a time.

    file: keeps it, for this process alone; None keeps it in memory. Raises sqlite3.Error for a file that another
    process has, or that is none of SQLite.
    """

    def __init__(self, file: Path | None = None) -> None:
        # sqlite3 begins by itself before the first write; until then the lock alone keeps the others away.
        self._connection = sqlite3.connect(file or ":memory:", check_same_thread=False, isolation_level="IMMEDIATE")
        self._connection.execute(f"PRAGMA page_size = {PAGE}")  # copies have it too
        if file:
            self._keep()
        self._lock = threading.Lock()
        self._local = threading.local()
        self._pool = StaticPool(lambda: cast("DBAPIConnection", self._connection), dialect=_engine().dialect)
        self._written: set[str] = set()
        self.writes = 0  # transactions that have written something
        self._cache: defaultdict[frozenset[str], dict[Hashable, Any]] = defaultdict(dict)

    def _keep(self) -> None:
        """Let what was committed outlive a process that is killed; a power cut may take the last moments."""
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")

    def create_tables(self) -> None:
        Base.metadata.create_all(self._sql)
        self._sql.commit()

    @cached_property
    def _sql(self) -> Connection:
        """Kept open: to make one for each transaction takes as long as most of them."""
        connection = Connection(_engine(), connection=self._pool.connect())
        connection.info[_WRITTEN] = self._written
        return connection

    @cached_property
    def _orm(self) -> Session:
        """One after the other uses it, and leaves nothing in it."""
        return Session(self._sql, expire_on_commit=False)

    def copy_from(self, template: "Database") -> None:
        """Become a copy of `template`; what was here is gone."""
        with self._lock:
            template._connection.backup(self._connection)  # noqa: SLF001
            self._cache.clear()

    def content(self) -> bytes:
        """The whole database, as it stands between two transactions, in the form that memory takes."""
        with self._lock:
            content = self._connection.serialize()
        return content[: _JOURNALS.start] + _IN_MEMORY + content[_JOURNALS.stop :]

    @classmethod
    def from_content(cls, content: bytes) -> "Database":
        """Another database that begins as `content`, which `content()` gave."""
        database = cls()
        database._connection.deserialize(content)
        return database

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back on any exception.

        Inside another one of the same thread it joins that one, so rules may call rules.
        """
        current: Session | None = getattr(self._local, "session", None)
        if current is not None:
            yield current
            return
        callbacks: list[Callable[[], None]] = []
        last_steps: list[Callable[[], object]] = []
        self._local.callbacks, self._local.last_steps = callbacks, last_steps
        try:
            with self._lock, self._orm as session:
                self._local.session = session
                try:
                    yield session
                    for step in last_steps:
                        step()
                    session.commit()
                    self.writes += bool(self._written)
                    self._forget()
                except BaseException:
                    session.rollback()
                    raise
                finally:
                    self._written.clear()
                    session.info.clear()
        finally:
            self._local.session = None
            self._local.callbacks = self._local.last_steps = None
            for callback in callbacks:
                callback()

    def cached(self, tables: frozenset[str], key: Hashable, read: Callable[[], T]) -> T:
        """What `read` reads of these tables and nothing else: read once, and kept until one of them is written.

        Who is in a transaction sees what that has written, so there it is read, and not kept. None is not kept.
        """
        if self._in_transaction:
            return read()
        known = self._cache.get(tables)  # to make room for new tables is for who holds the lock
        value: T | None = known.get(key) if known else None
        if value is not None:
            return value
        with self.session():  # so that no older look can overtake a newer one
            kept = self._cache[tables]
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            value = kept[key] = read()
        return value

    def _forget(self) -> None:
        """What was kept of tables that the current transaction wrote."""
        for tables, kept in self._cache.items():
            if tables & self._written:
                kept.clear()

    @property
    def _in_transaction(self) -> bool:
        """Whether this thread is in one."""
        return getattr(self._local, "session", None) is not None

    @staticmethod
    def settle(session: Session) -> None:
        """Write what is pending, so that it is found by its key; who gathers many does it once for all of them."""
        if session.autoflush:
            session.flush()

    @staticmethod
    def put(session: Session, row: Base) -> None:
        """Write a new row at once. The session learns nothing of it, which is quicker than to add it."""
        values = {name: value for name, value in vars(row).items() if name != "_sa_instance_state"}
        session.connection().execute(insert_into(type(row)), values)

    def afterwards(self, callback: Callable[[], None]) -> None:
        """Call back when this thread's transaction has ended, either way; at once where there is none."""
        callbacks: list[Callable[[], None]] | None = getattr(self._local, "callbacks", None)
        if callbacks is None:
            callback()
        else:
            callbacks.append(callback)

    def finally_do(self, step: Callable[[], object]) -> None:
        """Do something as the last step of this thread's transaction; a rollback spares it."""
        steps: list[Callable[[], object]] = self._local.last_steps
        steps.append(step)

    def check_no_transaction(self) -> None:
        """Raise where this thread holds a transaction: before waiting or talking to others."""
        if self._in_transaction:
            raise RuntimeError("a database transaction is held while waiting; end it first")

    def close(self) -> None:
        with self._lock:
            self._sql.close()
            self._pool.dispose()
            self._connection.close()


class HasDatabase(Protocol):
    """A world, as far as a cached function needs it."""

    database: Database


def cached(*models: type[Base]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorate what reads the tables of these models, and nothing else that changes: neither clock nor setting.

    Its first argument is the world, the others are hashable. What it returns is shared by all: who changes a row reads
    it anew in the transaction that does. Inside a transaction it always reads (see
    Database.cached).
    """
    tables = frozenset(model.__tablename__ for model in models)

    def decorate(read: Callable[P, T]) -> Callable[P, T]:
        @wraps(read)
        def read_or_cached(*args: P.args, **kwargs: P.kwargs) -> T:
            world, *others = cast("tuple[HasDatabase, ...]", args)
            return world.database.cached(tables, (read, *others, *kwargs.items()), lambda: read(*args, **kwargs))

        return read_or_cached

    return decorate
