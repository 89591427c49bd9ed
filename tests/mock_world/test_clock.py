import threading
from datetime import UTC, datetime, timedelta

import pytest

from mock_world import Refusal, World
from mock_world.clock import real_now
from mock_world.due import HANDLERS

from .conftest import NOON, MakeWorld, rolled_back

MINUTE = timedelta(minutes=1)
Notes = list[tuple[str, datetime]]


def note(world: World, text: str, after: timedelta) -> None:
    world.due.add(world.clock.now() + after, "test.note", {"text": text})


def test_frozen_clock_stands_still(world: World) -> None:
    assert world.clock.now() == world.clock.now() == NOON
    assert world.clock.frozen


def test_running_clock_goes_with_real_time_from_where_it_began(make_world: MakeWorld) -> None:
    world = make_world(frozen=False)
    before, real = world.clock.now(), real_now()
    assert before >= NOON
    assert abs((world.clock.now() - before) - (real_now() - real)) < timedelta(seconds=1)


def test_world_without_a_time_of_its_own_has_the_real_one(make_world: MakeWorld) -> None:
    world = make_world(now=None, frozen=False)
    assert abs(world.clock.now() - real_now()) < timedelta(seconds=1)
    assert not world.clock.moved


def test_clock_moves_forward_to_the_second(world: World) -> None:
    world.move_clock(NOON + timedelta(minutes=4, seconds=59))
    assert world.clock.now() == NOON + timedelta(minutes=4, seconds=59)
    assert world.clock.moved


def test_clock_never_goes_back_and_says_what_to_do(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        world.move_clock(NOON - MINUTE)
    assert refused.value.code == "clock.back"
    assert "2026-11-27T12:00:00+00:00" in refused.value.message()
    assert "reset the world" in refused.value.remedy
    assert world.clock.now() == NOON


def test_frozen_clock_runs_on_from_where_it_stood(world: World) -> None:
    world.clock.run()
    assert not world.clock.frozen
    assert NOON <= world.clock.now() < NOON + MINUTE


def test_running_clock_can_be_frozen(make_world: MakeWorld) -> None:
    world = make_world(frozen=False)
    world.clock.freeze()
    assert world.clock.now() == world.clock.now()


def test_a_jump_runs_what_is_due_in_order_each_at_its_own_time(world: World, happened: Notes) -> None:
    note(world, "second", 2 * MINUTE)
    note(world, "first", MINUTE)
    note(world, "too late", 11 * MINUTE)
    world.move_clock(NOON + 10 * MINUTE)
    assert happened == [("first", NOON + MINUTE), ("second", NOON + 2 * MINUTE)]


def test_what_a_due_item_puts_on_the_agenda_happens_in_the_same_jump(
    world: World, happened: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chain(world: World, _: object) -> None:
        note(world, "follows", MINUTE)

    monkeypatch.setitem(HANDLERS, "test.chain", chain)
    world.due.add(NOON + MINUTE, "test.chain", {})
    world.move_clock(NOON + 5 * MINUTE)
    assert happened == [("follows", NOON + 2 * MINUTE)]


def test_what_is_due_now_happens_right_after_the_transaction(world: World, happened: Notes) -> None:
    with world.database.session():
        note(world, "now", timedelta(0))
        assert happened == []
    assert happened == [("now", NOON)]


def test_what_was_rolled_back_never_happens(world: World, happened: Notes) -> None:
    with rolled_back(world):
        note(world, "never", MINUTE)
    world.move_clock(NOON + 2 * MINUTE)
    assert happened == []


def test_the_timer_of_the_process_runs_what_becomes_due(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world, ran = make_world(frozen=False), threading.Event()
    monkeypatch.setitem(HANDLERS, "test.ring", lambda *_: ran.set())
    world.due.add(world.clock.now() + timedelta(milliseconds=20), "test.ring", {})
    assert ran.wait(5)


def test_times_are_utc(world: World) -> None:
    assert world.clock.now().tzinfo is UTC
