"""What happened before: each step of a prepared world, by the rules that the pages call."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from eulogin_harness.documents.clients import ClientBody
from eulogin_harness.documents.people import PersonaChange
from eulogin_harness.personas.changing import change_person
from eulogin_harness.personas.listing import people
from eulogin_harness.personas.model import PersonaRow
from eulogin_harness.prepared_worlds.names import DEVICE, OF_PERSON
from eulogin_harness.prepared_worlds.schema import ChangedPerson, Failures, SwitchedPhone
from mock_idp.account_management.account_deletion import delete_all_factors
from mock_idp.account_management.registration import ask_for_password
from mock_idp.accounts.model import Account
from mock_idp.factors.devices.pins import check_pin
from mock_idp.factors.devices.rules import devices_of
from mock_idp.oidc.clients import register_client
from mock_idp.signin.login import authenticate
from mock_phone.phone import Phone
from mock_world import Refusal, World
from mock_world.addresses import ACTORS


@dataclass
class Loading:
    """A world that is being loaded. rows: people by their names in the file.

    answers: what EU Login answered to earlier steps, by name; cookies: those of each person's browser.
    """

    world: World
    rows: dict[str, PersonaRow]
    answers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    calls: int = 0

    def account(self, person: str) -> Account:
        with self.world.database.reading() as db:
            return db.get_one(Account, self.rows[person].uid)

    @property
    def values(self) -> dict[str, str]:
        """What stands for names in braces."""
        return self._addresses | self._people | self._link | self.answers

    @cached_property
    def _addresses(self) -> dict[str, str]:
        return {actor: self.world.addresses.public(actor) for actor in ACTORS}

    @cached_property
    def _people(self) -> dict[str, str]:
        made = {name: people(self.world, ids=[row.id])[0] for name, row in self.rows.items()}
        values = {
            f"{name}.{field}": str(getattr(one, field) or "") for name, one in made.items() for field in OF_PERSON
        }
        return values | {f"{name}.{DEVICE}": self._device(row.uid) for name, row in self.rows.items()}

    def _device(self, uid: str) -> str:
        """Number of somebody's first device at EU Login; empty where there is none."""
        return next((str(device.id) for device in devices_of(self.world, uid)), "")

    @property
    def _link(self) -> dict[str, str]:
        """The link of the newest mail, as a path at EU Login."""
        links = [link["url"] for mail in self.world.mailbox.mails() for link in mail.links]
        ours = [link for link in links if self.world.addresses.actor_of(link) == "idp"]
        return {"link": self.world.addresses.path_of(ours[-1])} if ours else {}


def _advance(loading: Loading, by: timedelta) -> None:
    loading.world.advance_clock(by)


def _lost_password(loading: Loading, person: str) -> None:
    ask_for_password(loading.world, loading.account(person).email)


def _wrong_password(loading: Loading, failures: Failures) -> None:
    for _ in range(failures.times):
        with suppress(Refusal):
            authenticate(loading.world, loading.account(failures.person), "a wrong password")


def _wrong_pin(loading: Loading, failures: Failures) -> None:
    person = loading.account(failures.person)
    right = loading.rows[failures.person].pin
    devices = devices_of(loading.world, person.uid)
    if not devices:
        raise ValueError(f"{failures.person}, who has no device; a person has one from stage device_added on")
    for _ in range(failures.times):
        with suppress(Refusal):
            check_pin(loading.world, devices[0], "0000" if right != "0000" else "1111", person=person.email)


def _panic(loading: Loading, person: str) -> None:
    delete_all_factors(loading.world, loading.account(person))


def _phone(loading: Loading, person: str) -> Phone:
    return Phone.find(loading.world, loading.rows[person].phone_id or "")


def _uninstall(loading: Loading, person: str) -> None:
    _phone(loading, person).uninstall()


def _switch(loading: Loading, switched: SwitchedPhone) -> None:
    _phone(loading, switched.person).change_settings(**switched.model_dump(exclude={"person"}))


def _change(loading: Loading, changed: ChangedPerson) -> None:
    change = PersonaChange.model_validate(changed.model_dump(exclude={"person"}, exclude_unset=True))
    change_person(loading.world, loading.rows[changed.person], change)


def _client(loading: Loading, client: ClientBody) -> None:
    register_client(loading.world, client)


DEEDS: dict[str, Callable[[Loading, Any], None]] = {
    "advance": _advance,
    "lost_password": _lost_password,
    "wrong_password": _wrong_password,
    "wrong_pin": _wrong_pin,
    "panic": _panic,
    "uninstall": _uninstall,
    "switch": _switch,
    "change": _change,
    "client": _client,
}
