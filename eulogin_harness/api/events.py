"""The journal."""

from eulogin_harness.api.frame import api, call
from eulogin_harness.api.instead import joined, refused_last
from eulogin_harness.api.problems import nothing_yet
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.events import Event, EventQuery
from mock_world import World
from mock_world.journal import TOPIC
from mock_world.journal import Event as Line
from mock_world.web import current_world


@api.get("/api/events")
@call("events", Items[Event])
def list_events(query: EventQuery) -> Items[Event]:
    """What happened, in order; with `wait` held until there is something"""
    world = current_world()

    def matching() -> list[Line] | None:
        types = [query.type] if query.type else []
        return (
            world.journal.events(after=query.after, person=query.for_, types=types, correlation_id=query.correlation_id)
            or None
        )

    lines = world.signals.wait(matching, TOPIC, seconds=query.wait or 0) or []
    if not lines and query.wait is not None:
        raise nothing_yet("an event", _instead(world), query.wait)
    return Items[Event](items=[as_document(line) for line in lines])


def as_document(line: Line) -> Event:
    """An event with its type's own fields beside the common ones."""
    return Event(
        **line.fields,
        id=line.id,
        at=line.at,
        actor=line.actor,
        type=line.type,
        person=line.person,
        request_id=line.request_id,
        correlation_id=line.correlation_id,
        sentence=line.sentence,
    )


def _instead(world: World) -> str:
    last = world.journal.events(newest=1)
    newest = f"nothing after event {last[0].id}, {last[0].type}" if last else "an empty journal"
    return joined([newest], refused_last(world))
