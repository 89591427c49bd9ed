"""The only way to wait: for a mail, a challenge, an answer, the clock."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar

from mock_world.database import Database

T = TypeVar("T")


class Signals:
    """Topics that are notified when something behind them changed; each wakes those alone who wait for it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._waiting: defaultdict[str, set[threading.Event]] = defaultdict(set)
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many wait for something."""
        with self._lock:
            return len(set().union(*self._waiting.values()))

    def notify(self, topic: str) -> None:
        """Wake who waits for `topic`, once the current transaction has ended."""
        self._database.announce(topic)
        self._database.afterwards(lambda: self.wake(topic))

    def wake(self, topic: str) -> None:
        """Wake who waits for `topic` in this process."""
        with self._lock:
            for changed in self._waiting.get(topic, ()):
                changed.set()

    def wake_all(self) -> None:
        """Let everybody who waits look again: the whole world was replaced."""
        with self._lock:
            for changed in set().union(*self._waiting.values()):
                changed.set()

    def wait(self, check: Callable[[], T | None], *topics: str, seconds: float) -> T | None:
        """Call `check` now and after each change of `topics` until it gives something.

        At most `seconds` of real time, holding no transaction. None when nothing came in time or the world
        ended.
        """
        self._database.check_no_transaction()
        deadline = time.monotonic() + seconds
        with self._notified(topics) as changed:
            while True:
                changed.clear()  # what changes from here on is seen by this look, or leads to another one
                self._database.catch_up()
                result = check()
                if result is not None:
                    return result
                if self._closed or not changed.wait(max(0.0, deadline - time.monotonic())) or self._closed:
                    return None

    @contextmanager
    def _notified(self, topics: Collection[str]) -> Iterator[threading.Event]:
        """What is set at each change of `topics`."""
        changed = threading.Event()
        with self._lock:
            for topic in topics:
                self._waiting[topic].add(changed)
        try:
            yield changed
        finally:
            with self._lock:
                for topic in topics:
                    self._waiting[topic].discard(changed)
                    if not self._waiting[topic]:
                        del self._waiting[topic]

    def close(self) -> None:
        """Send everybody who waits home."""
        self._closed = True
        self.wake_all()
