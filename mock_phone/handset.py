"""The phone without what the app does: its switches, permissions and sensor, the app store."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast, get_args

from sqlalchemy import select

from mock_phone import refusals as no
from mock_phone.model import Permission, PhoneRow, PhoneSettings
from mock_world.clock import EARLIEST
from mock_world.events import EventType
from mock_world.journal import ACTOR
from mock_world.refusal import Refusal, RefusalKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from mock_world.world import World

INSTALLED = EventType(
    "phone.app_installed",
    "The EU Login app was installed on phone {phone} from the app store.",
)
CHANGED = EventType(
    "phone.settings_changed",
    "Switches of phone {phone} were changed.",
)

PERMISSIONS: tuple[Permission, ...] = get_args(Permission)
ON_AUTO_APPROVE: list[Callable[["World", str], None]] = []  # what starts when that switch goes on (auto_approve.py)
_NAME = re.compile(r"[A-Za-z0-9-]{1,40}")
_NUMBERED = re.compile(r"phone-[0-9]+")


@contextmanager
def acting() -> Iterator[None]:
    """What happens here is the phone's doing, whoever holds it: the journal says so."""
    token = ACTOR.set("phone")
    try:
        yield
    finally:
        ACTOR.reset(token)


class Handset:
    """One phone of a world; all its state is in the database.

    id: short and readable, `phone-7`. owner: an e-mail address, or empty.
    """

    def __init__(self, world: "World", row: PhoneRow) -> None:
        self.world = world
        self.id = row.name
        self.owner = row.owner
        self.number = row.number

    @property
    def topic(self) -> str:
        """Notified when this phone did something or was changed."""
        return f"phone:{self.id}"

    @property
    def installed(self) -> bool:
        return self.read().installed

    @property
    def settings(self) -> PhoneSettings:
        return PhoneSettings(**self.read().settings)

    @property
    def now(self) -> datetime:
        """The time that the phone shows: the world's, and what its clock is wrong by."""
        return max(EARLIEST, self.world.clock.now() + self.settings.clock_offset)

    @property
    def to_ask(self) -> tuple[Permission, ...]:
        """Permissions that the app has still to ask the person for."""
        return cast("tuple[Permission, ...]", tuple(self.read().to_ask))

    @property
    def sensor(self) -> dict[str, Any] | None:
        """What is kept of an enrolled finger or face; None where biometrics are off, or on without a sensor."""
        return self.read().sensor

    def keep_sensor(self, known: dict[str, Any]) -> None:
        """Keep what is known of an enrolled finger or face."""
        with self.row() as row:
            row.sensor = known

    @acting()
    def install(self, *, allowed: bool = True) -> None:
        """Install the EU Login app (guide, G11); an app that is there stays as it is.

        allowed: the person lets it send notifications and use the camera at once; else the app asks (`to_ask`).
        """
        with self.row() as row:
            if not row.installed:
                _install(row, allowed=allowed)
                self.record(INSTALLED)

    @acting()
    def answer_permission(self, name: Permission, allow: bool) -> None:
        """Allow what the app asks for, or not; what it does not ask for (any more) stays as it is."""
        with self.row() as row:
            if name in row.to_ask:
                row.to_ask = [other for other in row.to_ask if other != name]
                row.settings = row.settings | {name: allow}
                self.record(CHANGED, **{name: allow})

    @acting()
    def change_settings(self, **switches: bool | str | timedelta | None) -> PhoneSettings:
        """Change switches, by their names in PhoneSettings, that are not None; returns all.

        biometrics: switched off, the app forgets the finger or face that was enrolled. notifications, camera: the
        answer, where the app was still to ask. auto_approve: see auto_approve.py. clock_offset: at most ten years.
        Raises ValueError where a switch is not known, or a value none of its kind.
        """
        changes = {name: value for name, value in switches.items() if value is not None}
        with self.row() as row:
            settings = PhoneSettings.model_validate(row.settings | changes)
            row.settings = settings.model_dump(mode="json")
            row.to_ask = [name for name in row.to_ask if name not in changes]
            if changes.get("biometrics") == "":
                row.sensor = None
            self.record(CHANGED, **{name: row.settings[name] for name in changes})
            if settings.auto_approve:
                self.world.database.afterwards(self._start_auto_approve)
        return settings

    def _start_auto_approve(self) -> None:
        for start in ON_AUTO_APPROVE:
            start(self.world, self.id)

    def read(self) -> PhoneRow:
        """The phone's row. Raises Refusal (phone.unknown) where the phone was deleted."""
        with self.world.database.reading() as db:
            row = db.get(PhoneRow, self.number)
        if row is None:
            raise self.world.refuse(no.PHONE_UNKNOWN, got=f"{self.id}, which was deleted", phone=self.id)
        return row

    @contextmanager
    def row(self) -> Iterator[PhoneRow]:
        """The phone's row, to be changed in a transaction; who waits for the phone is told afterwards."""
        with self.world.database.session():
            yield self.read()
            self.world.signals.notify(self.topic)

    def record(self, event: EventType, person: str | None = None, /, **fields: str | bool) -> None:
        self.world.journal.record(event, person=person or self.owner or None, phone=self.id, **fields)

    def refuse(self, kind: RefusalKind, *, got: str, field: str | None = None, **params: str | int) -> Refusal:
        return self.world.refuse(kind, got=got, person=self.owner or None, field=field, **params)


def add_phone(
    world: "World", *, owner: str = "", phone_id: str | None = None, installed: bool = False, allowed: bool = True
) -> PhoneRow:
    """Add a phone, without the EU Login app unless `installed`. Joins the transaction that is open.

    allowed: see Handset.install. Raises Refusal (phone.exists, phone.name_refused).
    """
    settings = PhoneSettings().model_dump(mode="json")
    with world.database.session() as db:
        if phone_id is not None:
            _check_free(world, db, phone_id)
        row = PhoneRow(name=phone_id, owner=owner, installed=False, to_ask=[], settings=settings)
        if installed:
            _install(row, allowed=allowed)
        db.add(row)
        db.flush()
        row.name = phone_id or f"phone-{row.number}"
    return row


def get_phone(world: "World", phone_id: str) -> PhoneRow:
    """The phone of that id. Raises Refusal (phone.unknown)."""
    with world.database.reading() as db:
        row = db.scalar(select(PhoneRow).where(PhoneRow.name == phone_id))
    if row is None:
        raise world.refuse(no.PHONE_UNKNOWN, got=repr(phone_id[:60]), phone=phone_id[:60])
    return row


def all_phones(world: "World") -> list[PhoneRow]:
    """All phones, oldest first."""
    with world.database.reading() as db:
        return list(db.scalars(select(PhoneRow).order_by(PhoneRow.number)))


def _install(row: PhoneRow, *, allowed: bool) -> None:
    row.installed = True
    row.to_ask = [] if allowed else list(PERMISSIONS)
    row.settings = row.settings | dict.fromkeys(PERMISSIONS, allowed)


def _check_free(world: "World", db: "Session", phone_id: str) -> None:
    """An id of the form `phone-7` is left to the phones that are numbered."""
    if not _NAME.fullmatch(phone_id) or _NUMBERED.fullmatch(phone_id):
        raise world.refuse(no.NAME_WRONG, got=repr(phone_id[:60]))
    if db.scalar(select(PhoneRow.number).where(PhoneRow.name == phone_id)):
        raise world.refuse(no.EXISTS, got=phone_id, phone=phone_id)
