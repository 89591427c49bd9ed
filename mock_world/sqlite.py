"""The database of a world in SQLite: in memory, or in a file for one process.

SQLite has one writer anyway, and a lock in the process wakes the next one at once where SQLite's own busy handler would
sleep.
"""

import sqlite3
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from mock_world.database import WRITTEN, Base, Database, note_written

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

PAGE = 1024  # bytes of a page: most tables are small, and who copies the database copies them all
_JOURNALS = slice(18, 20)  # bytes of a database that say how it is written, in a file by a log
_IN_MEMORY = b"\1\1"


@cache
def _engine() -> Engine:
    """One for all worlds, so that each statement is compiled once a process; each world has its connection."""
    engine = create_engine("sqlite://", poolclass=StaticPool, hide_parameters=True)
    engine.connect().close()  # the dialect learns what SQLite can do
    event.listen(engine, "before_cursor_execute", note_written)
    return engine


class SqliteDatabase(Database):
    """One connection, one transaction at a time.

    file: keeps it, for this process alone; None keeps it in memory. Raises sqlite3.Error for a file that another
    process has, or that is none of SQLite.
    """

    def __init__(self, file: Path | None = None) -> None:
        super().__init__()
        # sqlite3 begins by itself before the first write; until then the lock alone keeps the others away.
        self._connection = sqlite3.connect(file or ":memory:", check_same_thread=False, isolation_level="IMMEDIATE")
        self._connection.execute(f"PRAGMA page_size = {PAGE}")  # copies have it too
        if file:
            self._keep()
        self._pool = StaticPool(lambda: cast("DBAPIConnection", self._connection), dialect=_engine().dialect)

    def _keep(self) -> None:
        """Let what was committed outlive a process that is killed; a power cut may take the last moments."""
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")

    def tables(self) -> set[str]:
        """The names of its tables."""
        rows = self._connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return {name for (name,) in rows}

    def create_tables(self) -> None:
        Base.metadata.create_all(self._sql)
        self._sql.commit()

    @cached_property
    def _sql(self) -> Connection:
        """Kept open: to make one for each transaction takes as long as most of them."""
        connection = Connection(_engine(), connection=self._pool.connect())
        connection.info[WRITTEN] = self._written
        return connection

    @cached_property
    def _orm(self) -> Session:
        """One after the other uses it, and leaves nothing in it."""
        return Session(self._sql, expire_on_commit=False)

    def _begun(self) -> Session:
        return self._orm

    def copy_from(self, template: Database) -> None:
        if not isinstance(template, SqliteDatabase):
            raise TypeError(f"a database of SQLite is copied from another one, not from {template!r}")
        with self._lock:
            template._connection.backup(self._connection)  # noqa: SLF001
            self._cache.clear()

    def content(self) -> bytes:
        with self._lock:
            content = self._connection.serialize()
        return content[: _JOURNALS.start] + _IN_MEMORY + content[_JOURNALS.stop :]

    @classmethod
    def from_content(cls, content: bytes) -> "SqliteDatabase":
        """Another database that begins as `content`, which `content()` gave."""
        database = cls()
        database._connection.deserialize(content)
        return database

    def close(self) -> None:
        with self._lock:
            self._sql.close()
            self._pool.dispose()
            self._connection.close()
