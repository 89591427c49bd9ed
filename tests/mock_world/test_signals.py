import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from mock_world import World, Worlds

from .conftest import MakeWorld

LONG = 30.0  # seconds; no test waits so long


@pytest.fixture
def news() -> list[str]:
    return []


@pytest.fixture
def waiters(world: World, news: list[str]) -> Callable[[int], list[Future[str | None]]]:
    """Starts so many threads that wait for news, and returns when all of them wait."""

    def start(count: int) -> list[Future[str | None]]:
        looking = threading.Semaphore(0)

        def look() -> str | None:
            looking.release()
            return news[0] if news else None

        pool = ThreadPoolExecutor(count)
        futures = [pool.submit(world.signals.wait, look, "news", seconds=LONG) for _ in range(count)]
        pool.shutdown(wait=False)
        for _ in range(count):
            looking.acquire()
        return futures

    return start


def test_a_change_wakes_everybody_at_once(
    world: World, news: list[str], waiters: Callable[[int], list[Future[str | None]]]
) -> None:
    many = waiters(20)
    news.append("it came")
    began = time.monotonic()
    world.signals.notify("news")
    assert [waiter.result(LONG) for waiter in many] == ["it came"] * 20
    assert time.monotonic() - began < 5


def test_another_topic_wakes_nobody(world: World) -> None:
    looks: list[int] = []

    def look() -> None:
        looks.append(1)
        world.signals.notify("weather")

    world.signals.wait(look, "news", seconds=0.05)
    assert len(looks) == 1


def test_a_change_between_look_and_wait_is_not_lost(world: World, news: list[str]) -> None:
    def look() -> str | None:
        if news:
            return news[0]
        news.append("it came")
        world.signals.notify("news")
        return None

    assert world.signals.wait(look, "news", seconds=LONG) == "it came"


def test_a_notification_waits_for_the_end_of_the_transaction(
    world: World, news: list[str], waiters: Callable[[int], list[Future[str | None]]]
) -> None:
    (waiter,) = waiters(1)
    with world.database.session():
        world.signals.notify("news")
        news.append("committed")
    assert waiter.result(LONG) == "committed"


def test_the_end_of_a_world_sends_everybody_home(
    worlds: Worlds, world: World, waiters: Callable[[int], list[Future[str | None]]]
) -> None:
    many = waiters(3)
    worlds.delete(world.name)
    assert [waiter.result(LONG) for waiter in many] == [None] * 3


def test_a_reset_lets_everybody_look_again(make_world: MakeWorld, worlds: Worlds) -> None:
    world = make_world()
    looks: list[int] = []

    def look() -> bool | None:
        looks.append(1)
        if len(looks) == 1:
            worlds.reset(world)
            return None
        return True

    assert world.signals.wait(look, "clock", seconds=LONG)


def test_who_waits_is_counted_once(world: World) -> None:
    assert world.signals.wait(lambda: world.signals.waiting, "news", "clock", seconds=0) == 1
    assert world.signals.waiting == 0


def test_who_waited_leaves_nothing_behind(world: World) -> None:
    assert world.signals.wait(lambda: None, "news", "weather", seconds=0.01) is None
    assert world.signals.wait(lambda: "here", "news", seconds=0) == "here"  # what is there needs no waiting
    assert not world.signals._waiting
