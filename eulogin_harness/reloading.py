"""Settings of `serve`, read again while it runs: SIGHUP says so, and no connection and no sign-in ends by it."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from eulogin_harness.configuration import check_authority
from mock_world.events import EventType
from mock_world.process_signals import on_signals
from mock_world.worlds import DEFAULT

if TYPE_CHECKING:
    from mock_world.server import Site

READ_AGAIN = EventType(
    "settings.read_again",
    "The settings that the process was started with were read again[; other than before: {names}].",
    logged=True,
)
NOT_READ = EventType(
    "settings.not_read",
    "The settings were to be read again, and all stay as they were: {problem}.",
    logged=True,
)
Gather = Callable[[], Mapping[str, Any]]


class Reloader:
    """Reads the settings of a process again. gather: by their sources; it raises ValueError with a sentence."""

    def __init__(self, site: "Site", gathered: Mapping[str, Any], gather: Gather) -> None:
        self._site = site
        self._gathered = gathered
        self._gather = gather

    def reload(self) -> None:
        """Change what the sources say now in all worlds; what somebody changed in one since stays there."""
        journal = self._site.worlds.get(DEFAULT).journal
        try:
            changed = self._look()
        except ValueError as error:
            journal.record(NOT_READ, problem=str(error))
        else:
            journal.record(READ_AGAIN, names=", ".join(sorted(changed)))

    def take(self) -> None:
        """Let processes that are forked from here on begin by what the sources say now, where they can be read."""
        with suppress(ValueError):
            self._look()

    def _look(self) -> set[str]:
        """Take what the sources say now; which settings are others than before. Raises ValueError."""
        gathered = self._gather()
        check_authority(gathered)
        before, self._gathered = self._gathered, gathered
        self._site.change_defaults(gathered, gone=before.keys() - gathered.keys())
        return {name for name in {*before, *gathered} if before.get(name) != gathered.get(name)}


def heeds_hangup() -> bool:
    """Whether SIGHUP asks to reload: at a terminal it says that the terminal is gone."""
    return sys.stdin is None or not sys.stdin.isatty()


@contextmanager
def reloading_on_hangup(reload: Callable[[], None]) -> Iterator[None]:
    """Reload on each SIGHUP, in a thread of its own, where it is heeded."""
    if not heeds_hangup():
        yield
        return
    requests: SimpleQueue[bool] = SimpleQueue()  # other signals do not wait for a reload

    def reload_on_request() -> None:
        while requests.get():
            reload()

    thread = threading.Thread(target=reload_on_request, name="reload", daemon=True)
    thread.start()
    try:
        with on_signals([signal.SIGHUP], lambda: requests.put(True)):
            yield
    finally:
        requests.put(False)
        thread.join()
