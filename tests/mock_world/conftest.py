from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mock_world import World, Worlds, WorldSpec
from mock_world.addresses import ACTORS
from mock_world.post_office import OutgoingMail
from mock_world.smtp_sink import Sink
from mock_world.world import HANDLERS

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
MakeWorld = Callable[..., World]


class Failure(Exception):  # noqa: N818 - the name says it
    """What a test raises to have a transaction rolled back."""


@contextmanager
def rolled_back(world: World) -> Iterator[Session]:
    """A transaction that fails at its end."""
    with suppress(Failure), world.database.session() as session:
        yield session
        raise Failure


@pytest.fixture
def worlds() -> Iterator[Worlds]:
    """Worlds of a process with a real SMTP sink and no pages."""
    found: list[Worlds] = []
    sink = Sink(lambda: found[0])
    address = sink.start()
    found.append(Worlds({actor: f"http://{actor}.test" for actor in ACTORS}, lambda: address))
    yield found[0]
    found[0].close()
    sink.stop()


@pytest.fixture
def make_world(worlds: Worlds) -> MakeWorld:
    """Makes a world that is frozen at NOON, unless told otherwise."""

    def make(name: str | None = None, **spec: Any) -> World:
        return worlds.create(name, WorldSpec(**{"now": NOON, "frozen": True, **spec}))

    return make


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world()


@pytest.fixture
def happened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, datetime]]:
    """What items of the agenda of kind `test.note` have noted: their text and the time then."""
    notes: list[tuple[str, datetime]] = []
    monkeypatch.setitem(
        HANDLERS, "test.note", lambda world, payload: notes.append((payload["text"], world.clock.now()))
    )
    return notes


@pytest.fixture
def make_mail() -> Callable[..., OutgoingMail]:
    """Makes a mail, by default to Ada."""

    def make(**parts: str) -> OutgoingMail:
        usual = {
            "to": "ada@hospital.example",
            "sender": "Mock <mock@eulogin.example>",
            "subject": "Your password",
            "text": "Dear Ada, your code is 123456.",
            "html": '<p>Dear Ada, follow <a href="http://idp.test/x?a=1&amp;b=2">this <b>link</b></a>.</p>',
        }
        return OutgoingMail(**{**usual, **parts})

    return make
