"""The only source of time.

A world's clock runs with real time plus an offset, or is frozen. It never goes back: who wants the past
makes a new world that starts there.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)  # what is counted from it stays far from what a datetime can hold


def real_now() -> datetime:
    """Wall time in UTC: for the clock itself and for what outsiders measure (protocol times)."""
    return datetime.now(UTC)


class Clock:
    """World time. All values are aware datetimes in UTC.

    save: writes offset and frozen moment where they survive.
    """

    def __init__(self, save: Callable[[timedelta, datetime | None], None]) -> None:
        self._save = save
        self._lock = threading.Lock()

    def load(self, offset: timedelta, frozen_at: datetime | None) -> None:
        """Take the state that was saved (the world was made, reset or replaced)."""
        self._offset, self._frozen_at = offset, frozen_at

    def now(self) -> datetime:
        frozen = self._frozen_at
        return frozen if frozen is not None else real_now() + self._offset

    @property
    def frozen(self) -> bool:
        return self._frozen_at is not None

    @property
    def moved(self) -> bool:
        """Whether world time differs from real time in a way that a person should be told."""
        return self.frozen or abs(self._offset) > timedelta(seconds=1)

    def move_to(self, moment: datetime) -> None:
        """Go forward to `moment`; going back is a programming error (see World.move_clock)."""
        with self._lock:
            if self._frozen_at is not None:
                self._set(self._offset, moment)
            else:
                self._set(moment - real_now(), None)

    def freeze(self) -> None:
        with self._lock:
            if self._frozen_at is None:
                self._set(self._offset, self.now())

    def run(self) -> None:
        """Let the clock run on from where it was frozen."""
        with self._lock:
            if self._frozen_at is not None:
                self._set(self._frozen_at - real_now(), None)

    def _set(self, offset: timedelta, frozen_at: datetime | None) -> None:
        self._save(offset, frozen_at)
        self._offset, self._frozen_at = offset, frozen_at
