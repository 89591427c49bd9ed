import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mock_world import World
from mock_world.calls import call
from mock_world.mailbox import ARRIVED
from mock_world.settings import StoredSetting

from .conftest import rolled_back


def put(db: Session, name: str) -> None:
    db.add(StoredSetting(name=name, value={"value": 1}, origin="test"))


def names(world: World) -> list[str]:
    with world.database.session() as db:
        return list(db.scalars(select(StoredSetting.name).order_by(StoredSetting.name)))


def test_a_transaction_is_committed_at_its_end(world: World) -> None:
    with world.database.session() as db:
        put(db, "kept")
    assert names(world) == ["kept"]


def test_an_exception_rolls_everything_back_and_an_inner_session_joins_the_outer_one(world: World) -> None:
    with rolled_back(world) as outer:
        put(outer, "outer")
        outer.flush()
        with world.database.session() as inner:
            assert inner is outer
            put(inner, "inner")
    assert names(world) == []


def test_transactions_of_threads_follow_one_another(world: World) -> None:
    def add(number: int) -> None:
        for turn in range(20):
            with world.database.session() as db:
                put(db, f"{number}-{turn}")

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(world)) == 80


def test_a_copy_takes_two_kilobytes_at_most_for_each_empty_table(world: World) -> None:
    with world.database.session() as db:
        things = db.scalar(text("SELECT count(*) FROM sqlite_master"))
    assert len(world.database.content()) < 2048 * things


def test_afterwards_waits_for_the_outermost_end_however_it_is(world: World) -> None:
    said: list[str] = []
    with world.database.session():
        with world.database.session():
            world.database.afterwards(lambda: said.append("committed"))
        assert said == []
    with rolled_back(world):
        world.database.afterwards(lambda: said.append("rolled back"))
    world.database.afterwards(lambda: said.append("at once"))
    assert said == ["committed", "rolled back", "at once"]


def test_afterwards_may_use_the_database(world: World) -> None:
    with world.database.session():
        world.database.afterwards(lambda: world.journal.record(ARRIVED, subject="Hello"))
    assert world.journal.events(types=[ARRIVED.name])


def test_waiting_and_calling_others_inside_a_transaction_are_refused(world: World) -> None:
    with world.database.session(), pytest.raises(RuntimeError, match="transaction is held"):
        world.signals.wait(lambda: True, "topic", seconds=0)
    with world.database.session(), pytest.raises(RuntimeError, match="transaction is held"):
        call(world, "GET", "http://localhost/")
