"""What a process counts of itself, from its start on, in all its worlds: plain numbers, which `/metrics` shows."""

import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from itertools import accumulate
from typing import NamedTuple

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)  # seconds; a call waits up to 60


class Count:
    """How often something happened, by what it was."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: Counter[tuple[str, ...]] = Counter()

    def add(self, *what: str, number: int = 1) -> None:
        with self._lock:
            self._numbers[what] += number

    def numbers(self) -> dict[tuple[str, ...], int]:
        """The number of each."""
        with self._lock:
            return dict(self._numbers)


class Durations(NamedTuple):
    """How long requests took: how many at most as long as each of BUCKETS, how many at all, seconds together."""

    up_to: list[int]
    number: int
    seconds: float


class Requests:
    """The requests of the listeners: how many, by actor and class of the status (`2xx`), and how long they took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, ...]] = Counter()
        self._buckets: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BUCKETS) + 1))
        self._seconds: Counter[str] = Counter()

    def add(self, actor: str, status: str, seconds: float) -> None:
        """A request was answered; seconds: until its answer began."""
        with self._lock:
            self._answers[actor, f"{status[:1]}xx"] += 1
            self._buckets[actor][bisect_left(BUCKETS, seconds)] += 1
            self._seconds[actor] += seconds  # type: ignore[assignment]  # a Counter adds any numbers

    def numbers(self) -> dict[tuple[str, ...], int]:
        """How many, by actor and class of the status."""
        with self._lock:
            return dict(self._answers)

    def durations(self) -> dict[str, Durations]:
        """How long they took, by actor."""
        with self._lock:
            return {
                actor: Durations(list(accumulate(buckets))[:-1], sum(buckets), self._seconds[actor])
                for actor, buckets in self._buckets.items()
            }


REQUESTS = Requests()
EVENTS, REFUSALS, MAILS = Count(), Count(), Count()  # of journals; their refusals by code; what mailboxes received
