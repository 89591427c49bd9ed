"""The sign-ins of a world, newest first, and how each has come out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mock_idp.signin.services import service_name
from mock_idp.signin.unredeemed import ISSUED
from mock_world import World
from mock_world.addresses import split
from mock_world.i18n import N_
from mock_world.journal import Event

Outcome = Literal["begun", "issued", "signed-in", "refused"]
OUTCOMES: dict[Outcome, str] = {
    "begun": N_("goes on, or was left"),
    "issued": N_("not validated"),
    "signed-in": N_("signed in"),
    "refused": N_("refused"),
}
_GOOD = frozenset({"ticket.validated", "token.issued"})
_MOST = 100


@dataclass(frozen=True)
class SignIn:
    """A sign-in in the list. application: as the person or EU Login calls it; refused: its last refusal."""

    correlation_id: str
    at: datetime
    person: str
    application: str
    outcome: Outcome
    refused: Event | None
    events: int


def sign_ins(
    world: World,
    *,
    text: str = "",
    person: str = "",
    application: str = "",
    only_refused: bool = False,
    since: datetime | None = None,
) -> list[SignIn]:
    """The newest sign-ins that fit; person and application: a part of what they are called.

    text: a part of what their events say, of an address, an identifier or a refusal's reason.
    """
    grouped: dict[str, list[Event]] = {}
    for event in world.journal.events():
        if event.correlation_id:
            grouped.setdefault(event.correlation_id, []).append(event)
    matches = ((known, events) for known, events in reversed(grouped.items()) if _says(known, events, text.lower()))
    known = (sign_in_of(world, correlation_id, events) for correlation_id, events in matches)
    fitting = (
        each
        for each in known
        if person.lower() in each.person.lower()
        and application.lower() in each.application.lower()
        and (each.refused is not None or not only_refused)
        and (since is None or each.at >= since)
    )
    return [each for each, _ in zip(fitting, range(_MOST), strict=False)]


def _says(correlation_id: str, events: Iterable[Event], text: str) -> bool:
    """Whether this text, in small letters, stands in the identifier or in what an event says and holds."""
    if not text or text in correlation_id.lower():
        return True
    said = (
        f"{event.type} {event.person} {event.sentence} {' '.join(map(str, event.fields.values()))}" for event in events
    )
    return any(text in each.lower() for each in said)


def sign_in_of(world: World, correlation_id: str, events: Iterable[Event]) -> SignIn:
    """A sign-in by its events, which are not empty."""
    events = list(events)
    types = {event.type for event in events}
    refused = next((event for event in reversed(events) if event.is_refusal), None)
    return SignIn(
        correlation_id,
        events[0].at,
        next((event.person for event in events if event.person), ""),
        next((name for event in events if (name := _application(world, event))), ""),
        _outcome(types, refused is not None and refused is _last_word(events)),
        refused,
        len(events),
    )


def _last_word(events: list[Event]) -> Event | None:
    """The last event that says whether the application has its user."""
    return next((event for event in reversed(events) if event.type in _GOOD or event.is_refusal), None)


def _application(world: World, event: Event) -> str:
    """The client's name, or the registered name of a service, or its host."""
    name = event.application
    return service_name(world, name) if split(name).netloc else name


def _outcome(types: set[str], refused: bool) -> Outcome:
    if refused:
        return "refused"
    if types & _GOOD:
        return "signed-in"
    return "issued" if types & ISSUED else "begun"
