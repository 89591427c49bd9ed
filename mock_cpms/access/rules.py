"""Asking a network for access, and its decision (guide, G25 to G27)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from mock_cpms.access.due_time import due_at
from mock_cpms.access.letters import send_letter
from mock_cpms.access.model import OPEN, STATES, AccessRequest, State, Step
from mock_cpms.networks import network_of
from mock_cpms.people import Person, person_of
from mock_world import RefusalKind
from mock_world import settings as s
from mock_world.i18n import N_
from mock_world.journal import EventType

if TYPE_CHECKING:
    from mock_world import World

NOTHING_TO_ASK = RefusalKind(
    "access.nothing_to_ask",
    message=N_("Please choose a network in your profile first: each one that you chose has your request already."),
    expected="a network in the profile that was not asked yet",
    remedy="complete the profile with a further network",
    status=409,
)
UNKNOWN = RefusalKind(
    "access.unknown",
    message=N_("Please go back to the list: there is no such request."),
    expected="the id of an access request",
    remedy="GET /api/access-requests lists them",
    status=404,
)
DECISION_UNKNOWN = RefusalKind(
    "access.decision_unknown",
    message=N_("Please choose to approve, to reject, or to ask for information."),
    expected="approve, reject or ask",
    remedy="send one of the three as decision",
    status=422,
)
REASON_MISSING = RefusalKind(
    "access.reason_missing",
    message=N_("Please write what the person should know: the mail quotes it."),
    expected="a reason for a rejection, a question when asking for information",
    remedy="send it as reason",
    status=422,
)
DECIDED = RefusalKind(
    "access.not_open",
    message=N_("Please reload the page: this request is not open (any more)."),
    expected="a request in state submitted or info_requested",
    remedy="decide requests that are open; this one is {state}",
    status=409,
)
STATE_UNKNOWN = RefusalKind(
    "access.state_unknown",
    message=N_("Please choose one of the states of a request."),
    expected="one of " + ", ".join(STATES),
    remedy="take one of these states",
    status=422,
)

REQUESTED = EventType("access.requested", "Somebody asked a network for access.")
APPROVED = EventType("access.approved", "A helpdesk approved a request.")
REJECTED = EventType("access.rejected", "A helpdesk rejected a request.")
ASKED = EventType("access.question", "A helpdesk asked somebody for information.")


@dataclass(frozen=True)
class _Decision:
    """What a decision does: the state that follows, the event, the mail."""

    state: State
    event: EventType
    letter: str
    needs_reason: bool


_DECISIONS: Mapping[str, _Decision] = MappingProxyType(
    {
        "approve": _Decision("approved", APPROVED, "approved", needs_reason=False),
        "reject": _Decision("rejected", REJECTED, "rejected", needs_reason=True),
        "ask": _Decision("info_requested", ASKED, "question", needs_reason=True),
    }
)


def requests(
    world: "World", *, network: str | None = None, state: str | None = None, uid: str | None = None
) -> list[AccessRequest]:
    """Requests in the order in which they were made, drafts too; each with its person and history."""
    query = select(AccessRequest).order_by(AccessRequest.id)
    wanted = {AccessRequest.network: network, AccessRequest.state: state, AccessRequest.uid: uid}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    with world.database.session() as db:
        return list(db.scalars(query))


def request_of(world: "World", request_id: int) -> AccessRequest:
    """The request of that id. Raises Refusal (access.unknown)."""
    with world.database.session() as db:
        found = db.get(AccessRequest, request_id)
    if found is None:
        raise world.refuse(UNKNOWN, got=str(request_id))
    return found


def draft_requests(world: "World", person: Person, networks: Sequence[str]) -> None:
    """Have a draft for each of `networks` that has no request yet, and none for others."""
    with world.database.session() as db:
        present = requests(world, uid=person.uid)
        for request in present:
            if request.state == "draft" and request.network not in networks:
                db.delete(request)
        known = {request.network for request in present}
        db.add_all(_new(person, network) for network in networks if network not in known)


def _new(person: Person, network: str) -> AccessRequest:
    return AccessRequest(
        uid=person.uid,
        person=person,
        network=network,
        state="draft",
        comment="",
        submitted_at=None,
        due_at=None,
        history=(),
    )


def submit_request(world: "World", uid: str, *, comment: str = "") -> list[AccessRequest]:
    """Send every draft of somebody to its network, with a mail that it was received.

    Raises Refusal (cpms.person_unknown, access.nothing_to_ask).
    """
    with world.database.session():
        person = person_of(world, uid)
        drafts = requests(world, uid=uid, state="draft")
        if not drafts:
            raise world.refuse(NOTHING_TO_ASK, got="no draft", person=person.email)
        for request in drafts:
            request.comment = comment.strip()
            _submit(world, request, world.clock.now())
            world.journal.record(REQUESTED, person=person.email, network=request.network)
            send_letter(world, "received", request)
        return drafts


def _submit(world: "World", request: AccessRequest, at: datetime) -> None:
    zone = ZoneInfo(world.settings[s.HELPDESK_TIME_ZONE])
    request.submitted_at = at
    request.due_at = due_at(at, world.settings[s.HELPDESK_HOURS], zone)
    _move(request, "submitted", at=at, by=request.person.email)


def _move(request: AccessRequest, state: State, *, at: datetime, by: str, reason: str = "") -> None:
    request.state = state
    request.history = (*request.history, Step(at, state, by, reason))


def decide(world: "World", request_id: int, *, decision: str, reason: str = "", by: str) -> AccessRequest:
    """Approve, reject or ask (`approve`, `reject`, `ask`), with a mail to the person.

    by: an e-mail address, or who else decides. Whether they may is not asked here (see `helpdesk.rules`).
    Raises Refusal (access.unknown, decision_unknown, reason_missing, not_open).
    """
    made = _DECISIONS.get(decision)
    if made is None:
        raise world.refuse(DECISION_UNKNOWN, got=repr(decision))
    reason = reason.strip()
    with world.database.session():
        request = request_of(world, request_id)
        person = request.person.email
        if request.state not in OPEN:
            raise world.refuse(DECIDED, got=request.state, person=person, state=request.state)
        if made.needs_reason and not reason:
            raise world.refuse(REASON_MISSING, got="nothing", person=person, field="reason")
        _move(request, made.state, at=world.clock.now(), by=by, reason=reason)
        world.journal.record(made.event, person=person, network=request.network, by=by)
        send_letter(world, made.letter, request)
        return request


def put_request(
    world: "World", uid: str, *, network: str, state: str, since: datetime, reason: str = ""
) -> AccessRequest:
    """Bring somebody's request to `network` into any state at once, without mails: for personas.

    since: when it was made, and decided. Raises Refusal (cpms.person_unknown, network.unknown, access.state_unknown).
    """
    if state not in STATES:
        raise world.refuse(STATE_UNKNOWN, got=repr(state))
    with world.database.session() as db:
        person = person_of(world, uid)
        code = network_of(world, network, person=person.email).code
        request = next(iter(requests(world, uid=uid, network=code)), None) or _new(person, code)
        request.state, request.submitted_at, request.due_at, request.history = "draft", None, None, ()
        if state != "draft":
            _submit(world, request, since)
        if state not in {"draft", "submitted"}:
            by = person.email if state == "withdrawn" else network_of(world, code).helpdesk
            _move(request, state, at=since, by=by, reason=reason)
        db.add(request)
        db.flush()
        return request
