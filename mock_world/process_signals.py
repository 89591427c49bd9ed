"""Signals that a process heeds for a while."""

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

ENDING = (signal.SIGINT, signal.SIGTERM)  # Ctrl-C, and what systems send to end a process


@contextmanager
def on_signals(names: Iterable[signal.Signals], act: Callable[[], object]) -> Iterator[None]:
    """Call `act` at each of these signals, in place of what they do otherwise, until the block ends."""
    before = {name: signal.signal(name, lambda *_: act()) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
