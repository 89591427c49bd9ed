"""What an open screen shows of its phone, so that it can be told when that is out of date."""

import json
import math
from dataclasses import dataclass, replace
from hashlib import blake2s

from mock_phone import refusals as no
from mock_phone.phone import Phone
from mock_world.i18n import clock_time
from mock_world.refusal import Refusal
from mock_world.world import CLOCK_TOPIC

_HOLD = 30.0  # seconds that a question for news is held


@dataclass(frozen=True)
class ScreenState:
    """What a screen shows: ids of open requests, a mark of the phone itself, its time.

    trouble: code of the refusal for which requests cannot be seen, or empty.
    """

    requests: frozenset[str] = frozenset()
    mark: str = ""
    trouble: str = ""
    time: str = ""


def receives_requests(phone: Phone) -> bool:
    """Whether requests reach the app by themselves: it is linked, online and may send notifications."""
    settings = phone.settings
    linked = phone.installed and any(account.known for account in phone.accounts())
    return linked and settings.online and settings.notifications


def screen_state(phone: Phone, requests: frozenset[str] = frozenset(), trouble: str = "") -> ScreenState:
    """What there is to be seen now, with these requests."""
    return ScreenState(requests, _mark(phone), trouble, clock_time(phone.now))


def _mark(phone: Phone) -> str:
    """A mark of the phone's state, another one after each change of its switches, its app, its accounts."""
    with phone.world.database.session():  # one for all: it is asked often
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


def wait_for_another_state(phone: Phone, seen: ScreenState) -> tuple[ScreenState, Refusal | None]:
    """What there is to be seen as soon as it is not `seen`, in 30 seconds at most, and the trouble that came."""
    seconds = min(_HOLD, _seconds_of_this_minute(phone))
    if seen.trouble:
        state = _wait_for_change(phone, seen, seconds)
        if state != seen or seen.trouble == no.DEVICE_BLOCKED.code:  # stays so until the phone is changed
            return state, None
    if not receives_requests(phone):
        return _wait_for_change(phone, seen, seconds), None
    listener = _Listener(phone, seen.requests, seconds)
    phone.world.background.run(f"hear for {phone.id} {id(listener)}", listener.listen)

    def another() -> tuple[ScreenState, Refusal | None] | None:
        state = screen_state(phone, seen.requests, seen.trouble)
        if state == seen and listener.heard is not None:
            state = screen_state(phone, listener.heard, listener.refusal.code if listener.refusal else "")
        return (state, listener.refusal) if state != seen else None

    topics = (phone.topic, CLOCK_TOPIC)
    return phone.world.signals.wait(another, *topics, seconds=seconds) or (seen, listener.refusal)


def _wait_for_change(phone: Phone, seen: ScreenState, seconds: float) -> ScreenState:
    def changed() -> ScreenState | None:
        state = replace(seen, mark=_mark(phone), time=clock_time(phone.now))
        return state if state != seen else None

    return phone.world.signals.wait(changed, phone.topic, CLOCK_TOPIC, seconds=seconds) or seen


def _seconds_of_this_minute(phone: Phone) -> float:
    """Seconds until the phone's clock shows another time; infinite where it stands still."""
    now = phone.now
    return math.inf if phone.world.clock.frozen else 60 - now.second - now.microsecond / 1e6


class _Listener:
    """Listens to EU Login in a thread, so that a screen that waits sees the phone's own changes meanwhile.

    heard: ids of the requests that it heard of, None until then. refusal: why it heard of none.
    """

    def __init__(self, phone: Phone, seen: frozenset[str], seconds: float) -> None:
        self._phone = phone
        self._seen = seen
        self._seconds = seconds
        self.heard: frozenset[str] | None = None
        self.refusal: Refusal | None = None

    def listen(self) -> None:
        try:
            requests = self._phone.requests(self._seconds, seen=self._seen)
            self.heard = frozenset(one.id for one in requests)
        except Refusal as refusal:
            self.refusal, self.heard = refusal, frozenset()
        self._phone.world.signals.notify(self._phone.topic)
