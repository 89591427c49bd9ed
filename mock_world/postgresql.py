"""Worlds in PostgreSQL, for several processes: a schema for each world.

Transactions of a world follow one another across processes as they do in one: each begins by locking the row of
`world_change`, which says what others have written since, so that what is kept in memory is read again. Who waits in
another process is woken by NOTIFY when the transaction is committed.
"""

import json
import logging
import secrets
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, cast

import psycopg
from psycopg.types.string import StrDumper
from pydantic import ConfigDict, TypeAdapter
from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, CreateTable

from mock_world.clock import real_now
from mock_world.database import (
    BEGINNING,
    WRITTEN,
    Base,
    Database,
    DatabaseGoneError,
    DatabaseLostError,
    note_written,
)
from mock_world.messages import MOST, HttpMessage, MessageStore
from mock_world.migration import stamp, upgraded
from mock_world.sqlite import SqliteDatabase
from mock_world.storage import GONE, Heard, StorageError, WorldExistsError

if TYPE_CHECKING:
    from collections.abc import Hashable

    from psycopg import Connection
    from sqlalchemy import URL, Table
    from sqlalchemy import Connection as SqlConnection

_CHANNEL = "eulogin_harness"
_NOTIFY = "SELECT pg_notify(%s, %s)"
_CHOSEN = "schema"  # the one that a connection reads
_SCHEMA = "world_"  # with the name of a world behind it
_PATIENCE = 10  # seconds until a server that does not answer counts as none
_NO_TABLE = psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName
_PAUSE = 1.0  # seconds before a lost connection is made anew
_POOL, _MORE = 5, 10  # connections of a process that stay, and that it takes when it needs more
_LONGEST = 7900  # bytes of a notification
_CHANGES = """
CREATE TABLE world_change (number bigint NOT NULL, written text NOT NULL);
INSERT INTO world_change SELECT extract(epoch FROM clock_timestamp()) * 1000000, '{}';
CREATE SEQUENCE world_sign_in;
CREATE TABLE world_message (id bigserial PRIMARY KEY, content text NOT NULL);
CREATE TABLE world_beginning (at timestamp with time zone NOT NULL, content bytea NOT NULL);
"""
_WHOLE = """
SELECT nspname FROM pg_namespace JOIN pg_class ON relnamespace = pg_namespace.oid
WHERE relname = 'alembic_version' AND nspname LIKE 'world\\_%' ORDER BY pg_namespace.oid
"""
_MESSAGE = TypeAdapter(
    HttpMessage, config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", arbitrary_types_allowed=True)
)
_CLEARED = 100  # numbers of messages after which old ones go
_LOG = logging.getLogger(__name__)


class _WithoutNul(StrDumper):
    """PostgreSQL keeps no NUL in texts; what sends one gets the sign for what cannot be shown."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))


@cache
def _tables() -> list["Table"]:
    return list(Base.metadata.sorted_tables)


@cache
def _script() -> str:
    """Makes all tables of a world, at once."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    made: list[CreateTable | CreateIndex] = [CreateTable(table) for table in _tables()]
    made += [CreateIndex(index) for table in _tables() for index in table.indexes]
    return ";".join(str(each.compile(dialect=dialect)) for each in made) + ";" + _CHANGES


@cache
def _renumbering() -> str:
    """Lets each sequence go on behind the greatest number that is there."""
    columns = [(table.name, table.autoincrement_column) for table in _tables()]
    return ";".join(
        f"SELECT setval(pg_get_serial_sequence('{table}', '{column.name}'), "  # noqa: S608 - our own tables
        f'coalesce((SELECT max("{column.name}") FROM "{table}"), 0) + 1, false)'
        for table, column in columns
        if column is not None
    )


class PostgresqlDatabase(Database):
    """The schema of one world. new: it is made by the first transaction."""

    def __init__(self, storage: "PostgresqlStorage", name: str, *, new: bool = False) -> None:
        super().__init__()
        self.name = name
        self._storage = storage
        self.schema = f'"{_SCHEMA}{name}"'
        self._new = new
        self._number = -1  # of the last change that this process knows
        self._marked, self._looked = 1, 0  # how often it was marked as stale, and up to which mark was looked
        self.salt = storage.process
        self._marking = threading.Lock()
        self._changes: dict[str, int] = {}  # the number of the last change of each table
        self._closed = False
        self._choosing = f"SET search_path TO {self.schema}"
        chosen = f"SET LOCAL search_path TO {self.schema};"
        self._making = f"CREATE SCHEMA {self.schema};{chosen}{_script()}"
        self._counting = f"SELECT number FROM {self.schema}.world_change"  # noqa: S608 - of letters and hyphens
        self._opening = f"{chosen}SELECT number, written FROM world_change FOR UPDATE"  # noqa: S608 - of letters and hyphens

    @contextmanager
    def _begun(self) -> Iterator[Session]:
        if self._closed:
            raise DatabaseGoneError(self.name)
        with self._opened() as connection:
            connection.info[WRITTEN] = self._written
            with Session(connection, expire_on_commit=False) as session:
                yield session

    def _opened(self) -> "SqlConnection":
        """A connection with a transaction that has the world; where the server was restarted meanwhile, a new one."""
        engine = self._storage.engine
        with suppress(DatabaseLostError):
            return self._open(engine.connect())
        engine.dispose()  # perhaps the server was restarted, so that no connection is worth anything
        return self._open(engine.connect())

    def _open(self, connection: "SqlConnection") -> "SqlConnection":
        """Begin a transaction that has the world; the connection is closed where that cannot be."""
        try:
            (self._make if self._new else self._take)(_driver(connection))
        except BaseException as error:
            if isinstance(error, DatabaseLostError):
                connection.invalidate()
            connection.close()
            raise
        return connection

    def _take(self, raw: "Connection[Any]") -> None:
        with _translated(self.name):
            cursor = raw.execute(cast("Any", self._opening), prepare=False)
        cursor.nextset()
        self._current = cast("tuple[int, str]", cursor.fetchone())

    def _make(self, raw: "Connection[Any]") -> None:
        try:
            raw.execute(cast("Any", self._making), prepare=False)
        except (psycopg.errors.DuplicateSchema, psycopg.errors.UniqueViolation):
            raise WorldExistsError(self.name) from None
        cursor = raw.execute("SELECT number, written FROM world_change")
        self._current = cast("tuple[int, str]", cursor.fetchone())
        self._number = self._current[0]

    def _look(self, session: Session) -> None:  # noqa: ARG002
        number, written = self._current
        if number == self._number:
            return
        before, self._changes = self._number, json.loads(written)
        others = {table for table, changed in self._changes.items() if changed > before}
        self._forget(others)
        self.changed(others)
        self._number = number

    def _commit(self, session: Session) -> None:
        session.flush()
        topics: set[str] = session.info.get(_CHANNEL, set())
        number = self._number
        if self._written:
            number += 1
            self._changes |= dict.fromkeys(self._written, number)
            update = "UPDATE world_change SET number = %s, written = %s"
            with _translated(self.name):
                _raw(session).execute(update, (number, json.dumps(self._changes)))
        if topics:
            message = self._storage.message(self.name, topics)
            with _translated(self.name):
                _raw(session).execute(_NOTIFY, (_CHANNEL, message))
        session.commit()
        self._number, self._new = number, False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        if self.in_transaction:
            with self.session() as session:
                yield session
            return
        self.catch_up()
        with self._storage.reading.connect() as connection:
            connection.info[WRITTEN] = None
            if connection.info.get(_CHOSEN) != self.schema:
                connection.exec_driver_sql(self._choosing)
                connection.info[_CHOSEN] = self.schema
            try:
                with Session(connection, expire_on_commit=False, autoflush=False) as session:
                    yield session
            except ProgrammingError as error:
                if isinstance(error.orig, _NO_TABLE):
                    raise DatabaseGoneError(self.name) from None
                raise

    def making(self) -> Any:
        return self.session()

    def cached(self, tables: frozenset[str], key: "Hashable", read: Callable[[], Any]) -> Any:
        self.catch_up()
        return super().cached(tables, key, read)

    def catch_up(self) -> None:
        marked = self._marked
        if marked == self._looked or self.in_transaction or self._new:
            return
        if self._storage.ask(self._counting) != self._number:
            with self.session():
                pass
        self._looked = max(self._looked, marked)

    def mark_stale(self) -> None:
        with self._marking:
            self._marked += 1

    def announce(self, topic: str) -> None:
        if not self.in_transaction:
            self._storage.notify(self.name, [topic])
            return
        with self.session() as session:
            session.info.setdefault(_CHANNEL, set()).add(topic)

    def next_number(self, used: int) -> int:  # noqa: ARG002
        number: int = self._storage.ask(f"SELECT nextval('{self.schema}.world_sign_in')")
        return number

    def store_beginning(self, at: datetime, content: bytes) -> None:
        with self.session() as session:
            raw = _raw(session)
            raw.execute("DELETE FROM world_beginning")
            raw.execute("INSERT INTO world_beginning VALUES (%s, %s)", (at, content))
            self._written.add(BEGINNING)

    def stored_beginning(self) -> tuple[datetime, bytes] | None:
        with self.session() as session:
            kept = _raw(session).execute("SELECT at, content FROM world_beginning").fetchone()
        return (kept[0].astimezone(UTC), kept[1]) if kept else None

    def use_numbers(self, used: int) -> None:
        with self.session() as session:
            used_up = "SELECT setval('world_sign_in', greatest(last_value, %s)) FROM world_sign_in"
            _raw(session).execute(used_up, (used or 1,))

    @contextmanager
    def moving_clock(self) -> Iterator[None]:
        key = f"hashtext('{self.schema}'), 2"
        with self._storage.reading.connect() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({key})")
            try:
                self.mark_stale()
                self.catch_up()
                yield
            finally:
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({key})")

    @contextmanager
    def exclusive(self) -> Iterator[bool]:
        key = f"hashtext('{self.schema}'), 1"
        alone = bool(self._storage.ask(f"SELECT pg_try_advisory_lock({key})"))
        try:
            yield alone
        finally:
            if alone:
                self._storage.ask(f"SELECT pg_advisory_unlock({key})")

    def copy_from(self, template: Database) -> None:
        with self.session() as session, template.session() as other:
            for table in reversed(_tables()):
                session.execute(table.delete())
            _copy_rows(other, session)
            self.renumber()

    def renumber(self) -> None:
        with self.session() as session:
            _raw(session).execute(cast("Any", _renumbering()), prepare=False)

    def content(self) -> bytes:
        copy = SqliteDatabase()
        copy.create_tables()
        with self.session() as session, copy.session() as other:
            _copy_rows(session, other)
        content = copy.content()
        copy.close()
        return content

    def close(self) -> None:
        self._closed = True


def _copy_rows(source: Session, target: Session) -> None:
    """Put all rows of all tables into another database, whose tables are empty."""
    for table in _tables():
        if rows := [dict(row) for row in source.execute(select(table)).mappings()]:
            target.execute(table.insert(), rows)


@contextmanager
def _translated(name: str) -> Iterator[None]:
    """Errors of psycopg as what the other modules know."""
    try:
        yield
    except _NO_TABLE:
        raise DatabaseGoneError(name) from None
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise DatabaseLostError(" ".join(str(error).split())) from None


def _raw(session: Session) -> "Connection[Any]":
    """The connection of psycopg, on which several statements go in one message."""
    return _driver(session.connection())


def _driver(connection: "SqlConnection") -> "Connection[Any]":
    return cast("Connection[Any]", connection.connection.driver_connection)


class _Messages:
    """HTTP messages of all processes, the newest ones."""

    def __init__(self, database: PostgresqlDatabase, storage: "PostgresqlStorage") -> None:
        self._database = database
        self._storage = storage
        self._schema = database.schema

    def next_number(self) -> int:
        """Microseconds, which go on in all processes alike."""
        return int(real_now().timestamp() * 1_000_000)

    def add(self, message: HttpMessage) -> None:
        content = _MESSAGE.dump_json(message).decode()
        table = f"{self._schema}.world_message"
        number = self._storage.ask(f"INSERT INTO {table} (content) VALUES (%s) RETURNING id", content)  # noqa: S608
        if not number % _CLEARED:
            self._storage.ask(f"DELETE FROM {table} WHERE id <= %s", number - MOST)  # noqa: S608

    def all(self) -> list[HttpMessage]:
        with self._storage.engine.connect() as connection:
            kept = connection.exec_driver_sql(f"SELECT content FROM {self._schema}.world_message").scalars()  # noqa: S608
            return [_MESSAGE.validate_json(content) for content in kept]

    def clear(self) -> None:
        with self._database.session() as session:
            _raw(session).execute("DELETE FROM world_message")


class PostgresqlStorage:
    """A schema for each world. Raises StorageError where nothing answers."""

    shared = True

    def __init__(self, url: "URL") -> None:
        self._shown = url.set(drivername="postgresql").render_as_string(hide_password=True)
        self.engine = _engine(url)
        self.reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._keywords: dict[str, Any] = {"connect_timeout": _PATIENCE, **url.translate_connect_args(database="dbname")}
        self._keywords |= {"user": self._keywords.pop("username", None), **url.query}
        self._asking = threading.Lock()
        self._aside: Connection[Any] | None = None
        self._ended = threading.Event()
        self._listener: threading.Thread | None = None

    @cached_property
    def process(self) -> int:
        """Of this process alone; the storage may be older than it, and be there in others that were forked."""
        return secrets.randbits(60)

    def names(self) -> list[str]:
        try:
            with self.engine.connect() as connection:
                schemas = connection.exec_driver_sql(_WHOLE.replace("%", "%%")).scalars().all()
        except DBAPIError as error:
            raise StorageError(self._cannot(error)) from None
        return [schema.removeprefix(_SCHEMA) for schema in schemas]

    def open(self, name: str) -> PostgresqlDatabase | None:
        database = PostgresqlDatabase(self, name)
        try:
            return database if upgraded(database) else None
        except DatabaseGoneError:
            return None
        except StorageError as error:
            raise StorageError(f"{self._shown}, world {name}: {error}") from None
        except (DBAPIError, psycopg.Error) as error:
            raise StorageError(self._cannot(error)) from None

    def new(self, name: str) -> PostgresqlDatabase:
        return PostgresqlDatabase(self, name, new=True)

    def finish(self, database: Database) -> None:
        stamp(database)

    def messages(self, database: Database) -> MessageStore | None:
        return _Messages(database, self) if isinstance(database, PostgresqlDatabase) else None

    def delete(self, name: str) -> None:
        schema = f'"{_SCHEMA}{name}"'
        with suppress(*_NO_TABLE), psycopg.connect(**self._keywords) as connection:
            # What goes on in the world ends first: to drop table by table meanwhile would be a deadlock.
            connection.execute(cast("Any", f"LOCK TABLE {schema}.world_change IN ACCESS EXCLUSIVE MODE"))
            connection.execute(cast("Any", f"DROP SCHEMA {schema} CASCADE"))
            connection.execute(_NOTIFY, (_CHANNEL, self.message(name, [GONE])))

    def notify(self, name: str, topics: Collection[str]) -> None:
        """Tell other processes that something behind these topics of a world changed."""
        self.ask(_NOTIFY, _CHANNEL, self.message(name, topics))

    def message(self, name: str, topics: Collection[str]) -> str:
        """What other processes are told of a world; where it is too much, that everybody looks."""
        text = json.dumps([self.process, name, sorted(topics)])
        return text if len(text) < _LONGEST else json.dumps([self.process, name, None])

    def ask(self, statement: str, *values: object) -> Any:
        """The first value of what a statement gives, outside of all transactions."""
        with self._asking, _translated(statement):
            try:
                cursor = self._connected().execute(cast("Any", statement), values or None)
            except psycopg.OperationalError:  # perhaps the server was restarted meanwhile
                cursor = self._connected().execute(cast("Any", statement), values or None)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def _connected(self) -> "Connection[Any]":
        """A connection for locks of this process, which end with it, for numbers, and for looks."""
        if self._aside is None or self._aside.closed:
            self._aside = psycopg.connect(**self._keywords, autocommit=True)
        return self._aside

    def listen(self, heard: Heard) -> None:
        """Call `heard` with world and topics at each change by another process; None is all of them."""
        self._listener = threading.Thread(target=self._listen, args=(heard,), name="postgresql-listener", daemon=True)
        ready = threading.Event()
        self._listening = ready
        self._listener.start()
        ready.wait()

    def _listen(self, heard: Heard) -> None:
        while not self._ended.is_set():
            try:
                with psycopg.connect(**self._keywords, autocommit=True) as connection:
                    connection.execute(f"LISTEN {_CHANNEL}")
                    self._listening.set()
                    heard(None, None)
                    for notice in connection.notifies():
                        if self._ended.is_set():
                            return
                        self._hear(notice.payload, heard)
            except psycopg.OperationalError as error:
                _LOG.warning("the connection to %s was lost, and is made anew: %s", self._shown, error)
                self._ended.wait(_PAUSE)

    def _hear(self, payload: str, heard: Heard) -> None:
        """Whatever comes, the next ones are heard."""
        try:
            sender, name, topics = json.loads(payload)
            if sender != self.process:
                heard(name, topics)
        except Exception:
            logging.getLogger(__name__).exception("a notification could not be taken: %.100s", ascii(payload))

    def close(self) -> None:
        self._ended.set()
        if self._listener:
            with suppress(psycopg.Error):
                self.notify("", [])
            self._listener.join()
        if self._aside:
            self._aside.close()
        self.engine.dispose()

    def _cannot(self, error: Exception) -> str:
        reason = " ".join(str(getattr(error, "orig", error)).split())
        return (
            f"expected PostgreSQL at {self._shown}, but got: {reason}; start it, mend the address, or leave --database "
            "out"
        )


def _engine(url: "URL") -> Engine:
    engine = create_engine(
        url, pool_size=_POOL, max_overflow=_MORE, hide_parameters=True, connect_args={"connect_timeout": _PATIENCE}
    )
    event.listen(engine, "before_cursor_execute", note_written)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.adapters.register_dumper(str, _WithoutNul)

    return engine
