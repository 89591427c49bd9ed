"""Decisions of helpdesks on requests, by people or automatically, and the end of a guest's access (guide, G26, G27)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from mock_cpms import settings as s
from mock_cpms.access.mails import send_mail
from mock_cpms.access.model import AccessRequest, State
from mock_cpms.access.rules import AUTOMATIC, ENDING, check_length, check_open, end_later, move, request_of
from mock_cpms.networks import network_of
from mock_world import RefusalKind, World
from mock_world.events import EventType
from mock_world.fault_types import HELPDESK_SILENT
from mock_world.i18n import N_
from mock_world.world import job_handler

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
GUEST_ENDED = RefusalKind(
    "access.guest_ended",
    message=N_("Please choose a later day for the end of a guest's access: that one has passed."),
    expected="a moment in the future of world time",
    remedy="send a later guest_until, or none for access without an end",
    status=422,
)
GUEST_ONLY_APPROVED = RefusalKind(
    "access.guest_only_approved",
    message=N_("Please give the end of a guest's access only when you approve."),
    expected="no guest_until with a decision other than approve",
    remedy="leave it out, or approve",
    status=422,
)

APPROVED = EventType(
    "access.approved",
    "The helpdesk of {network} approved the request of {person}[, by {by}].",
)
REJECTED = EventType(
    "access.rejected",
    "The helpdesk of {network} rejected the request of {person}[, by {by}].",
)
INFO_REQUESTED_EVENT = EventType(
    "access.question",
    "The helpdesk of {network} asked {person} for information[, by {by}].",
)
EXPIRED = EventType(
    "access.expired",
    "The guest access of {person} to {network} ended by the clock.",
)

_AUTOMATIC_HELPDESK = "automatic helpdesk"


@dataclass(frozen=True)
class _Decision:
    """What a decision does: the state that follows, the event, the mail."""

    state: State
    event: EventType
    mail: str
    needs_reason: bool


_DECISIONS: Mapping[str, _Decision] = MappingProxyType(
    {
        "approve": _Decision("approved", APPROVED, "approved", needs_reason=False),
        "reject": _Decision("rejected", REJECTED, "rejected", needs_reason=True),
        "ask": _Decision("info_requested", INFO_REQUESTED_EVENT, "question", needs_reason=True),
    }
)


def decide(
    world: World,
    request_id: int,
    *,
    decision: str,
    reason: str = "",
    guest_until: datetime | None = None,
    by: str,
) -> AccessRequest:
    """Approve, reject or ask (`approve`, `reject`, `ask`), with a mail to the person.

    guest_until: when access that is approved ends automatically. by: an e-mail address, or who else decides. Whether
    they may is not checked here (see `helpdesk.rules`).
    Raises Refusal (access.unknown, decision_unknown, reason_missing, text_too_long, not_open, guest_ended,
    guest_only_approved).
    """
    made = _DECISIONS.get(decision)
    if made is None:
        raise world.refuse(DECISION_UNKNOWN, got=repr(decision))
    reason = reason.strip()
    with world.database.session():
        request = request_of(world, request_id)
        person = request.person.email
        check_open(world, request)
        if made.needs_reason and not reason:
            raise world.refuse(REASON_MISSING, got="nothing", person=person, field="reason")
        check_length(world, reason, person=person, field="reason")
        if guest_until is not None:
            _check_end(world, request, made, guest_until)
        request.guest_until = guest_until
        move(request, made.state, at=world.clock.now(), by=by, reason=reason)
        end_later(world, request)
        world.journal.record(made.event, person=person, network=request.network, by=by)
        send_mail(world, made.mail, request)
        return request


def _check_end(world: World, request: AccessRequest, made: _Decision, guest_until: datetime) -> None:
    person, got = request.person.email, guest_until.isoformat()
    if made.state != "approved":
        raise world.refuse(GUEST_ONLY_APPROVED, got=got, person=person, field="guestUntil")
    if guest_until <= world.clock.now():
        raise world.refuse(GUEST_ENDED, got=got, person=person, field="guestUntil")


@job_handler(AUTOMATIC)
def decide_automatically(world: World, item: dict[str, Any]) -> None:
    """The automatic helpdesk's answer, unless something happened to the request since.

    The first answer goes to the first submission, and so on.
    """
    with world.database.session() as db:
        request = db.get(AccessRequest, item["request"])
        answers = world.settings[s.HELPDESK_AUTOMATIC].split(", ")
        if request is None or len(request.history) != item["step"] or answers == ["off"]:
            return
        if world.faults.inject(HELPDESK_SILENT, request.person.email):
            return
        turn = sum(step.by == _AUTOMATIC_HELPDESK for step in request.history)
        decision = answers[min(turn, len(answers) - 1)]
        reason = world.settings[s.HELPDESK_AUTOMATIC_REASON] if _DECISIONS[decision].needs_reason else ""
        decide(world, request.id, decision=decision, reason=reason, by=_AUTOMATIC_HELPDESK)


@job_handler(ENDING)
def end_guest(world: World, item: dict[str, Any]) -> None:
    """End a guest's access, with a mail; one that was given another end meanwhile continues."""
    with world.database.session() as db:
        request = db.scalar(select(AccessRequest).filter_by(uid=item["uid"], network=item["network"]))
        end = request.guest_until if request is not None and request.state == "approved" else None
        if request is None or end is None or end > world.clock.now():
            return
        move(request, "expired", at=end, by=network_of(world, request.network).helpdesk)
        world.journal.record(EXPIRED, person=request.person.email, network=request.network)
        send_mail(world, "expired", request)
