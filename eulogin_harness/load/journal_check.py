"""The check against the journal: each journey that was done has its events there, each as often as it must."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from eulogin_harness.client import World
from eulogin_harness.documents.events import Event
from eulogin_harness.load.journeys import Trace

DROPPED = "journal.dropped"
_OVERLAP = 500  # ids that are read again: transactions of several processes may end in another order than they began
_MOST_SENTENCES = 5

Key = tuple[str, str, str]  # type, person, correlation id or nothing for all of the person


@dataclass(frozen=True)
class Completed:
    """A journey that was counted as done, and the events that prove it."""

    journey: str
    trace: Trace
    events: tuple[str, ...]

    def expected(self) -> Counter[Key]:
        """How often each event must be there."""
        return Counter((event, self.trace.person, self.trace.correlation_id) for event in self.events)


@dataclass(frozen=True)
class CheckResult:
    """How many journeys were looked for, and which are not in the journal once; sentences say why, for the first."""

    journeys: int
    missing: int
    double: int
    sentences: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return not self.missing and not self.double

    def __str__(self) -> str:
        proven = self.journeys - self.missing - self.double
        wrong = f"{self.missing:,} missing, {self.double:,} double"
        return f"{self.journeys:,} journeys: {proven:,} in the journal, {wrong}"


class JournalCheck:
    """Journeys on one side, events of the journal on the other."""

    def __init__(self) -> None:
        self._completed: list[Completed] = []
        self._expected: Counter[Key] = Counter()
        self._seen: defaultdict[Key, set[int]] = defaultdict(set)  # ids
        self.dropped = False

    def expect(self, completed: Completed) -> None:
        """Look for a journey that was done."""
        self._completed.append(completed)
        self._expected.update(completed.expected())

    def record(self, events: Iterable[Event]) -> None:
        """Take events of the journal; the same one twice counts once."""
        for event in events:
            person = event.person or ""
            for correlation_id in {event.correlation_id or "", ""}:
                self._seen[event.type, person, correlation_id].add(event.id)
            self.dropped = self.dropped or event.type == DROPPED

    def missing(self) -> list[Completed]:
        """Journeys that lack an event."""
        return [each for each in self._completed if min(self._surpluses(each)) < 0]

    def result(self) -> CheckResult:
        """What is missing and what is double, by what was read so far."""
        missing = self.missing()
        double = [each for each in self._completed if min(self._surpluses(each)) >= 0 < max(self._surpluses(each))]
        sentences = [self._sentence(completed) for completed in islice([*missing, *double], _MOST_SENTENCES)]
        if missing and self.dropped:
            sentences.append(
                "the journal dropped its oldest events before they were read: raise the setting journal.limit"
            )
        return CheckResult(len(self._completed), len(missing), len(double), tuple(sentences))

    def _surpluses(self, completed: Completed) -> list[int]:
        """By how much each of its events is there too often; negative where too rarely."""
        return [self._surplus(key) for key in completed.expected()]

    def _surplus(self, key: Key) -> int:
        return len(self._seen.get(key, ())) - self._expected[key]

    def _sentence(self, completed: Completed) -> str:
        """What is wrong with the first event that is not there as often as it must."""
        key = next(key for key in completed.expected() if self._surplus(key))
        event, person, sign_in = key
        where = f" in sign-in {sign_in}" if sign_in else ""
        seen = len(self._seen.get(key, ()))
        return f"{completed.journey} of {person}: expected {self._expected[key]} {event}{where}, got {seen}"


class JournalReader:
    """Reads the events of these types along the way, since a journal keeps its newest only."""

    def __init__(self, world: World, types: Iterable[str], check: JournalCheck) -> None:
        self._world = world
        self._journal_check = check
        self._after = dict.fromkeys([*types, DROPPED], _newest_event(world))

    def read(self) -> None:
        """Take down what came since it was called last. Raises what the client raises."""
        for event_type, after in self._after.items():
            events = self._world.events.list(type=event_type, after=after)
            self._journal_check.record(events)
            newest = max((event.id for event in events), default=0)
            self._after[event_type] = max(after, newest - _OVERLAP)

    def settle(self) -> CheckResult:
        """Read the rest, look again for what is missing by its person, and compare."""
        self.read()
        for completed in self._journal_check.missing():
            self._journal_check.record(self._world.events.list(person=completed.trace.person))
        return self._journal_check.result()


def _newest_event(world: World) -> int:
    """Id of the newest event: that of a person who is made and deleted for it."""
    person = world.personas.create("registered")
    event = world.events.list(person=person.email, type="persona.made")[-1]
    world.personas.delete(person.id)
    return event.id
