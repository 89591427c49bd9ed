"""The phone without what the app does: which phones there are, their switches, the app store."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from sqlalchemy import select

from mock_phone import refusals as no
from mock_phone.model import AccountRow, Biometrics, LinkedAccount, PhoneRow, PhoneSettings
from mock_world.journal import ACTOR, EventType
from mock_world.refusal import Refusal, RefusalKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from mock_world.world import World

INSTALLED = EventType("phone.app_installed", "The EU Login app was installed from the app store.")
CHANGED = EventType("phone.settings_changed", "Switches of the phone were changed.")

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
        self._number = row.number

    @classmethod
    def create(cls, world: "World", *, owner: str = "", phone_id: str | None = None, installed: bool = False) -> Self:
        """A new phone, without the EU Login app unless `installed`. Joins the transaction at hand.

        Raises Refusal (phone.exists, phone.name_refused).
        """
        settings = PhoneSettings().model_dump(mode="json")
        with world.database.session() as db:
            if phone_id is not None:
                _check_free(world, db, phone_id)
            row = PhoneRow(name=phone_id, owner=owner, installed=installed, settings=settings)
            db.add(row)
            db.flush()
            row.name = phone_id or f"phone-{row.number}"
        return cls(world, row)

    @classmethod
    def find(cls, world: "World", phone_id: str) -> Self:
        """The phone of that id. Raises Refusal (phone.unknown)."""
        with world.database.session() as db:
            row = db.scalar(select(PhoneRow).where(PhoneRow.name == phone_id))
        if row is None:
            raise world.refuse(no.UNKNOWN, got=repr(phone_id[:60]), phone=phone_id[:60])
        return cls(world, row)

    @classmethod
    def all(cls, world: "World") -> list[Self]:
        """All phones, oldest first."""
        with world.database.session() as db:
            return [cls(world, row) for row in db.scalars(select(PhoneRow).order_by(PhoneRow.number))]

    @property
    def topic(self) -> str:
        """Notified when this phone did something or was changed."""
        return f"phone:{self.id}"

    @property
    def installed(self) -> bool:
        return self._read().installed

    @property
    def settings(self) -> PhoneSettings:
        return PhoneSettings(**self._read().settings)

    def accounts(self) -> list[LinkedAccount]:
        """Accounts of the app, oldest first."""
        return [LinkedAccount.model_validate(account) for account in self._accounts()]

    @acting()
    def install(self) -> None:
        """Install the EU Login app (guide, G11); an app that is there stays as it is."""
        with self._row() as row:
            if not row.installed:
                row.installed = True
                self._record(INSTALLED)

    @acting()
    def change_settings(
        self,
        *,
        online: bool | None = None,
        notifications: bool | None = None,
        camera: bool | None = None,
        biometrics: Biometrics | None = None,
    ) -> PhoneSettings:
        """Change what is not None; returns all. Raises ValueError where a value is none of its kind."""
        given = {"online": online, "notifications": notifications, "camera": camera, "biometrics": biometrics}
        changes = {name: value for name, value in given.items() if value is not None}
        with self._row() as row:
            settings = PhoneSettings.model_validate(row.settings | changes)
            row.settings = settings.model_dump(mode="json")
            self._record(CHANGED, **changes)
        return settings

    def _read(self) -> PhoneRow:
        with self.world.database.session() as db:
            return db.get_one(PhoneRow, self._number)

    def _accounts(self) -> list[AccountRow]:
        query = select(AccountRow).where(AccountRow.phone == self._number).order_by(AccountRow.id)
        with self.world.database.session() as db:
            return list(db.scalars(query))

    @contextmanager
    def _row(self) -> Iterator[PhoneRow]:
        """The phone's row, to be changed in a transaction; who waits for the phone is told afterwards."""
        with self.world.database.session() as db:
            yield db.get_one(PhoneRow, self._number)
            self.world.signals.notify(self.topic)

    def _record(self, event: EventType, person: str | None = None, /, **fields: str | bool) -> None:
        self.world.journal.record(event, person=person or self.owner or None, phone=self.id, **fields)

    def _no(self, kind: RefusalKind, *, got: str, field: str | None = None, **params: str | int) -> Refusal:
        return self.world.refuse(kind, got=got, person=self.owner or None, field=field, **params)


def _check_free(world: "World", db: "Session", phone_id: str) -> None:
    """An id of the form `phone-7` is left to the phones that are numbered."""
    if not _NAME.fullmatch(phone_id) or _NUMBERED.fullmatch(phone_id):
        raise world.refuse(no.NAME_WRONG, got=repr(phone_id[:60]))
    if db.scalar(select(PhoneRow.number).where(PhoneRow.name == phone_id)):
        raise world.refuse(no.EXISTS, got=phone_id, phone=phone_id)
