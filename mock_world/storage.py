"""Where the databases of worlds are: in memory, or in files that outlive the process."""

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from mock_world.database import Database
from mock_world.sqlite import SqliteDatabase

GONE = "gone"  # the topic of a world that was deleted
Heard = Callable[[str | None, list[str] | None], None]


class StorageError(Exception):
    """A database that cannot be used; says what was expected, what came and what to do."""


class WorldExistsError(Exception):
    """Another process has just made a world of that name."""


class Storage(Protocol):
    """What keeps the databases of worlds, by their names. shared: other processes have them too."""

    shared: bool

    def names(self) -> list[str]:
        """The worlds that are kept, whole ones and others."""

    def open(self, name: str) -> Database | None:
        """The database of a world, in the form of this version; None where none is kept. Raises StorageError."""

    def new(self, name: str) -> Database:
        """An empty database, in place of one that was begun and not finished. Raises StorageError."""

    def finish(self, database: Database) -> None:
        """What was put into a database that was empty, or is to begin anew, is whole from here on."""

    def delete(self, name: str) -> None:
        """Forget a world, whose database is closed."""

    def listen(self, heard: "Heard") -> None:
        """Call `heard` with world and topics at each change by another process; None is all of them."""

    def close(self) -> None:
        """The process ends."""


class _Alone:
    """One process has the worlds."""

    shared = False

    def listen(self, heard: "Heard") -> None:
        """Nobody else changes anything."""

    def close(self) -> None:
        """Each database closes by itself."""


class MemoryStorage(_Alone):
    """Keeps nothing: all worlds end with the process."""

    def names(self) -> list[str]:
        return []

    def open(self, name: str) -> Database | None:  # noqa: ARG002
        return None

    def new(self, name: str) -> Database:  # noqa: ARG002
        return SqliteDatabase()

    def finish(self, database: Database) -> None:
        pass

    def delete(self, name: str) -> None:
        pass


class FileStorage(_Alone):
    """A file of SQLite for each world: the one that is named for the default world, others in a folder beside it.

    One process at a time has them. default: name of the default world.
    """

    def __init__(self, file: Path, default: str) -> None:
        self._file = file
        self._default = default
        self._folder = file.with_name(f"{file.name}.worlds")

    def names(self) -> list[str]:
        others = sorted(file.stem for file in self._folder.glob("*.db"))
        return [self._default, *others] if self._file.exists() else others

    def open(self, name: str) -> Database | None:
        from mock_world.migration import upgraded

        file = self._file_of(name)
        if not file.exists():
            return None
        with ExitStack() as failing:
            database = failing.enter_context(closing(self._opened(file)))
            if upgraded(database):
                failing.pop_all()
                return database
        self.delete(name)
        return None

    def new(self, name: str) -> Database:
        self.delete(name)
        file = self._file_of(name)
        try:
            if file.parent == self._folder:
                self._folder.mkdir(exist_ok=True)
            file.touch(mode=0o600)  # it holds the mock's secrets
        except OSError as error:
            raise StorageError(_cannot(file, str(error.strerror))) from None
        return self._opened(file)

    def finish(self, database: Database) -> None:
        from mock_world.migration import stamp

        stamp(database)

    def delete(self, name: str) -> None:
        for end in ("", "-wal", "-journal"):
            file = self._file_of(name)
            file.with_name(file.name + end).unlink(missing_ok=True)

    def _file_of(self, name: str) -> Path:
        return self._file if name == self._default else self._folder / f"{name}.db"

    def _opened(self, file: Path) -> Database:
        try:
            return SqliteDatabase(file)
        except sqlite3.Error as error:
            raise StorageError(_cannot(file, str(error))) from None


def _cannot(file: Path, reason: str) -> str:
    what_to_do = "stop the mock that uses it" if "locked" in reason else "mend that, or name another file"
    return f"expected a database of this mock in {file}, or a file that can be made, but got: {reason}; {what_to_do}"


def storage_at(url: str, default: str) -> Storage:
    """What keeps worlds at an address such as sqlite:///mock.db. default: name of the default world.

    Raises ValueError with a sentence.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        address = URL.create("unknown")
    kind = address.drivername
    if kind in {"postgresql", "postgresql+psycopg"} and address.database:
        return _postgresql(address, default)
    if kind == "sqlite" and address.database and not address.query:
        return FileStorage(Path(address.database), default)
    shown = address.render_as_string(hide_password=True) if kind != "unknown" else url
    raise ValueError(
        f"expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE, but got {shown!r}; write such an "
        "address, or leave it out"
    )


def _postgresql(address: URL, default: str) -> Storage:
    try:
        from mock_world.postgresql import PostgresqlStorage
    except ImportError as error:
        raise ValueError(
            f"PostgreSQL needs a package that is not here ({error}); pip install 'eulogin-harness[postgresql]'"
        ) from None
    return PostgresqlStorage(address.set(drivername="postgresql+psycopg"), default)
