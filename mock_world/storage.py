"""Where the databases of worlds are: what keeps them, and what keeps nothing."""

from collections.abc import Callable
from typing import Protocol

from mock_world.database import Database
from mock_world.messages import MessageStore
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

    def messages(self, database: Database) -> MessageStore | None:
        """Where all processes keep the HTTP messages of a world; None where one alone has it."""

    def listen(self, heard: "Heard") -> None:
        """Call `heard` with world and topics at each change by another process; None is all of them."""

    def close(self) -> None:
        """The process ends."""


class Alone:
    """One process has the worlds."""

    shared = False

    def messages(self, database: Database) -> MessageStore | None:  # noqa: ARG002
        return None

    def listen(self, heard: "Heard") -> None:
        """Nobody else changes anything."""

    def close(self) -> None:
        """Each database closes by itself."""


class MemoryStorage(Alone):
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
