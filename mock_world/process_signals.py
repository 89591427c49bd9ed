"""Signals that a process heeds for a while."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

ENDING = (signal.SIGINT, signal.SIGTERM)  # Ctrl-C, and what systems send to end a process


@contextmanager
def on_signals(names: Collection[signal.Signals], act: Callable[[], object]) -> Iterator[None]:
    """Call `act` at each of these signals, in place of what they do otherwise, until the block ends.

    It is called in a thread of its own: a handler of signals may come where the main thread holds a lock that `act`
    needs, and comes too late where the main thread is just about to wait.
    """
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    with reader, writer:
        outer = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        thread = threading.Thread(target=_follow, args=(reader, names, act, outer), name="signals", daemon=True)
        thread.start()
        before = {name: signal.signal(name, _wake) for name in names}
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)
            signal.set_wakeup_fd(outer)
            writer.shutdown(socket.SHUT_WR)  # a forked process may have it too
            thread.join()


def _wake(*_: object) -> None:
    """The signal's number is written already where `_follow` reads."""


def _follow(numbers: socket.socket, names: Collection[signal.Signals], act: Callable[[], object], outer: int) -> None:
    """Act at each signal that comes; those of an outer block are for whoever reads there."""
    while number := numbers.recv(1):
        if number[0] in names:
            act()
        elif outer >= 0:
            os.write(outer, number)
