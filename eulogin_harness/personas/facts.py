"""What EU Login, CPMS and phones know of people, read at once for many: where each of them stands."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, true
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

_FEW = 500  # people whose rows are looked up one by one; of more the whole tables are read


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
    with world.database.session() as db:
        requests: defaultdict[str, list[PersonRequest]] = defaultdict(list)
        columns = AccessRequest.uid, AccessRequest.id, AccessRequest.network, AccessRequest.state
        query = select(*columns).where(_among(AccessRequest.uid, uids)).order_by(AccessRequest.id)
        for uid, number, network, state in db.execute(query):
            requests[uid].append(PersonRequest(id=number, network=network, state=state))
        profiles = {one.uid: one for one in db.scalars(select(Profile).where(_among(Profile.uid, uids)))}
        devices: defaultdict[str, list[Device]] = defaultdict(list)
        for device in db.scalars(select(Device).where(_among(Device.uid, uids)).order_by(Device.id)):
            devices[device.uid].append(device)
        of_keys = select(SecurityKey.uid, SecurityKey.added_at).where(_among(SecurityKey.uid, uids))
        keys = [(uid, added_at) for uid, added_at in db.execute(of_keys)]
        identifiers = {device.identifier or "" for each in devices.values() for device in each}
        return Facts(
            requests, profiles, devices, _newest(devices, keys), dict(_phones(world, identifiers)), _panics(world)
        )


def _among(column: InstrumentedAttribute[str], uids: Collection[str]) -> ColumnElement[bool]:
    return column.in_(uids) if len(uids) <= _FEW else true()


def _newest(devices: Mapping[str, Sequence[Device]], keys: Sequence[tuple[str, datetime]]) -> dict[str, datetime]:
    added = [(uid, device.added_at) for uid, each in devices.items() for device in each]
    return dict(sorted([*added, *keys], key=lambda one: one[1]))


def _phones(world: World, identifiers: Collection[str]) -> Iterator[tuple[str, str]]:
    """Phones whose app has a device that it believes EU Login knows, by the device's identifier."""
    query = select(AccountRow.device_identifier, PhoneRow.name).join(PhoneRow, PhoneRow.number == AccountRow.phone)
    linked = query.where(AccountRow.known, _among(AccountRow.device_identifier, identifiers))
    with world.database.session() as db:
        yield from ((identifier, phone) for identifier, phone in db.execute(linked))


def _panics(world: World) -> dict[str, datetime]:
    return {event.person or "": event.at for event in world.journal.events(types=[PANICKED.name])}


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
