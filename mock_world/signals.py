"""The only way to wait: for a mail, a challenge, an answer, the clock."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from mock_world.database import Database

T = TypeVar("T")


class Signals:
    """Topics that are notified when something behind them changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._condition = threading.Condition()
        self._versions: defaultdict[str, int] = defaultdict(int)
        self._closed = False

    def notify(self, topic: str) -> None:
        """Wake who waits for `topic`, once the transaction at hand has ended."""
        self._database.afterwards(lambda: self._wake(topic))

    def _wake(self, topic: str) -> None:
        with self._condition:
            self._versions[topic] += 1
            self._condition.notify_all()

    def wake_all(self) -> None:
        """Let everybody who waits look again: the whole world was replaced."""
        with self._condition:
            for topic in self._versions:
                self._versions[topic] += 1
            self._condition.notify_all()

    def wait(self, check: Callable[[], T | None], *topics: str, seconds: float) -> T | None:
        """Call `check` now and after each change of `topics` until it gives something.

        At most `seconds` of real time, holding no transaction. None when nothing came in time or the world
        ended.
        """
        self._database.must_not_hold()
        deadline = time.monotonic() + seconds
        while True:
            with self._condition:
                seen = [self._versions[topic] for topic in topics]
            found = check()
            if found is not None:
                return found
            with self._condition:
                changed = self._condition.wait_for(
                    lambda: self._closed or seen != [self._versions[topic] for topic in topics],  # noqa: B023
                    timeout=max(0.0, deadline - time.monotonic()),
                )
            if not changed or self._closed:
                return None

    def close(self) -> None:
        """Send everybody who waits home."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
