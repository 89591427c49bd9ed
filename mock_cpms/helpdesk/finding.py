"""The helpdesk's list: who stands where, what a filter keeps, pages of 25."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from mock_cpms.access.model import STATES, AccessRequest
from mock_cpms.helpdesk.rules import networks_of_member
from mock_cpms.paging import Part, part_of
from mock_cpms.people import Person
from mock_cpms.search.spelling import spelling_keys
from mock_world import World

OVERDUE = "overdue"  # no state of its own, but what a helpdesk looks for first
CHOICES = (OVERDUE, *(state for state in STATES if state != "draft"))


@dataclass(frozen=True)
class Filter:
    """What is wanted; empty parts leave everything. person: words of name or address, in any spelling."""

    state: str = ""
    network: str = ""
    person: str = ""

    def __bool__(self) -> bool:
        return self != Filter()

    def query(self, **changes: str | int) -> dict[str, Any]:
        """As the parameters of an address."""
        return {name: value for name, value in (asdict(self) | changes).items() if value}


@dataclass(frozen=True)
class Found:
    """One page of what fits. total: how many there are without a filter. counts: by state, whatever state is wanted."""

    part: Part[AccessRequest]
    total: int
    counts: Mapping[str, int]


def find_requests(world: World, member: Person, wanted: Filter, page: int = 1) -> Found:
    """What was asked of a member's networks, drafts left out: the longest due first, then what waits for the person's
    answer, then what is decided, the newest first. A page beyond the last is the last.

    Raises Refusal (helpdesk.not_a_member).
    """
    now = world.clock.now()
    everything = _asked_of(world, networks_of_member(world, member))
    words = [spelling_keys(word) for word in wanted.person.split()]
    known = [asked for asked in everything if wanted.network in {"", asked.network} and _is_called(asked, words)]
    counts = Counter(kind for asked in known for kind in _kinds(asked, now))
    fits = sorted((asked for asked in known if wanted.state in _kinds(asked, now)), key=_place)
    return Found(part_of(fits, page), len(everything), counts)


def next_to_decide(world: World, member: Person) -> AccessRequest | None:
    """The request that is due first and that the member may decide. Raises Refusal (helpdesk.not_a_member)."""
    open_ones = (asked for asked in _asked_of(world, networks_of_member(world, member)) if asked.state == "submitted")
    return min((asked for asked in open_ones if asked.uid != member.uid), key=_place, default=None)


def _asked_of(world: World, networks: frozenset[str]) -> list[AccessRequest]:
    query = select(AccessRequest).where(AccessRequest.network.in_(networks), AccessRequest.state != "draft")
    with world.database.session() as db:
        return list(db.scalars(query))


def _is_called(asked: AccessRequest, words: list[tuple[str, ...]]) -> bool:
    """Whether each word, in one of its spellings, is a part of the name or address."""
    if not words:
        return True
    text = "\n".join(spelling_keys(f"{asked.person.full_name} {asked.person.email}"))
    return all(any(key in text for key in keys) for keys in words)


def _kinds(asked: AccessRequest, now: datetime) -> tuple[str, ...]:
    """Under which choices of a state it is found."""
    return ("", asked.state, OVERDUE) if asked.overdue(now) else ("", asked.state)


def _place(asked: AccessRequest) -> tuple[int, float, int]:
    if asked.state == "submitted" and asked.due_at is not None:
        return 0, asked.due_at.timestamp(), asked.id
    last = asked.history[-1].at.timestamp()
    return (1, last, asked.id) if asked.open else (2, -last, asked.id)
