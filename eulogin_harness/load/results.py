"""What came of a run: lines for people, figures for scripts, the exit code."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from locust.stats import RequestStats, StatsEntry

    from eulogin_harness.load.journal_check import CheckResult

JOURNEY = "journey"  # the kind of those lines of Locust's statistics that are whole journeys
_MOST_PROBLEMS = 10


@dataclass
class Results:
    """Journeys by name. problems: sentences, and how often. cut_short: begun, and neither done nor failed."""

    done: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    cut_short: int = 0
    seconds: float = 0.0
    check_result: "CheckResult | None" = None

    @property
    def rate(self) -> float:
        """Journeys a second."""
        return self.done.total() / self.seconds if self.seconds else 0.0

    def progress(self) -> str:
        return f"{self.done.total():,} journeys, {self.rate:.1f} a second, {self.failed.total():,} failed"

    def is_good(self, *, journeys: int, fail_ratio: float) -> bool:
        """Whether enough came through, as many as were asked for, each one in the journal."""
        done, failed = self.done.total(), self.failed.total()
        enough = done > 0 and failed <= fail_ratio * (done + failed)
        return enough and journeys in {0, done + failed} and (self.check_result is None or self.check_result.is_good)

    def lines(self, stats: "RequestStats") -> Iterator[str]:
        """For a terminal."""
        yield f"{'journey':<16}{'done':>9}{'failed':>9}{'median':>11}{'95 %':>11}"
        for name in sorted(self.done | self.failed):
            entry = stats.get(name, JOURNEY)
            times = f"{_milliseconds(entry, 0.5):>8} ms{_milliseconds(entry, 0.95):>8} ms"
            yield f"{name:<16}{self.done[name]:>9,}{self.failed[name]:>9,}{times}"
        yield f"{self.progress()}, in {self.seconds:.0f} seconds"
        if self.cut_short:
            yield f"cut short by the end of the run, or lost with a worker: {self.cut_short:,}"
        for sentence, count in self.problems.most_common(_MOST_PROBLEMS):
            yield f"{count:,} failed: {sentence}"
        if self.check_result:
            yield str(self.check_result)
            yield from self.check_result.sentences

    def document(self, stats: "RequestStats") -> dict[str, Any]:
        """For --json; times in milliseconds."""
        check_result = self.check_result
        return {
            "seconds": round(self.seconds, 3),
            "journeys_per_second": round(self.rate, 3),
            "journeys": {
                name: {"done": self.done[name], "failed": self.failed[name], **_times(stats.get(name, JOURNEY))}
                for name in sorted(self.done | self.failed)
            },
            "cut_short": self.cut_short,
            "steps": [_step(entry) for key, entry in sorted(stats.entries.items()) if entry.method != JOURNEY],
            "problems": [{"sentence": sentence, "count": count} for sentence, count in self.problems.most_common()],
            "journal": check_result
            and {
                "journeys": check_result.journeys,
                "missing": check_result.missing,
                "double": check_result.double,
                "sentences": list(check_result.sentences),
            },
        }


def _step(entry: "StatsEntry") -> dict[str, Any]:
    counts = {"count": entry.num_requests, "failed": entry.num_failures}
    return {"kind": entry.method, "name": entry.name, **counts, **_times(entry)}


def _times(entry: "StatsEntry") -> dict[str, int]:
    return {
        "median": _milliseconds(entry, 0.5),
        "p95": _milliseconds(entry, 0.95),
        "p99": _milliseconds(entry, 0.99),
        "max": round(entry.max_response_time),
    }


def _milliseconds(entry: "StatsEntry", part: float) -> int:
    return round(entry.get_response_time_percentile(part)) if entry.num_requests else 0
