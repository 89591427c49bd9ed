"""What EU Login, CPMS and phones know of people, read at once for many: where each of them stands."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute

from eulogin_harness.documents.people import PersonRequest, Stage
from eulogin_harness.personas.plan import stage_of_requests
from mock_cpms.access.model import AccessRequest
from mock_cpms.profile.rules import Profile
from mock_idp.account_management.account_deletion import PANICKED
from mock_idp.accounts.model import Account
from mock_idp.factors.devices.model import ACTIVE, WAITING, Device
from mock_idp.factors.devices.rules import is_usable
from mock_idp.factors.keys.model import SecurityKey
from mock_phone.model import AccountRow, PhoneRow
from mock_world import World
from mock_world.journal import Event

Ts = TypeVarTuple("Ts")
_Parameters = Mapping[str, Sequence[str]]

_FEW = 500  # people whose rows are looked up one by one; of more the whole tables are read


def _of_some(
    column: InstrumentedAttribute[Any], every: Select[*Ts]
) -> Callable[[Collection[str]], tuple[Select[*Ts], _Parameters]]:
    """Makes queries for the rows of some out of one that is composed once: that takes longer than to execute it."""
    few = every.where(column.in_(bindparam("some", expanding=True)))
    return lambda some: (few, {"some": [*some]}) if len(some) <= _FEW else (every, {})


_requests_of = _of_some(
    AccessRequest.uid,
    select(AccessRequest.uid, AccessRequest.id, AccessRequest.network, AccessRequest.state).order_by(AccessRequest.id),
)
_profiles_of = _of_some(Profile.uid, select(Profile))
_devices_of = _of_some(Device.uid, select(Device).order_by(Device.id))
_keys_of = _of_some(SecurityKey.uid, select(SecurityKey.uid, SecurityKey.added_at))
_phones_with = _of_some(  # whose app has a device that it believes EU Login knows, by the device's identifier
    AccountRow.device_identifier,
    select(AccountRow.device_identifier, PhoneRow.name)
    .join(PhoneRow, PhoneRow.number == AccountRow.phone)
    .where(AccountRow.known),
)
_PANICS = select(Event.person, Event.at).where(Event.type == PANICKED.name).order_by(Event.id)


@dataclass(frozen=True)
class Facts:
    """What is known of some people, by their unique identifiers; `phones` by the identifier of the device."""

    requests: Mapping[str, Sequence[PersonRequest]]
    profiles: Mapping[str, Profile]
    devices: Mapping[str, Sequence[Device]]
    factors_since: Mapping[str, datetime]
    """When the newest device or key was added."""
    phones: Mapping[str, str]
    panics: Mapping[str, datetime]
    """When somebody deleted all devices and keys the last time, by e-mail address."""

    def phone_of(self, uid: str) -> str | None:
        """The phone whose app has the account."""
        linked = (self.phones.get(device.identifier or "") for device in self.devices.get(uid, ()))
        return next(filter(None, linked), None)

    def panicked(self, account: Account) -> bool:
        """Whether the last that happened to devices and keys was that all were deleted at once (PANIC)."""
        at = self.panics.get(account.email)
        return at is not None and self.factors_since.get(account.uid, at) <= at

    def phone_lost(self, uid: str) -> bool:
        """Whether EU Login would ask a phone that no phone is any more: lost, reset, or without its app."""
        identifiers = {device.identifier for device in self.devices.get(uid, ()) if device.state == ACTIVE} - {None}
        return bool(identifiers) and not identifiers & self.phones.keys()

    def waiting_device(self, uid: str) -> Device | None:
        """The newest device whose QR code was not scanned yet."""
        return next((each for each in reversed(self.devices.get(uid, ())) if each.state == WAITING), None)


def facts_of(world: World, uids: Collection[str]) -> Facts:
    """Read everything of these people, in few queries."""
    requests: defaultdict[str, list[PersonRequest]] = defaultdict(list)
    devices: defaultdict[str, list[Device]] = defaultdict(list)
    with world.database.session() as db:
        columns = db.connection()  # quicker than the session, for what gives no objects
        for uid, number, network, state in columns.execute(*_requests_of(uids)):
            requests[uid].append(PersonRequest(id=number, network=network, state=state))
        for device in db.scalars(*_devices_of(uids)):
            devices[device.uid].append(device)
        identifiers = {device.identifier for each in devices.values() for device in each if device.identifier}
        return Facts(
            requests=requests,
            profiles={profile.uid: profile for profile in db.scalars(*_profiles_of(uids))},
            devices=devices,
            factors_since=_newest(devices, columns.execute(*_keys_of(uids)).all()),
            phones=dict(columns.execute(*_phones_with(identifiers)).all()) if identifiers else {},
            panics={person or "": at for person, at in columns.execute(_PANICS)},
        )


def _newest(devices: Mapping[str, Sequence[Device]], keys: Iterable[tuple[str, datetime]]) -> dict[str, datetime]:
    added = [(uid, device.added_at) for uid, each in devices.items() for device in each]
    return dict(sorted([*added, *keys], key=lambda one: one[1]))


def stage_of(world: World, account: Account, facts: Facts) -> Stage:
    """How far a person has come, by what is so now and not by what once was."""
    uid = account.uid
    if uid in facts.profiles or facts.requests.get(uid):
        return stage_of_requests(request.state for request in facts.requests.get(uid, ()))
    devices = facts.devices.get(uid, ())
    if any(is_usable(world, device) for device in devices):
        return "enrolled"
    if any(device.state == WAITING for device in devices):
        return "device_added"
    return "invited" if account.password_hash is None else "registered"
