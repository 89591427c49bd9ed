"""Threads of a world: one of a name, and none left out."""

import logging
import threading

import pytest

from mock_world.background import Background

PATIENCE = 10  # seconds


class Work:
    """Work that waits for `go`; it counts how often it was begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.begins = threading.Semaphore(0)
        self.go = threading.Semaphore(0)

    def __call__(self) -> None:
        self.begun += 1
        self.begins.release()
        assert self.go.acquire(timeout=PATIENCE)


def named(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == name]


def finish(name: str) -> None:
    for thread in named(name):
        thread.join(PATIENCE)
    assert named(name) == []


def test_who_asks_while_it_is_done_has_it_done_once_more() -> None:
    """What the asker changed may have come too late for the work at hand."""
    background, work = Background("world", lambda: False), Work()
    background.run("a", work)
    assert work.begins.acquire(timeout=PATIENCE)
    background.run("a", work)
    background.run("a", work)
    assert len(named("world: a")) == 1
    work.go.release(2)
    finish("world: a")
    assert work.begun == 2


def test_works_of_two_names_are_done_side_by_side() -> None:
    background, work = Background("world", lambda: False), Work()
    for name in ("a", "b"):
        background.run(name, work)
        assert work.begins.acquire(timeout=PATIENCE)
    work.go.release(2)
    finish("world: a")
    finish("world: b")


def test_a_work_that_failed_is_told_and_can_be_done_again(caplog: pytest.LogCaptureFixture) -> None:
    background, work = Background("world", lambda: False), Work()

    def fail() -> None:
        raise ValueError("trouble")

    background.run("a", fail)
    finish("world: a")
    assert [record.getMessage() for record in caplog.records] == ["a failed"]
    background.run("a", work)
    work.go.release()
    finish("world: a")
    assert work.begun == 1


def test_the_end_of_the_world_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    ended = threading.Event()
    background = Background("world", ended.is_set)

    def fail() -> None:
        ended.set()
        raise ValueError("a closed database")

    with caplog.at_level(logging.DEBUG):
        background.run("a", fail)
        finish("world: a")
    assert caplog.records == []
