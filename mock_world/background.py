"""What a world's actors do by themselves: threads, at most one of a name."""

import logging
import threading
from collections.abc import Callable


class Background:
    """The threads of one world, of that name. `ended`: whether it is gone.

    A work looks itself whether it is still wanted; it holds no transaction while it waits.
    """

    def __init__(self, world: str, ended: Callable[[], bool]) -> None:
        self._world = world
        self._ended = ended
        self._lock = threading.Lock()
        self._again: dict[str, bool] = {}

    def run(self, name: str, work: Callable[[], None]) -> None:
        """Let a thread do `work`. Where one of that name is at it, it does so once more when it is through."""
        with self._lock:
            if name in self._again:
                self._again[name] = True
                return
            self._again[name] = False
        threading.Thread(target=self._run, args=(name, work), name=f"{self._world}: {name}", daemon=True).start()

    def _run(self, name: str, work: Callable[[], None]) -> None:
        again = True
        while again:
            try:
                work()
            except Exception:
                if not self._ended():  # what a world that ended cannot give is no trouble
                    logging.getLogger(__name__).exception("%s failed", name)
            with self._lock:
                again = self._again.pop(name) and not self._ended()
                if again:
                    self._again[name] = False
