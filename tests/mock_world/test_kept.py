"""What a world keeps in memory of what it reads from the database."""

import pytest
from sqlalchemy import func, select

from mock_world import World, Worlds
from mock_world.due import DueItem

from .conftest import MakeWorld, rolled_back


def count(world: World) -> int:
    with world.database.session() as db:
        return db.scalar(select(func.count()).select_from(DueItem)) or 0


def add(world: World, *, says_so: bool = True) -> None:
    with world.database.session() as db:
        db.add(DueItem(due_at=world.clock.now().replace(year=2100), kind="test", payload={}))
        if says_so:
            world.read_anew(count)


def test_what_is_kept_is_read_once_and_anew_when_it_changed(world: World) -> None:
    assert world.kept(count) == 0
    add(world, says_so=False)
    assert world.kept(count) == 0
    add(world)
    assert world.kept(count) == 2


def test_each_world_keeps_its_own(make_world: MakeWorld) -> None:
    blue, red = make_world("blue"), make_world("red")
    assert (blue.kept(count), red.kept(count)) == (0, 0)
    add(blue)
    assert (blue.kept(count), red.kept(count)) == (1, 0)


def test_nothing_is_kept_beyond_a_reset(worlds: Worlds, world: World) -> None:
    add(world)
    assert world.kept(count) == 1
    worlds.reset(world)
    assert world.kept(count) == 0


def test_what_is_read_within_a_transaction_that_failed_is_not_kept(world: World) -> None:
    with rolled_back(world):
        add(world)
        assert world.kept(count) == 1
    assert world.kept(count) == 0


def test_it_is_read_in_a_transaction_so_that_no_older_look_overtakes_a_newer_one(world: World) -> None:
    def held(world: World) -> bool:
        with pytest.raises(RuntimeError):
            world.database.must_not_hold()
        return True

    assert world.kept(held)
