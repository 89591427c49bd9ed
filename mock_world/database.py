"""What each world keeps in tables: their forms, and transactions, which are short and follow one another.

`mock_world.sqlite` has a world in memory or in a file, `mock_world.postgresql` shares it between processes.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Insert,
    Integer,
    Interval,
    MetaData,
    String,
    TypeDecorator,
    insert,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session

if TYPE_CHECKING:
    from sqlalchemy import Table

BEGINNING = "world_beginning"  # the table of how a world began, where processes share it: who writes it replaces all
WRITTEN = "written"  # names of the tables that a connection's transaction wrote
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
        int: Integer().with_variant(BigInteger(), "postgresql"),
        str: String().with_variant(String(collation="C"), "postgresql"),  # compared as SQLite does
        datetime: UtcDateTime,
        timedelta: Interval,
        dict[str, Any]: JSON,
        dict[str, str]: JSON,
        list[str]: JSON,
    }


def note_written(connection: Connection, *statement: Any) -> None:
    """Note which tables a transaction writes: a listener to "before_cursor_execute"."""
    context = statement[3]
    if context.isinsert or context.isupdate or context.isdelete:
        written = connection.info[WRITTEN]
        if written is None:
            raise RuntimeError("a session for what reads alone writes; take Database.session()")
        written.add(context.compiled.statement.table.name)


def table_of(model: type[Base]) -> "Table":
    """The table of a model: statements of it are quicker than of the class, and give rows in place of objects."""
    return cast("Table", model.__table__)


@cache
def insert_into(model: type[Base]) -> Insert:
    """Inserts rows, by the names of their columns."""
    return insert(table_of(model))


class DatabaseGoneError(Exception):
    """The world was deleted, perhaps by another process."""


class DatabaseLostError(Exception):
    """The database does not answer now; a sentence."""


DATABASE_ERRORS = (DBAPIError, DatabaseGoneError, DatabaseLostError)  # not of what was asked, but of the database


class Database:
    """Transactions of one world, one at a time in a process; what was read, and is kept until it is written.

    salt: what a seed is changed by, so that no two processes draw the same; 0 where one alone has the world.
    """

    salt = 0

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._local = threading.local()
        self._written: set[str] = set()
        self.changed: Callable[[AbstractSet[str]], None] = lambda _: None  # told which tables other processes wrote
        self.writes = 0  # transactions that have written something
        self._cache: defaultdict[frozenset[str], dict[Hashable, Any]] = defaultdict(dict)

    def _begun(self) -> AbstractContextManager[Session]:
        """A session in which nothing happened yet; closed at the end."""
        raise NotImplementedError

    def copy_from(self, template: "Database") -> None:
        """Become a copy of `template`, which is one in memory; what was here is gone."""
        raise NotImplementedError

    def content(self) -> bytes:
        """The whole database as one of SQLite, as it stands between two transactions, in the form that memory takes."""
        raise NotImplementedError

    def close(self) -> None:
        """End it; no transaction begins any more."""
        raise NotImplementedError

    def making(self) -> AbstractContextManager[object]:
        """What is made in this block is there as a whole or not at all, where the database can do that."""
        return nullcontext()

    def renumber(self) -> None:
        """Let new rows have numbers after those of rows that were put in with theirs."""

    def store_beginning(self, at: datetime, content: bytes) -> None:
        """Let processes that come later know how the world began: world time and database."""

    def stored_beginning(self) -> tuple[datetime, bytes] | None:
        """How the world began, where that is kept."""

    def mark_stale(self) -> None:
        """Another process may have changed something."""

    def catch_up(self) -> None:
        """Learn what other processes have changed; outside of a transaction."""

    def announce(self, topic: str) -> None:
        """Tell other processes, at the end of the transaction, that something behind a topic changed."""

    def next_number(self, used: int) -> int:
        """The next one of numbers that never come twice, of which this process knows that `used` were used."""
        return used + 1

    def moving_clock(self) -> AbstractContextManager[object]:
        """No other process moves the clock in this block, and what others did before is known."""
        return nullcontext()

    def use_numbers(self, used: int) -> None:
        """Let `next_number` give greater ones."""

    def exclusive(self) -> AbstractContextManager[bool]:
        """Whether no other process does what is done in this block."""
        return nullcontext(enter_result=True)

    def _look(self, session: Session) -> None:
        """Look, at the beginning of a transaction, what others have changed."""

    def _commit(self, session: Session) -> None:
        session.commit()

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
            with self._lock, self._begun() as session:
                self._local.session = session
                try:
                    self._look(session)
                    yield session
                    for step in last_steps:
                        step()
                    self._commit(session)
                    self.writes += bool(self._written)
                    self._forget(self._written)
                except BaseException:
                    session.rollback()
                    raise
                finally:
                    self._written.clear()
                    session.info.clear()
        finally:
            self._local.session = None
            self._local.callbacks = self._local.last_steps = None
            with ExitStack() as stack:  # where one fails, the others are called all the same
                for callback in reversed(callbacks):
                    stack.callback(callback)

    def reading(self) -> AbstractContextManager[Session]:
        """A session for what reads alone; inside a transaction of the same thread it is a part of that.

        Processes that share a world read without keeping one another from writing.
        """
        return self.session()

    def cached(self, tables: frozenset[str], key: Hashable, read: Callable[[], T]) -> T:
        """What `read` reads of these tables and nothing else: read once, and kept until one of them is written.

        Who is in a transaction sees what that has written, so there it is read, and not kept. None is not kept.
        """
        if self.in_transaction:
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

    def _forget(self, written: AbstractSet[str]) -> None:
        """What was kept of tables that were written."""
        for tables, kept in self._cache.items():
            if tables & written:
                kept.clear()

    @property
    def in_transaction(self) -> bool:
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
        if self.in_transaction:
            raise RuntimeError("a database transaction is held while waiting; end it first")


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
