"""A PostgreSQL for the run, an empty database for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count

import psycopg
import pytest

from mock_world import Worlds
from mock_world.addresses import ACTORS
from mock_world.database_url import storage_at
from mock_world.smtp_sink import Sink
from tests.postgresql import postgresql

NUMBERS = count(1)
Begin = Callable[[], Worlds]


@pytest.fixture(scope="session")
def server() -> Iterator[tuple[str, Callable[[], object]]]:
    """The address of its first database, and what restarts it."""
    with postgresql() as running:
        yield running


@pytest.fixture
def url(server: tuple[str, Callable[[], object]]) -> str:
    """The address of an empty database."""
    name = f"test{next(NUMBERS)}"
    with psycopg.connect(server[0], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{server[0].rpartition('/')[0]}/{name}"


@pytest.fixture
def begin(url: str) -> Iterator[Begin]:
    """Makes the worlds of a process: all of them are there side by side, on one database, until the test ends."""
    with ExitStack() as stack:

        def made() -> Worlds:
            worlds: list[Worlds] = []
            sink = Sink(lambda: worlds[0])
            address = sink.start()
            stack.callback(sink.stop)
            listeners = {actor: f"http://{actor}.test" for actor in ACTORS}
            worlds.append(Worlds(listeners, lambda: address, storage=storage_at(url)))
            stack.callback(worlds[0].close)
            return worlds[0]

        yield made
