"""What was there instead, where a call waited in vain."""

from collections.abc import Iterable

from mock_phone.phone import Phone
from mock_phone.refusals import NO_REQUEST, OFFLINE
from mock_world import World

_MOST = 200  # events that are looked through


def joined(*parts: Iterable[str]) -> str:
    """What is known, part by part."""
    return "; ".join(each for part in parts for each in part)


def refused_last(world: World) -> Iterable[str]:
    """The newest refusal, but for those of a wait that ended."""
    empty = {NO_REQUEST.code, OFFLINE.code}
    for event in reversed(world.journal.events(newest=_MOST)):
        if event.is_refusal and event.type not in empty:
            yield f"refused last: {event.type}, got {event.fields['got']}"
            return


def pending_mails(world: World) -> Iterable[str]:
    """Mails that were sent and are not there yet."""
    now = world.clock.now()
    for mail in world.post_office.pending():
        seconds = max(0, round((mail.due_at - now).total_seconds()))
        yield f"{mail.subject!r} to {mail.to} under way, due in {seconds} seconds of world time"


def screen_of(phone: Phone) -> Iterable[str]:
    """What keeps a phone from showing requests, and for whom it would."""
    switches = phone.settings
    if not switches.notifications:
        yield "an app that may send no notifications, so that none arrives by itself"
    yield f"no request on {phone.id}, for {', '.join(one.account for one in phone.accounts()) or 'no account'}"
