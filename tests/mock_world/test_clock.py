import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mock_world import Refusal, World, Worlds
from mock_world.clock import real_now
from mock_world.post_office import OutgoingMail
from mock_world.world import HANDLERS

from .conftest import NOON, MakeWorld, rolled_back

MINUTE = timedelta(minutes=1)
Notes = list[tuple[str, datetime]]


def note(world: World, text: str, after: timedelta) -> None:
    world.scheduler.add(world.clock.now() + after, "test.note", {"text": text})


def test_frozen_clock_stands_still(world: World) -> None:
    assert world.clock.now() == world.clock.now() == NOON
    assert world.clock.now().tzinfo is UTC
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


def test_clock_moves_forward_to_the_second_and_never_back(world: World) -> None:
    later = NOON + timedelta(minutes=4, seconds=59)
    world.move_clock(later)
    assert (world.clock.now(), world.clock.moved) == (later, True)
    with pytest.raises(Refusal) as refused:
        world.move_clock(later - timedelta(seconds=1))
    assert refused.value.code == "clock.back"
    assert "2026-11-27T12:04:59+00:00" in refused.value.message()
    assert "reset the world" in refused.value.remedy
    assert world.clock.now() == later


def test_frozen_clock_runs_on_from_where_it_stood_and_can_be_frozen_again(world: World) -> None:
    world.clock.run()
    assert not world.clock.frozen
    assert NOON <= world.clock.now() < NOON + MINUTE
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
    world.scheduler.add(NOON + MINUTE, "test.chain", {})
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
    world.scheduler.add(world.clock.now() + timedelta(milliseconds=20), "test.ring", {})
    assert ran.wait(5)


def test_an_item_that_fails_is_told_of_and_the_others_have_their_turn(
    world: World, happened: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(world: World, payload: dict[str, Any]) -> None:
        raise LookupError(payload["secret"])

    monkeypatch.setitem(HANDLERS, "test.fail", fail)
    world.scheduler.add(NOON + MINUTE, "test.fail", {"secret": "s3cret"})
    world.scheduler.add(NOON + MINUTE, "test.unknown", {})
    note(world, "after", 2 * MINUTE)
    world.move_clock(NOON + 3 * MINUTE)
    assert [text for text, _ in happened] == ["after"]
    failures = world.journal.events(types=["due.failed"])
    assert [(event.fields["kind"], event.fields["reason"]) for event in failures] == [
        ("test.fail", "LookupError"),
        ("test.unknown", "KeyError"),
    ]


@pytest.mark.parametrize("fails", [False, True])
def test_a_job_that_finishes_itself_is_gone_and_the_one_that_it_adds_stays(
    world: World, happened: Notes, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    def work(world: World, payload: dict[str, Any]) -> None:
        with world.database.session():
            world.scheduler.finish()
            note(world, "later", MINUTE)  # in a database that gives numbers again it has that of the job itself
            if fails:
                raise LookupError

    monkeypatch.setitem(HANDLERS, "test.work", work)
    world.scheduler.add(NOON + MINUTE, "test.work", {})
    world.move_clock(NOON + MINUTE)
    assert world.scheduler.waiting("test.work") == []
    world.move_clock(NOON + 2 * MINUTE)
    assert [text for text, _ in happened] == ([] if fails else ["later"])


def test_clocks_that_are_moved_at_once_go_all_the_way(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        for moved in [pool.submit(world.advance_clock, MINUTE) for _ in range(20)]:
            moved.result()
    assert world.clock.now() == NOON + 20 * MINUTE


def test_while_one_runs_the_agenda_others_go_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hang(world: World, payload: dict[str, Any]) -> None:
        begun.set()
        go_on.wait(10)

    monkeypatch.setitem(HANDLERS, "test.hang", hang)
    with ThreadPoolExecutor(1) as pool:
        adding = pool.submit(world.scheduler.add, NOON, "test.hang", {})
        assert begun.wait(10)
        world.scheduler.run()
        assert not adding.done()
        go_on.set()
        adding.result()
    assert world.scheduler.seconds_left() > 0


def test_the_timer_rests_while_another_thread_runs_what_is_due(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, begun, go_on, ran = make_world(frozen=False), threading.Event(), threading.Event(), threading.Event()

    def hang(world: World, payload: dict[str, Any]) -> None:
        begun.set()
        go_on.wait(10)

    monkeypatch.setitem(HANDLERS, "test.hang", hang)
    monkeypatch.setitem(HANDLERS, "test.ring", lambda *_: ran.set())
    with ThreadPoolExecutor(1) as pool:
        pool.submit(world.scheduler.add, world.clock.now(), "test.hang", {})
        assert begun.wait(10)
        assert world.scheduler.pause() == math.inf
        world.scheduler.add(world.clock.now() + timedelta(milliseconds=20), "test.ring", {})
        go_on.set()
    assert ran.wait(5)


def test_the_timer_outlives_worlds_that_end_while_their_mails_are_under_way(
    make_world: MakeWorld, worlds: Worlds, make_mail: Callable[..., OutgoingMail]
) -> None:
    for number in range(5):
        world = make_world(f"short-{number}", frozen=False, settings={"mail.delay": "PT0.01S"})
        world.post_office.send(make_mail())
        worlds.delete(world.name)
    last = make_world("last", frozen=False, settings={"mail.delay": "PT0.05S"})
    last.post_office.send(make_mail())
    assert last.mailbox.wait(seconds=10)
