"""Asking a network for access: what the person does (guide, G25 to G27). Decisions stand in `deciding`."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from mock_cpms import settings as s
from mock_cpms.access.due_time import due_at
from mock_cpms.access.mails import send_mail
from mock_cpms.access.model import OPEN, OVER, AccessRequest, State, Step
from mock_cpms.access.overdue import watch_overdue
from mock_cpms.limits import LONGEST_TEXT
from mock_cpms.people import Person, person_of
from mock_world import RefusalKind, World
from mock_world.events import EventType
from mock_world.i18n import N_

NOTHING_TO_ASK = RefusalKind(
    "access.nothing_to_ask",
    message=N_("Please choose a network in your profile first: each one that you chose has your request already."),
    expected="a network in the profile that was not asked yet",
    remedy="complete the profile with a further network",
    status=409,
)
NETWORKS_CHANGED = RefusalKind(
    "access.networks_changed",
    message=N_("Please check what you ask for: the networks were changed in another window."),
    expected="the networks that are to be asked now, {networks}",
    remedy="open /screen/access-request again",
    status=409,
)
TEXT_TOO_LONG = RefusalKind(
    "access.text_too_long",
    message=N_("Please write at most {limit} characters: this is {length} long."),
    expected="at most {limit} characters",
    remedy="shorten the text",
    status=422,
)
REQUEST_UNKNOWN = RefusalKind(
    "access.unknown",
    message=N_("Please go back to the list: there is no such request."),
    expected="the id of an access request",
    remedy="GET /api/access-requests lists them",
    status=404,
)
NO_QUESTION = RefusalKind(
    "access.no_question",
    message=N_("Please look at your request again: the helpdesk does not wait for an answer (any more)."),
    expected="a request in state info_requested",
    remedy="answer questions that are open; this request is {state}",
    status=409,
)
REPLY_MISSING = RefusalKind(
    "access.reply_missing",
    message=N_("Please write your answer: the helpdesk waits for it."),
    expected="an answer to the helpdesk's question",
    remedy="send it as reply",
    status=422,
)
NOT_OPEN = RefusalKind(
    "access.not_open",
    message=N_("Please look at the request again: it is not open (any more)."),
    expected="a request in state submitted or info_requested",
    remedy="take a request that is open; this one is {state}",
    status=409,
)
STEP_UNKNOWN = RefusalKind(
    "access.step_unknown",
    message=N_("Please use one of the buttons of this page."),
    expected="reply, withdraw or again",
    remedy="send one of the three as step",
    status=422,
)
NOT_OVER = RefusalKind(
    "access.not_over",
    message=N_("Please look at your request again: it cannot be asked again while it is open or approved."),
    expected="a request in state rejected, withdrawn or expired",
    remedy="wait for the decision, or withdraw it first; this request is {state}",
    status=409,
)
REQUESTED = EventType(
    "access.requested",
    "{person} asked {network} for access, or asked it again.",
)
REPLIED = EventType(
    "access.replied",
    "{person} answered the question of {network}'s helpdesk.",
)
WITHDRAWN = EventType(
    "access.withdrawn",
    "{person} withdrew the request to {network}.",
)

AUTOMATIC = "access.automatic"  # scheduled: the automatic helpdesk answers
ENDING = "access.ending"  # scheduled: a guest's access ends


def requests(
    world: World,
    *,
    network: str | None = None,
    state: str | None = None,
    uid: str | None = None,
    email: str | None = None,
) -> list[AccessRequest]:
    """Requests in the order in which they were made, drafts too; each with its person and history."""
    query = select(AccessRequest).order_by(AccessRequest.id)
    filters = {AccessRequest.network: network, AccessRequest.state: state, AccessRequest.uid: uid}
    for column, value in filters.items():
        if value is not None:
            query = query.where(column == value)
    if email is not None:
        query = query.where(AccessRequest.person.has(func.lower(Person.email) == email.lower()))
    with world.database.reading() as db:
        return list(db.scalars(query))


def newest_requests(world: World, most: int) -> list[AccessRequest]:
    """At most so many requests that were sent: open ones first, the newest at the head."""
    order = AccessRequest.state.in_(OPEN).desc(), AccessRequest.submitted_at.desc(), AccessRequest.id.desc()
    with world.database.reading() as db:
        return list(
            db.scalars(select(AccessRequest).where(AccessRequest.state != "draft").order_by(*order).limit(most))
        )


def request_of(world: World, request_id: int) -> AccessRequest:
    """The request of that id. Raises Refusal (access.unknown)."""
    with world.database.reading() as db:
        request = db.get(AccessRequest, request_id)
    if request is None:
        raise world.refuse(REQUEST_UNKNOWN, got=str(request_id))
    return request


def own_request(world: World, uid: str, request_id: int) -> AccessRequest:
    """The request of that id if it is of that person and was sent. Raises Refusal (access.unknown)."""
    request = request_of(world, request_id)
    if request.uid != uid or request.state == "draft":
        raise world.refuse(REQUEST_UNKNOWN, got=str(request_id), person=person_of(world, uid).email)
    return request


def draft_requests(world: World, person: Person, networks: Sequence[str]) -> None:
    """Have a draft for each of `networks` that has no request yet, and none for others."""
    with world.database.session() as db:
        present = requests(world, uid=person.uid)
        for request in present:
            if request.state == "draft" and request.network not in networks:
                db.delete(request)
        known = {request.network for request in present}
        db.add_all(new_request(person, network) for network in networks if network not in known)


def new_request(person: Person, network: str) -> AccessRequest:
    return AccessRequest(
        uid=person.uid,
        person=person,
        network=network,
        state="draft",
        submitted_at=None,
        due_at=None,
        guest_until=None,
        history=(),
    )


def submit_request(
    world: World, uid: str, *, comment: str = "", shown: Sequence[str] | None = None
) -> list[AccessRequest]:
    """Send every draft of somebody to its network, with a mail that it was received.

    shown: the networks that the person saw, as another window may have changed them since.
    Raises Refusal (cpms.person_unknown, access.nothing_to_ask, access.networks_changed, access.text_too_long).
    """
    with world.database.session():
        person = person_of(world, uid)
        drafts = requests(world, uid=uid, state="draft")
        if not drafts:
            raise world.refuse(NOTHING_TO_ASK, got="no draft", person=person.email)
        present = [request.network for request in drafts]
        if shown is not None and list(shown) != present:
            got, networks = " ".join(shown) or "none", " ".join(present)
            raise world.refuse(NETWORKS_CHANGED, got=got, person=person.email, networks=networks)
        check_length(world, comment, person=person.email, field="comment")
        for request in drafts:
            _ask(world, request, comment)
        return drafts


def ask_again(world: World, uid: str, request_id: int, *, comment: str = "") -> AccessRequest:
    """Send a request once more that was rejected, withdrawn or has expired, with a mail that it was received.

    Sent twice, as by a double click, it counts once.
    Raises Refusal (access.unknown, access.not_over, access.text_too_long).
    """
    with world.database.session():
        request = own_request(world, uid, request_id)
        if _just_sent(request, comment, behind=OVER):
            return request
        if not request.over:
            raise world.refuse(NOT_OVER, got=request.state, person=request.person.email, state=request.state)
        check_length(world, comment, person=request.person.email, field="comment")
        _ask(world, request, comment)
        return request


def _ask(world: World, request: AccessRequest, comment: str) -> None:
    hand_in(world, request, world.clock.now(), comment)
    watch_overdue(world, request)
    answer_automatically(world, request)
    world.journal.record(REQUESTED, person=request.person.email, network=request.network)
    send_mail(world, "received", request)


def reply(world: World, uid: str, request_id: int, *, answer: str) -> AccessRequest:
    """Answer the helpdesk's question: it is its turn, and the time until its decision begins again.

    An answer that is sent twice, as by a double click, counts once.

    Raises Refusal (access.unknown, access.no_question, access.reply_missing, access.text_too_long).
    """
    with world.database.session():
        request = own_request(world, uid, request_id)
        person = request.person.email
        if _just_sent(request, answer, behind={"info_requested"}):
            return request
        if request.state != "info_requested":
            raise world.refuse(NO_QUESTION, got=request.state, person=person, state=request.state)
        if not answer.strip():
            raise world.refuse(REPLY_MISSING, got="nothing", person=person, field="reply")
        check_length(world, answer, person=person, field="reply")
        hand_in(world, request, world.clock.now(), answer)
        watch_overdue(world, request)
        answer_automatically(world, request)
        world.journal.record(REPLIED, person=person, network=request.network)
        return request


def _just_sent(request: AccessRequest, text: str, *, behind: AbstractSet[State]) -> bool:
    """Whether the last step was this text of the person, behind a step of those states."""
    states = [step.state for step in request.history[-2:]]
    return states[1:] == ["submitted"] and states[0] in behind and request.reason == text.strip()


def withdraw(world: World, uid: str, request_id: int) -> AccessRequest:
    """Take back a request that is open; sent twice, it counts once.

    Raises Refusal (access.unknown, access.not_open).
    """
    with world.database.session():
        request = own_request(world, uid, request_id)
        if request.state == "withdrawn":
            return request
        check_open(world, request)
        move(request, "withdrawn", at=world.clock.now(), by=request.person.email)
        world.journal.record(WITHDRAWN, person=request.person.email, network=request.network)
        return request


def check_open(world: World, request: AccessRequest) -> None:
    """Raises Refusal (access.not_open)."""
    if not request.open:
        raise world.refuse(NOT_OPEN, got=request.state, person=request.person.email, state=request.state)


def hand_in(world: World, request: AccessRequest, at: datetime, text: str) -> None:
    """Give the turn to the helpdesk, which has its hours from then on."""
    zone = ZoneInfo(world.settings[s.HELPDESK_TIME_ZONE])
    if request.state != "info_requested":
        request.submitted_at = at
        request.guest_until = None
    request.due_at = due_at(at, world.settings[s.HELPDESK_HOURS], zone)
    move(request, "submitted", at=at, by=request.person.email, reason=text.strip())


def move(request: AccessRequest, state: State, *, at: datetime, by: str, reason: str = "") -> None:
    """One step further."""
    request.state = state
    request.history = (*request.history, Step(at, state, by, reason))


def answer_automatically(world: World, request: AccessRequest) -> None:
    """Let the automatic helpdesk have its turn, where there is one (setting helpdesk.automatic)."""
    if world.settings[s.HELPDESK_AUTOMATIC] != "off":
        at = world.clock.now() + world.settings[s.HELPDESK_AUTOMATIC_AFTER]
        world.scheduler.add(at, AUTOMATIC, {"request": request.id, "step": len(request.history)})


def end_later(world: World, request: AccessRequest) -> None:
    """Let a guest's access end by the clock; one that is new has no number yet."""
    if request.state == "approved" and request.guest_until is not None:
        world.scheduler.add(request.guest_until, ENDING, {"uid": request.uid, "network": request.network})


def check_length(world: World, text: str, *, person: str, field: str) -> None:
    """Raises Refusal (access.text_too_long)."""
    length, limit = len(text), LONGEST_TEXT
    if length > limit:
        got = f"{length} characters"
        raise world.refuse(TEXT_TOO_LONG, got=got, person=person, field=field, limit=limit, length=length)
