"""The steps of a sign-in, out of its messages and events, in their order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from eulogin_harness.journey.checks import with_checks
from eulogin_harness.journey.model import LANES, Lane, Step
from mock_world import World
from mock_world.addresses import split
from mock_world.journal import Event
from mock_world.messages import HttpMessage

_LANES: Mapping[str, Lane] = {name: name for name in LANES} | {"desk": "application", "world": "mail"}
_REDIRECT = range(300, 400)


def steps_of(world: World, correlation_id: str, events: Sequence[Event]) -> list[Step]:
    """The steps of one sign-in by its events, which are not empty."""
    messages = world.messages.of(correlation_id)
    parts = list(_in_order(messages, [*events, *_mails(world, events)]))
    steps = [_of_message(world, number, part, own) if isinstance(part, HttpMessage) else _of_event(number, part)
             for number, (part, own) in enumerate(parts, 1)]  # fmt: skip
    return with_checks(world, steps)


def _mails(world: World, events: Sequence[Event]) -> list[Event]:
    """Mails to the person of a sign-in while it went on."""
    person = next((event.person for event in events if event.person), None)
    if person is None:
        return []
    kinds = ("mail.sent", "mail.arrived", "mail.failed")
    around = world.journal.events(person=person, types=kinds, after=events[0].id)
    return [event for event in around if event.id < events[-1].id and event.correlation_id is None]


def _in_order(
    messages: Sequence[HttpMessage], events: Iterable[Event]
) -> Iterator[tuple[HttpMessage | Event, Sequence[Event]]]:
    """Messages by their number, each with its events; other events where they stand between those."""
    by_request: defaultdict[str, list[Event]] = defaultdict(list)
    alone: list[Event] = []
    known = {message.request_id for message in messages}
    for event in sorted(events, key=lambda each: each.id):
        if event.request_id in known and event.request_id is not None:
            by_request[event.request_id].append(event)
        else:
            alone.append(event)
    for message in messages:
        own = by_request.pop(message.request_id or "", [])
        while alone and own and alone[0].id < own[0].id:
            yield alone.pop(0), ()
        yield message, own
    for event in alone:
        yield event, ()


def _of_event(number: int, event: Event) -> Step:
    lane = _LANES.get(event.actor, "idp") if not event.type.startswith("mail.") else "mail"
    sender: Lane = "idp" if lane == "mail" else lane
    return Step(number, event.at, sender, lane, event.type, "", events=(event,))


def _of_message(world: World, number: int, message: HttpMessage, events: Sequence[Event]) -> Step:
    return Step(
        number,
        message.at,
        _LANES[message.sender],
        _LANES[message.receiver],
        f"{message.method} {_path(world, message.url)}",
        _answer(world, message),
        _leads_to(world, message),
        message,
        events,
    )


def _path(world: World, url: str) -> str:
    """The path without the world's prefix; of another server with its host."""
    parts = split(url)
    path = parts.path.removeprefix(world.prefix) or "/"
    return path if not parts.netloc or world.addresses.actor_of(url) else f"{parts.netloc}{parts.path}"


def _answer(world: World, message: HttpMessage) -> str:
    if message.status in _REDIRECT and message.location:
        return f"{message.status} → {_path(world, message.location)}"
    return f"{message.status} {message.page or message.content_type}".strip()


def _leads_to(world: World, message: HttpMessage) -> Lane | None:
    """The lane to which the browser is sent, where that is not the one that sends it."""
    if message.status not in _REDIRECT or not message.location.startswith("http"):
        return None
    actor = world.addresses.actor_of(message.location)
    return None if actor == message.receiver else _LANES[actor or "application"]
