import signal
import threading
from collections.abc import Iterator

import pytest

from mock_world.process_signals import on_signals

LONG = 10.0  # seconds; no test waits so long
INNER, OUTER = signal.SIGUSR1, signal.SIGUSR2


@pytest.fixture
def came() -> Iterator[list[signal.Signals]]:
    """Signals that no block heeded."""
    came: list[signal.Signals] = []
    before = {
        name: signal.signal(name, lambda number, _: came.append(signal.Signals(number))) for name in (INNER, OUTER)
    }
    yield came
    for name, handler in before.items():
        signal.signal(name, handler)


def test_what_is_done_may_need_what_the_interrupted_thread_holds() -> None:
    lock, done = threading.Lock(), threading.Event()

    def act() -> None:
        if lock.acquire(timeout=LONG):
            done.set()

    with on_signals([INNER], act):
        with lock:
            signal.raise_signal(INNER)
        assert done.wait(LONG)


def test_each_block_has_its_own_signals_until_it_ends(came: list[signal.Signals]) -> None:
    inner, outer = threading.Semaphore(0), threading.Semaphore(0)
    with on_signals([OUTER], outer.release):
        with on_signals([INNER], inner.release):
            for name, heeded in ((INNER, inner), (OUTER, outer)):
                signal.raise_signal(name)
                assert heeded.acquire(timeout=LONG)
        signal.raise_signal(INNER)
        signal.raise_signal(OUTER)
        assert outer.acquire(timeout=LONG)
    signal.raise_signal(OUTER)
    assert came == [INNER, OUTER]
    assert not inner.acquire(blocking=False)
    assert not outer.acquire(blocking=False)
