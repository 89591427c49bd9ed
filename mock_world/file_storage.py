"""Worlds in files of SQLite that outlive their process."""

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

from mock_world.database import Base, Database
from mock_world.migration import stamp, upgraded
from mock_world.sqlite import SqliteDatabase
from mock_world.storage import Alone, StorageError
from mock_world.worlds import DEFAULT


class FileStorage(Alone):
    """A file of SQLite for each world: the one that is named for the default world, others in a folder beside it.

    One process at a time has them.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._folder = file.with_name(f"{file.name}.worlds")

    def names(self) -> list[str]:
        others = sorted(file.stem for file in self._folder.glob("*.db"))
        return [DEFAULT, *others] if self._file.exists() else others

    def open(self, name: str) -> Database | None:
        file = self._file_of(name)
        if not file.exists():
            return None
        with ExitStack() as failing:
            database = failing.enter_context(closing(self._opened(file)))
            if upgraded(database):
                failing.pop_all()
                return database
            if strange := database.tables() - Base.metadata.tables.keys() - {"alembic_version"}:
                names = ", ".join(sorted(strange)[:3])
                raise StorageError(
                    f"expected a database of this mock in {file}, but got one with other tables ({names}); "
                    "name another file"
                )
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
        stamp(database)

    def delete(self, name: str) -> None:
        for end in ("", "-wal", "-journal"):
            file = self._file_of(name)
            file.with_name(file.name + end).unlink(missing_ok=True)

    def _file_of(self, name: str) -> Path:
        return self._file if name == DEFAULT else self._folder / f"{name}.db"

    def _opened(self, file: Path) -> SqliteDatabase:
        try:
            return SqliteDatabase(file)
        except sqlite3.Error as error:
            raise StorageError(_cannot(file, str(error))) from None


def _cannot(file: Path, reason: str) -> str:
    what_to_do = "stop the mock that uses it" if "locked" in reason else "mend that, or name another file"
    return f"expected a database of this mock in {file}, or a file that can be made, but got: {reason}; {what_to_do}"
