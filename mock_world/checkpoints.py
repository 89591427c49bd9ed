"""Checkpoints: the world as it was before each of the newest requests of browsers, to go back to in a bundle."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mock_world import settings as s
from mock_world.messages import NOTHING, Answer
from mock_world.settings import Settings
from mock_world.snapshots import Snapshot


@dataclass
class Checkpoint:
    """A request of a browser, and the world before it.

    number: of the request, as in Messages. referer: the page on which the browser was; empty where it does not say.
    cookies: all that came with the request. language: the browser's first wish. shows_page: whether the browser shows
    the answer. has_files: whether files were sent beside the fields of the form.
    """

    number: int
    request_id: str | None
    actor: str
    method: str
    url: str
    referer: str
    cookies: Mapping[str, str]
    language: str
    user_agent: str
    shows_page: bool
    before: Snapshot
    has_files: bool = False
    answer: Answer = NOTHING


class Checkpoints:
    """The checkpoints of one world, as many as its setting says. snapshot: copies the world, which has much in common
    with the copy that it is given.
    """

    def __init__(self, settings: Settings, snapshot: Callable[[Snapshot | None], Snapshot]) -> None:
        self._settings = settings
        self._snapshot = snapshot
        self._kept: deque[Checkpoint] = deque()
        self._lock = threading.Lock()

    @property
    def enabled(self) -> bool:
        return self._settings[s.CHECKPOINTS] > 0

    def snapshot(self) -> Snapshot:
        """The world now, for a request that comes."""
        newest = list(self._kept)[-1:]
        return self._snapshot(newest[0].before if newest else None)

    def add(self, checkpoint: Checkpoint) -> None:
        with self._lock:
            self._kept.append(checkpoint)
            while len(self._kept) > self._settings[s.CHECKPOINTS]:
                self._kept.popleft()

    def all(self) -> list[Checkpoint]:
        """In the order of the requests."""
        return sorted(self._kept, key=lambda each: each.number)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
