"""`auto_approve`: a phone that approves each request by itself, for suites that do not care about the phone."""

from sqlalchemy import select

from mock_phone import refusals as no
from mock_phone.handset import ON_AUTO_APPROVE
from mock_phone.model import OpenRequest, PhoneRow
from mock_phone.phone import Phone
from mock_world.refusal import Refusal
from mock_world.world import World
from mock_world.worlds import at_resuming

_HOLD = 30.0  # seconds that EU Login is asked to hold its answer
_PAUSE = 5.0  # seconds after something went wrong, before the next look
_CLOSED = {no.REQUEST_ANSWERED, no.REQUEST_LAPSED, no.REQUEST_GONE}  # somebody else was quicker


@at_resuming
def start_auto_approve(world: World) -> None:
    """Let each phone whose switch is on approve by itself; those that do so already go on."""
    with world.database.reading() as db:
        rows = list(db.scalars(select(PhoneRow)))
    for row in rows:
        if row.settings["auto_approve"]:
            auto_approve(world, row.name)


def auto_approve(world: World, phone_id: str) -> None:
    """Let one phone approve by itself, in a thread of its own, until its switch goes off or it is gone."""
    world.background.run(f"watch {phone_id}", _Worker(world, phone_id).run)


ON_AUTO_APPROVE.append(auto_approve)


class _Worker:
    """What the thread of one phone remembers until the world is replaced, as by a state that is imported.

    blocked: devices that are not asked any more. failed: requests.
    """

    def __init__(self, world: World, phone_id: str) -> None:
        self._world = world
        self._phone_id = phone_id
        self._blocked: dict[str, Refusal] = {}
        self._failed: set[str] = set()
        self._loads = world.loads

    def run(self) -> None:
        while phone := self._phone():
            wait = self._world.signals.wait
            if wait(self._can_look, phone.topic, seconds=_HOLD) and not self._turn(phone):
                wait(lambda: None if self._phone() else True, phone.topic, seconds=_PAUSE)

    def _phone(self) -> Phone | None:
        """The phone, where it is still there and switched on."""
        if self._world.closed:
            return None
        if self._loads != self._world.loads:
            self._loads = self._world.loads
            self._blocked, self._failed = {}, set()
        with self._world.database.reading() as db:
            row = db.scalar(select(PhoneRow).where(PhoneRow.name == self._phone_id))
        return Phone(self._world, row) if row is not None and row.settings["auto_approve"] else None

    def _can_look(self) -> bool | None:
        """True where requests can arrive, False where none ever will; None keeps waiting for the phone to change."""
        with self._world.database.session():
            phone = self._phone()
            if phone is None:
                return False
            settings = phone.settings
            can_ask = any(one.known and one.device_identifier not in self._blocked for one in phone.accounts())
        return (settings.online and settings.notifications and can_ask) or None

    def _turn(self, phone: Phone) -> bool:
        """Wait for requests and approve them; whether all went well."""
        refused = dict(self._blocked)
        try:
            requests = phone.ask(refused, _HOLD)
        except Refusal:  # it went offline meanwhile, or was deleted
            return True
        blocked = {device: refusal for device, refusal in refused.items() if refusal.kind == no.DEVICE_BLOCKED}
        if self._loads == self._world.loads:
            self._blocked |= blocked
        fine = {refusal.kind for refusal in refused.values()} <= {no.DEVICE_BLOCKED, no.DEVICE_UNKNOWN}
        went_well = [self._approve(phone, request) for request in requests]
        return fine and all(went_well)

    def _approve(self, phone: Phone, request: OpenRequest) -> bool:
        if not self._can_look():  # the phone changed while EU Login was asked
            return True
        try:
            phone.approve_by_itself(request)
        except Refusal as refusal:
            news = request.id not in self._failed
            self._failed.add(request.id)
            return news and refusal.kind in _CLOSED
        return True
