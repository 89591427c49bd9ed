"""Requests that a helpdesk has not decided in time (guide, G26): reported in the journal when that time is over."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from mock_cpms.access.model import AccessRequest
from mock_world import World
from mock_world.events import EventType
from mock_world.world import job_handler

OVERDUE = EventType("access.overdue", "The helpdesk of {network} did not decide the request of {person} by {due}.")
_KIND = "access.overdue"
_LATE = timedelta.resolution  # behind the time until which it is not


def watch_overdue(world: World, request: AccessRequest) -> None:
    """Report the request when it is overdue. One job a world looks at all of them."""
    now = world.clock.now()
    if request.due_at is not None and request.due_at > now and _KIND not in world.scheduler.kinds:
        world.scheduler.add(request.due_at + _LATE, _KIND, {"since": now.isoformat()})


@job_handler(_KIND)
def _report(world: World, payload: dict[str, Any]) -> None:
    now, since = world.clock.now(), datetime.fromisoformat(payload["since"])
    with world.database.session() as db:
        world.scheduler.finish()
        due = AccessRequest.due_at >= since, AccessRequest.state == "submitted"
        requests = list(db.scalars(select(AccessRequest).where(*due).order_by(AccessRequest.due_at)))
        for request in requests:
            if request.due_at is not None and request.due_at < now:
                at = request.due_at.isoformat()
                world.journal.record(OVERDUE, person=request.person.email, network=request.network, due=at)
        if later := [request.due_at for request in requests if request.due_at is not None and request.due_at >= now]:
            world.scheduler.add(min(later) + _LATE, _KIND, {"since": now.isoformat()})
