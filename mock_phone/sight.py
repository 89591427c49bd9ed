"""What an open screen shows of its phone, so that it can be told when that is out of date."""

import json
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import TYPE_CHECKING

from mock_phone import refusals as no
from mock_world.i18n import clock_time
from mock_world.refusal import Refusal
from mock_world.world import CLOCK_TOPIC

if TYPE_CHECKING:
    from mock_phone.phone import Phone

_TURNS = 20  # a question for news is held that often,
_TURN = 1.0  # so many seconds


@dataclass(frozen=True)
class Sight:
    """What a screen shows: ids of open requests, a mark of the phone itself, its time.

    trouble: code of the refusal for which requests cannot be seen, or empty.
    """

    requests: frozenset[str] = frozenset()
    mark: str = ""
    trouble: str = ""
    time: str = ""


def hears(phone: "Phone") -> bool:
    """Whether requests reach the app by themselves: it is linked, online and may send notifications."""
    settings = phone.settings
    linked = phone.installed and any(account.known for account in phone.accounts())
    return linked and settings.online and settings.notifications


def see(phone: "Phone", requests: frozenset[str] = frozenset(), trouble: str = "") -> Sight:
    """What there is to be seen now, with these requests."""
    return Sight(requests, _mark(phone), trouble, clock_time(phone.now))


def _mark(phone: "Phone") -> str:
    """Another one after each change of the phone: of its switches, its app, its accounts."""
    scanned = phone.scanned
    like = [
        phone.installed,
        phone.settings.model_dump(mode="json"),
        phone.to_ask,
        phone.lost,
        scanned.account if scanned else None,
        [account.model_dump(mode="json") for account in phone.accounts()],
    ]
    return blake2s(json.dumps(like).encode(), digest_size=8).hexdigest()


def wait_for_another(phone: "Phone", seen: Sight) -> tuple[Sight, Refusal | None]:
    """What there is to be seen as soon as it is not `seen`, in 20 seconds at most, and the trouble that came."""
    if seen.trouble:
        _wait_for_change(phone, seen, _TURNS * _TURN)
        if seen.trouble == no.DEVICE_BLOCKED.code:  # stays so until the phone is changed
            return see(phone, seen.requests, seen.trouble), None
    sight, refusal = _look(phone, seen)
    for _ in range(_TURNS - 1):
        if sight != seen or phone.world.closed:
            break
        sight, refusal = _look(phone, seen)
    return sight, refusal


def _look(phone: "Phone", seen: Sight) -> tuple[Sight, Refusal | None]:
    sight = see(phone, seen.requests, seen.trouble)
    if sight != seen:
        return sight, None
    if not hears(phone):
        return _wait_for_change(phone, seen, _TURN), None
    try:
        found = phone.wait_for_news(seen.requests, _TURN)
    except Refusal as refusal:
        return see(phone, trouble=refusal.code), refusal
    return see(phone, frozenset(one.id for one in found)), None


def _wait_for_change(phone: "Phone", seen: Sight, seconds: float) -> Sight:
    def changed() -> Sight | None:
        sight = replace(seen, mark=_mark(phone), time=clock_time(phone.now))
        return sight if sight != seen else None

    return phone.world.signals.wait(changed, phone.topic, CLOCK_TOPIC, seconds=seconds) or seen
