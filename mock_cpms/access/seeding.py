"""Requests that are in a state from the beginning: for people who are made."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from mock_cpms.access.model import STATES, AccessRequest, State
from mock_cpms.access.overdue import watch_overdue
from mock_cpms.access.rules import end_later, hand_in, move, new_request
from mock_cpms.networks import network_of
from mock_cpms.people import person_of
from mock_world import RefusalKind, World
from mock_world.i18n import N_

STATE_UNKNOWN = RefusalKind(
    "access.state_unknown",
    message=N_("Please choose one of the states of a request."),
    expected="one of " + ", ".join(STATES),
    remedy="take one of these states",
    status=422,
)
END_UNFIT = RefusalKind(
    "access.end_unfit",
    message=N_("Please give a guest's access an end that fits its state."),
    expected="a guest_until in the future with state approved, one between since and now with state expired, else none",
    remedy="mend guest_until, or say by since how long ago the request was made (P100D)",
    status=422,
)
REASON_UNFIT = RefusalKind(
    "access.reason_unfit",
    message=N_("Please leave the reason out: nobody wrote anything with a request that was not sent."),
    expected="no reason with state draft",
    remedy="leave reason out, or take another state",
    status=422,
)

_BEHIND: Mapping[str, tuple[State, ...]] = MappingProxyType(
    {
        "info_requested": ("info_requested",),
        "approved": ("approved",),
        "rejected": ("rejected",),
        "withdrawn": ("withdrawn",),
        "expired": ("approved", "expired"),
    }
)  # what follows the submission


def seed_request(
    world: World,
    uid: str,
    *,
    network: str,
    state: str,
    since: datetime,
    reason: str = "",
    guest_until: datetime | None = None,
) -> AccessRequest:
    """Make somebody's request to `network`, of which there is none yet, in any state, without mails.

    It stays there until somebody acts or a guest's access ends; the automatic helpdesk leaves it alone. since: when it
    was made, and decided. reason: what was written with the last step, so that of a submitted one is its comment.
    guest_until: when access that is approved ends by the clock; an expired one has ended then, or just now.
    Raises Refusal (cpms.person_unknown, network.unknown, access.state_unknown, access.end_unfit, access.reason_unfit).
    """
    if state not in STATES:
        raise world.refuse(STATE_UNKNOWN, got=repr(state))
    if state == "expired" and guest_until is None:
        guest_until = world.clock.now()
    with world.database.session() as db:
        person = person_of(world, uid)
        desk = network_of(world, network, person=person.email)
        if not _end_fits(state, since, guest_until, world.clock.now()):
            raise world.refuse(END_UNFIT, got=f"{state}, guest_until {guest_until}, since {since}", person=person.email)
        if state == "draft" and reason:
            raise world.refuse(REASON_UNFIT, got=repr(reason[:40]), person=person.email, field="reason")
        request = new_request(person, desk.code)
        if state != "draft":
            hand_in(world, request, since, reason if state == "submitted" else "")
        request.guest_until = guest_until
        for step in _BEHIND.get(state, ()):
            by = person.email if step == "withdrawn" else desk.helpdesk
            at = guest_until if step == "expired" and guest_until else since
            move(request, step, at=at, by=by, reason=reason if step == state else "")
        db.add(request)
        world.database.settle(db)
        end_later(world, request)
        if request.state == "submitted":
            watch_overdue(world, request)
        return request


def _end_fits(state: str, since: datetime, guest_until: datetime | None, now: datetime) -> bool:
    if guest_until is None:
        return True
    if state == "approved":
        return guest_until > now
    return state == "expired" and since <= guest_until <= now
