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
    """Criteria of the helpdesk's list; empty ones leave all. person: words of name or address, in any spelling."""

    state: str = ""
    network: str = ""
    person: str = ""

    def __bool__(self) -> bool:
        return self != Filter()

    def query(self, **changes: str | int) -> dict[str, Any]:
        """As the parameters of an address."""
        return {name: value for name, value in (asdict(self) | changes).items() if value}


@dataclass(frozen=True)
class RequestList:
    """One page of the requests that fit. total: how many there are without a filter. counts: by state, of any state."""

    part: Part[AccessRequest]
    total: int
    counts: Mapping[str, int]


def find_requests(world: World, member: Person, criteria: Filter, page: int = 1) -> RequestList:
    """Requests to a member's networks, drafts left out: the longest due first, then what waits for the person's
    answer, then what is decided, the newest first. A page beyond the last is the last.

    Raises Refusal (helpdesk.not_a_member).
    """
    now = world.clock.now()
    everything = _requests_to(world, networks_of_member(world, member))
    words = [spelling_keys(word) for word in criteria.person.split()]
    known = [
        request for request in everything if criteria.network in {"", request.network} and _is_called(request, words)
    ]
    counts = Counter(kind for request in known for kind in _kinds(request, now))
    fits = sorted((request for request in known if criteria.state in _kinds(request, now)), key=_place)
    return RequestList(part_of(fits, page), len(everything), counts)


def next_to_decide(world: World, member: Person) -> AccessRequest | None:
    """The request that is due first and that the member may decide. Raises Refusal (helpdesk.not_a_member)."""
    open_ones = (
        request for request in _requests_to(world, networks_of_member(world, member)) if request.state == "submitted"
    )
    return min((request for request in open_ones if request.uid != member.uid), key=_place, default=None)


def _requests_to(world: World, networks: frozenset[str]) -> list[AccessRequest]:
    query = select(AccessRequest).where(AccessRequest.network.in_(networks), AccessRequest.state != "draft")
    with world.database.reading() as db:
        return list(db.scalars(query))


def _is_called(request: AccessRequest, words: list[tuple[str, ...]]) -> bool:
    """Whether each word, in one of its spellings, is a part of the name or address."""
    if not words:
        return True
    text = "\n".join(spelling_keys(f"{request.person.full_name} {request.person.email}"))
    return all(any(key in text for key in keys) for keys in words)


def _kinds(request: AccessRequest, now: datetime) -> tuple[str, ...]:
    """Under which choices of a state a request is listed."""
    return ("", request.state, OVERDUE) if request.overdue(now) else ("", request.state)


def _place(request: AccessRequest) -> tuple[int, float, int]:
    if request.state == "submitted" and request.due_at is not None:
        return 0, request.due_at.timestamp(), request.id
    last = request.history[-1].at.timestamp()
    return (1, last, request.id) if request.open else (2, -last, request.id)
