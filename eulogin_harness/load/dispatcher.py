"""Who goes on which journey: one process assigns them to all, so that mix and number are exact everywhere."""

from collections import Counter
from collections.abc import Collection, Iterator

from eulogin_harness.load.plan import Plan


class Dispatcher:
    """Assigns journeys until there were as many as the plan says, or it is closed."""

    def __init__(self, plan: Plan) -> None:
        self._next = mixed(plan.weights)
        self._left = plan.journeys or None
        self._in_progress: Counter[str] = Counter()  # by worker
        self.begun = 0
        self.lost = 0

    def dispatch(self, worker: str) -> str:
        """The next journey for somebody of this worker; empty where there is none any more."""
        if self._left == 0:
            return ""
        if self._left is not None:
            self._left -= 1
        self._in_progress[worker] += 1
        self.begun += 1
        return next(self._next)

    def finish(self, worker: str) -> None:
        """A journey of this worker has ended, however; of one that was given up, it is found again."""
        if worker in self._in_progress:
            self._in_progress[worker] -= 1
        else:
            self.lost -= 1

    def close(self) -> None:
        """Assign no more."""
        self._left = 0

    def forget_all_but(self, workers: Collection[str]) -> None:
        """Count journeys of all other workers as lost: they do not answer any more."""
        for worker in self._in_progress.keys() - workers:
            self.lost += self._in_progress.pop(worker)

    @property
    def in_progress(self) -> int:
        return self._in_progress.total()

    @property
    def is_over(self) -> bool:
        """Whether no journey is under way and none will begin."""
        return self._left == 0 and not self.in_progress


def mixed(weights: dict[str, int]) -> Iterator[str]:
    """Journeys without end, in proportion to their weights and evenly mixed.

    Smooth weighted round-robin: what each is ahead or behind grows by its weight at every turn, and who is chosen, the
    one that is most behind, gives back the sum of all weights.
    """
    behind = dict.fromkeys(weights, 0)
    total = sum(weights.values())
    while True:
        for name, weight in weights.items():
            behind[name] += weight
        name = max(behind, key=lambda each: behind[each])
        behind[name] -= total
        yield name
