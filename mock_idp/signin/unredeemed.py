"""Tickets and codes that nobody redeemed in time: reported with what speaks for which cause.

One job a world and kind looks at all of them, so that to issue one costs nothing more.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mock_idp.common import settings as s
from mock_world import World
from mock_world.correlation import follow
from mock_world.events import EventType
from mock_world.journal import Event

ISSUED = frozenset({"ticket.issued", "code.issued"})
HANDSHAKE = "tls.handshake_failed"
_NO_CALL = (
    "no call came at all: the application {refuses}does not call {endpoint}, its server did not reach it, or never got "
    "what the browser brought (a proxy that drops the query, another process, a page that was closed)"
)
_ELSEWHERE = frozenset({"validation.address_unknown", "discovery.address_unknown", "token.address_unknown"})


@dataclass(frozen=True)
class Unredeemed:
    """A ticket or code that was issued.

    application: as its event names it. endpoint: where it is redeemed. client_id: by which a call names it. by_form:
    why the return by a form may have failed, where it was one. refuses: why the application may refuse what the
    browser brings.
    """

    person: str
    application: str
    issued_at: datetime
    correlation_id: str
    endpoint: str
    client_id: str = ""
    by_form: str = ""
    refuses: str = ""


Find = Callable[[World, datetime], Sequence[Unredeemed]]


def watch(world: World, kind: str, issued_at: datetime) -> None:
    """Look at what was issued once the time is over in which it should be redeemed. kind: of the scheduled job."""
    time = world.settings[s.REDEEM_TIME]
    if time and kind not in world.scheduler.kinds:
        world.scheduler.add(issued_at + time, kind, {"since": issued_at.isoformat()})


def report(world: World, payload: dict[str, Any], kind: str, event: EventType, find: Find) -> None:
    """Run such a job. find: what was issued since a moment and is not redeemed, oldest first."""
    time = world.settings[s.REDEEM_TIME]
    if not time:
        return
    with world.database.session():  # nothing is issued meanwhile
        world.scheduler.finish()
        until = world.clock.now() - time
        waiting = find(world, datetime.fromisoformat(payload["since"]))
        for item in waiting:
            if item.issued_at <= until:
                _report(world, item, event, time)
        world.scheduler.kinds -= {kind}
        if later := [item.issued_at for item in waiting if item.issued_at > until]:
            watch(world, kind, min(later))


def _report(world: World, item: Unredeemed, event: EventType, time: timedelta) -> None:
    causes = likely_causes(world, item)
    if not causes:
        return
    follow(item.correlation_id, person=item.person)
    world.journal.record(
        event,
        person=item.person,
        application=item.application,
        seconds=int(time.total_seconds()),
        cause=causes[0],
        or_else="; ".join(causes[1:]),
    )


def likely_causes(world: World, item: Unredeemed) -> list[str]:
    """Why it is not redeemed yet, the likeliest first; none where it was refused: the journal has the reason."""
    since = _since(world, item)
    if any(each.correlation_id == item.correlation_id and each.is_refusal for each in since):
        return []
    return _causes(item, since)


def _since(world: World, item: Unredeemed) -> list[Event]:
    """What happened since it was issued."""
    own = world.journal.events(correlation_id=item.correlation_id)
    first = next((event.id for event in reversed(own) if event.type in ISSUED), 0)
    return world.journal.events(after=first)


def _causes(item: Unredeemed, since: Iterable[Event]) -> list[str]:
    """Likely causes, each with what speaks for it, the likeliest first."""
    since = list(since)
    seen = [
        *(f"a call came to an address that is none of EU Login: {each.fields['got']}; {each.fields['remedy']}"
          for each in _newest(since, _ELSEWHERE)),
        *(f"a client broke TLS's handshake off: {each.fields['reason']}" for each in _newest(since, {HANDSHAKE})),
        *(f"a call was refused before it was looked for: {each.type}, got {each.fields['got']}; {each.fields['remedy']}"
          for each in _without(item, since)),
    ]  # fmt: skip
    back = []
    if again := [each for each in since if _is_again(item, each)]:
        back.append(
            f"the browser came back to EU Login {len(again)} times: the application sends it on before it redeems, "
            "or does not read what it was sent"
        )
    if seen:
        return [*seen, *back]
    by_form = [item.by_form] if item.by_form else []
    return [*by_form, *back, _NO_CALL.format(refuses=item.refuses, endpoint=item.endpoint)]


def _newest(since: Iterable[Event], types: Iterable[str]) -> list[Event]:
    return [event for event in since if event.type in types][-1:]


def _without(item: Unredeemed, since: Iterable[Event]) -> list[Event]:
    """Refusals of calls that are about this application or name none, and belong to no sign-in."""
    kinds = ("ticket.", "token.", "client.", "parameter.")
    refused = [
        event for event in since if event.is_refusal and event.type.startswith(kinds) and event.type not in _ELSEWHERE
    ]
    about = {item.application, item.client_id, ""}
    return [event for event in refused if event.correlation_id is None and event.application in about][-1:]


def _is_again(item: Unredeemed, event: Event) -> bool:
    return event.type in ISSUED and (event.person, event.application) == (item.person, item.application)
