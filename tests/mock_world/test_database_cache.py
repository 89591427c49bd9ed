"""What a world keeps in memory of what it reads from the database."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from mock_world import World, Worlds
from mock_world.database import Database, cached
from mock_world.events import EventType
from mock_world.journal import Event
from mock_world.scheduler import ScheduledJob

from .conftest import NOON, MakeWorld, rolled_back

LATER = NOON.replace(year=2100)
HAPPENED = EventType("test.happened", "Something happened.")


@cached(ScheduledJob)
def kinds(world: World, start: str = "") -> list[str]:
    with world.database.session() as db:
        return list(
            db.scalars(select(ScheduledJob.kind).where(ScheduledJob.kind.startswith(start)).order_by(ScheduledJob.id))
        )


def item(kind: str) -> ScheduledJob:
    return ScheduledJob(due_at=LATER, kind=kind, payload={})


def add(world: World, kind: str) -> None:
    with world.database.session() as db:
        db.add(item(kind))


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A transaction each: how often the database was asked."""
    found: list[str] = []
    session = Database.session

    def counted(self: Database) -> object:
        found.append("asked")
        return session(self)

    monkeypatch.setattr(Database, "session", counted)
    return found


def test_it_is_read_once(world: World, looks: list[str]) -> None:
    add(world, "one")
    assert kinds(world) == kinds(world) == ["one"]
    looks.clear()
    assert kinds(world) == ["one"]
    assert looks == []


def test_what_is_asked_differently_is_read_for_itself(world: World) -> None:
    add(world, "one")
    add(world, "two")
    assert (kinds(world, "o"), kinds(world, "t"), kinds(world, "o")) == (["one"], ["two"], ["one"])


def test_what_is_asked_by_name_is_no_other_question(world: World) -> None:
    add(world, "one")
    add(world, "two")
    assert (kinds(world, start="o"), kinds(world, start="t"), kinds(world)) == (["one"], ["two"], ["one", "two"])


@pytest.mark.parametrize(
    ("write", "left"),
    [
        (lambda db: db.add(item("two")), ["one", "two"]),
        (lambda db: db.execute(insert(ScheduledJob).values(due_at=LATER, kind="two", payload={})), ["one", "two"]),
        (lambda db: Database.put(db, item("two")), ["one", "two"]),
        (lambda db: setattr(db.scalar(select(ScheduledJob)), "kind", "other"), ["other"]),
        (lambda db: db.execute(update(ScheduledJob).values(kind="other")), ["other"]),
        (
            lambda db: db.execute(update(ScheduledJob).values(kind="other").returning(ScheduledJob.kind)).all(),
            ["other"],
        ),
        (lambda db: db.delete(db.scalar(select(ScheduledJob))), []),
        (lambda db: db.execute(delete(ScheduledJob)), []),
    ],
    ids=["add", "insert", "put", "attribute", "update", "returning", "delete an object", "delete"],
)
def test_it_is_read_anew_however_its_table_was_written(
    world: World, write: Callable[[object], object], left: list[str]
) -> None:
    add(world, "one")
    assert kinds(world) == ["one"]
    with world.database.session() as db:
        write(db)
    assert kinds(world) == left


def test_what_is_written_in_another_table_is_no_reason_to_read(world: World, looks: list[str]) -> None:
    add(world, "one")
    kinds(world)
    world.journal.record(HAPPENED)
    looks.clear()
    assert kinds(world) == ["one"]
    assert looks == []


def test_one_of_several_tables_is_reason_enough(world: World) -> None:
    @cached(ScheduledJob, Event)
    def moments(world: World) -> list[datetime]:
        with world.database.session() as db:
            return [
                *db.scalars(select(ScheduledJob.due_at)),
                *db.scalars(select(Event.at).where(Event.type == "test.happened")),
            ]

    assert moments(world) == []
    add(world, "one")
    assert moments(world) == [LATER]
    world.journal.record(HAPPENED)
    assert moments(world) == [LATER, NOON]


def test_a_transaction_sees_what_it_wrote_and_keeps_it_from_the_others(world: World) -> None:
    assert kinds(world) == []
    with rolled_back(world) as db:
        db.add(item("one"))
        assert kinds(world) == ["one"]
    assert kinds(world) == []


def test_what_a_transaction_read_before_it_wrote_is_not_kept(world: World) -> None:
    with world.database.session() as db:
        assert kinds(world) == []
        db.add(item("one"))
    assert kinds(world) == ["one"]


def test_a_transaction_that_failed_leaves_what_is_kept(world: World, looks: list[str]) -> None:
    add(world, "one")
    kinds(world)
    with rolled_back(world) as db:
        db.execute(delete(ScheduledJob))
    looks.clear()
    assert kinds(world) == ["one"]
    assert looks == []
    world.journal.record(HAPPENED)  # what the failed one wrote is not laid to the next one's charge
    looks.clear()
    assert kinds(world) == ["one"]
    assert looks == []


def test_what_is_called_back_after_a_transaction_sees_what_it_wrote(world: World) -> None:
    seen: list[list[str]] = []
    assert kinds(world) == []
    with world.database.session() as db:
        db.add(item("one"))
        world.database.afterwards(lambda: seen.append(kinds(world)))
    assert seen == [["one"]]


def test_of_many_at_once_nobody_sees_less_than_was_written_before(world: World) -> None:
    written, seen_less = 0, []

    def read() -> None:
        while written < 150:
            before = written
            if len(kinds(world)) < before:
                seen_less.append(before)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(150):
        add(world, str(number))
        written = number + 1
    for reader in readers:
        reader.join()
    assert seen_less == []


def test_each_world_keeps_its_own(make_world: MakeWorld) -> None:
    blue, red = make_world("blue"), make_world("red")
    assert (kinds(blue), kinds(red)) == ([], [])
    add(blue, "one")
    assert (kinds(blue), kinds(red)) == (["one"], [])


def test_nothing_is_kept_beyond_a_reset(worlds: Worlds, world: World) -> None:
    add(world, "one")
    assert kinds(world) == ["one"]
    worlds.reset(world)
    assert kinds(world) == []


def test_memory_stays_small_whatever_is_asked(world: World) -> None:
    for number in range(2500):
        kinds(world, str(number))
    assert sum(len(found) for found in world.database._cache.values()) <= 1000


def test_it_is_read_in_a_transaction_so_that_no_older_look_overtakes_a_newer_one(world: World) -> None:
    @cached(ScheduledJob)
    def held(world: World) -> bool:
        with pytest.raises(RuntimeError):
            world.database.check_no_transaction()
        return True

    assert held(world)


def test_a_first_question_of_another_thread_disturbs_no_transaction_that_ends(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes while what is kept is looked through; it has to wait, and then sees what was written."""
    answers: list[list[str]] = []
    waits = threading.Event()
    session = Database.session
    asking = threading.Thread(target=lambda: answers.append(kinds(world)))

    def noted(self: Database) -> object:
        if threading.current_thread() is asking:
            waits.set()
        return session(self)

    class Tables(frozenset[str]):
        def __and__(self, other: Any) -> frozenset[str]:
            if ScheduledJob.__tablename__ in other:
                asking.start()
                assert waits.wait(10)
            return super().__and__(other)

    monkeypatch.setattr(Database, "session", noted)
    world.database.cached(Tables({Event.__tablename__}), "all", lambda: "kept")
    add(world, "one")
    asking.join()
    assert answers == [["one"]]


def test_what_is_kept_reads_no_table_that_it_did_not_declare(world: World) -> None:
    @cached(ScheduledJob)
    def undeclared(world: World) -> list[ScheduledJob]:
        with world.database.session() as db:
            return list(db.scalars(select(ScheduledJob).join(Event, Event.id == ScheduledJob.id)))

    with pytest.raises(AssertionError, match="world_event"):
        undeclared(world)
