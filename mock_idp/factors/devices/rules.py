"""The mobile devices of an account: adding, finding, renaming and deleting them (guide, G13 to G16)."""

from sqlalchemy import bindparam, select

from mock_idp.accounts.mails import Change, report_change
from mock_idp.accounts.model import Account
from mock_idp.accounts.names import unseen_problem
from mock_idp.accounts.passwords import hash_password, is_right
from mock_idp.common import settings as s
from mock_idp.factors.devices.model import ACTIVE, WAITING, Device, device_topic
from mock_idp.factors.devices.pins import pin_problem
from mock_world import Refusal, RefusalKind, World
from mock_world import settings as shared
from mock_world.events import EventType
from mock_world.i18n import N_

ADDED = EventType(
    "device.added",
    "{person} added the mobile device {device}; its QR code is not scanned yet.",
)
RENAMED = EventType(
    "device.renamed",
    "A mobile device of {person} is called {device} now.",
)
DEVICE_DELETED = EventType(
    "device.deleted",
    "The mobile device {device} of {person} was deleted.",
)
NOW_GONE = Change(N_("The mobile device {device} was deleted from your account."))
NAME_WRONG = RefusalKind(
    "device.name_wrong",
    message=N_("Enter a name of 1 to 50 characters for the device."),
    expected="a device name of 1 to 50 characters",
    remedy="enter a shorter name",
)
TOO_MANY_DEVICES = RefusalKind(
    "device.too_many",
    message=N_("Delete a device first: an account can have {most} mobile devices."),
    expected="fewer than {most} devices",
    remedy="delete a device first",
    status=409,
)
DEVICE_UNKNOWN = RefusalKind(
    "device.unknown",
    message=N_("Choose a device from the list: this one does not exist any more."),
    expected="a device of this account",
    remedy="open the list of devices again",
    status=404,
)
_MAX_NAME = 50  # characters
_OF_ACCOUNT = select(Device).where(Device.uid == bindparam("uid")).order_by(Device.id)


def _name_problem(world: World, name: str) -> Refusal | None:
    if problem := unseen_problem(world, name, field="deviceName"):
        return problem
    if 1 <= len(name.strip()) <= _MAX_NAME:
        return None
    return world.refuse(NAME_WRONG, got=f"{len(name.strip())} characters", field="deviceName")


def add_device(world: World, uid: str, *, name: str, pin: str, page: str = "") -> Device:
    """Add a device that waits for its QR code to be scanned. Raises Refusal (device.*).

    page: what tells one opened form from another; the same form sent twice adds one device.
    """
    if problem := _name_problem(world, name) or pin_problem(world, pin, pin):
        raise problem
    with world.database.session() as db:
        if sent_before := _added_by(world, uid, page, name, pin):
            return sent_before
        account = db.get_one(Account, uid)
        most = world.settings[s.DEVICE_MAX]
        if len(devices_of(world, uid)) >= most:
            raise world.refuse(TOO_MANY_DEVICES, got=f"{most} devices", person=account.email, most=most)
        device = Device(
            uid=uid,
            name=name.strip(),
            state=WAITING,
            pin_hash=hash_password(pin),
            pin_failures=0,
            code_step=0,
            enrolment=world.random.token(24),
            secret=world.random.token(64),
            added_at=world.clock.now(),
            page=page,
            identifier=None,
            os="",
            manufacturer="",
            model="",
        )
        db.add(device)
        world.database.settle(db)
        world.journal.record(ADDED, person=account.email, device=device.name)
    return device


def _added_by(world: World, uid: str, page: str, name: str, pin: str) -> Device | None:
    """The waiting device that this very form has added already."""
    for device in devices_of(world, uid) if page else []:
        if (device.page, device.state, device.name) == (page, WAITING, name.strip()) and is_right(device.pin_hash, pin):
            return device
    return None


def devices_of(world: World, uid: str) -> list[Device]:
    """The devices of an account, oldest first."""
    with world.database.reading() as db:
        return list(db.scalars(_OF_ACCOUNT, {"uid": uid}))


def has_app(device: Device) -> bool:
    """Whether a device is active and has the app; one that an ordinary authenticator activated has none."""
    return device.state == ACTIVE and device.identifier is not None


def is_usable(world: World, device: Device) -> bool:
    """Whether a device counts as a factor: only an active one does, and without the app only while six digits count."""
    return has_app(device) or (device.state == ACTIVE and world.settings[shared.ONE_TIME_CODE] == "totp")


def is_idle(world: World, device: Device) -> bool:
    """Whether a device is active but no factor: an authenticator activated it, and its six digits count no more."""
    return device.state == ACTIVE and not is_usable(world, device)


def phones_with_app(world: World, uid: str) -> list[Device]:
    """The account's phones with the app, which could answer a request."""
    return [device for device in devices_of(world, uid) if has_app(device)]


def find_device(world: World, uid: str, device_id: int) -> Device | None:
    """One device of an account; None where there is none of that number (any more)."""
    with world.database.reading() as db:
        device = db.get(Device, device_id)
    return device if device is not None and device.uid == uid else None


def device_of(world: World, uid: str, device_id: int) -> Device:
    """One device of an account. Raises Refusal (device.unknown)."""
    device = find_device(world, uid, device_id)
    if device is None:
        raise world.refuse(DEVICE_UNKNOWN, got="another device")
    return device


def owner_of(world: World, identifier: str) -> Account | None:
    """The account whose device has this identifier, be it active or not."""
    query = select(Account).join(Device, Device.uid == Account.uid).where(Device.identifier == identifier)
    with world.database.reading() as db:
        return db.scalar(query)


def rename_device(world: World, device: Device, name: str) -> None:
    """Give a device another name. Raises Refusal (device.name_wrong, name.unseen)."""
    if problem := _name_problem(world, name):
        raise problem
    with world.database.session() as db:
        db.get_one(Device, device.id).name = name.strip()
        world.journal.record(RENAMED, person=db.get_one(Account, device.uid).email, device=name.strip())


def delete_device(world: World, device: Device) -> None:
    """Delete a device: its app cannot be used for this account any more."""
    with world.database.session() as db:
        account = db.get_one(Account, device.uid)
        db.delete(db.get_one(Device, device.id))
        world.journal.record(DEVICE_DELETED, person=account.email, device=device.name)
        if device.state != WAITING:
            report_change(world, account, NOW_GONE, device=device.name)
    world.signals.notify(device_topic(device.uid))
