"""Adding, initialising and deleting mobile devices (guide, G13 to G19)."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from sqlalchemy import bindparam, select

from mock_idp.accounts.mails import Change, report_change
from mock_idp.accounts.model import Account
from mock_idp.accounts.names import unseen_problem
from mock_idp.accounts.passwords import hash_password, is_right
from mock_idp.factors.devices.model import ACTIVE, BLOCKED, WAITING, Device
from mock_world import Refusal, RefusalKind, World
from mock_world import settings as s
from mock_world.i18n import N_
from mock_world.journal import EventType

ADDED = EventType("device.added", "A mobile device was added; its QR code is not scanned yet.")
INITIALISED = EventType("device.initialised", "The app was initialised: the device is active.")
RENAMED = EventType("device.renamed", "A mobile device got another name.")
DEVICE_DELETED = EventType("device.deleted", "A mobile device was deleted.")

NOW_ACTIVE = Change(N_("The mobile device {device} was linked to your account: its app can now confirm your sign-ins."))
NOW_BLOCKED = Change(
    N_("The mobile device {device} is blocked: a wrong code was entered too often. Delete it and add it again.")
)
NOW_GONE = Change(N_("The mobile device {device} was deleted from your account."))

NAME_WRONG = RefusalKind(
    "device.name_wrong",
    message=N_("Enter a name of 1 to 50 characters for the device."),
    expected="a device name of 1 to 50 characters",
    remedy="enter a shorter name",
)
PIN_WRONG_FORM = RefusalKind(
    "device.pin_form",
    message=N_("Enter a PIN code of exactly 4 digits."),
    expected="exactly 4 digits",
    remedy="enter 4 digits",
    status=422,
)
PINS_DIFFER = RefusalKind(
    "device.pins_differ",
    message=N_("Enter the same PIN code in both fields."),
    expected="the same PIN twice",
    remedy="enter the same 4 digits in both fields",
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
ENROLMENT_UNKNOWN = RefusalKind(
    "enrolment.unknown",
    message=N_("Scan the QR code on the EU Login page again: this one is not known here."),
    expected="the QR code of a device that was added in this world and not deleted",
    remedy="delete the device, add it again and scan the new QR code",
    status=404,
)
ENROLMENT_EXPIRED = RefusalKind(
    "enrolment.expired",
    message=N_("Delete the device and add it again: this QR code worked for {minutes} minutes."),
    expected="a QR code scanned within {minutes} minutes",
    remedy="delete the device, add it again and scan the new QR code",
    status=410,
)
ENROLMENT_USED = RefusalKind(
    "enrolment.used",
    message=N_("Delete the device and add it again: this QR code was used already."),
    expected="a QR code that was not scanned yet",
    remedy="delete the device, add it again and scan the new QR code",
    status=409,
)
WRONG_PIN = RefusalKind(
    "device.wrong_pin",
    message=N_("Try again: this is not the PIN code. Tries left: {tries_left}."),
    expected="the PIN code of the device",
    remedy="enter the PIN that was chosen on the EU Login page; tries left: {tries_left}",
    status=403,
)
DEVICE_BLOCKED = RefusalKind(
    "device.blocked",
    message=N_("Delete this device on the EU Login page and add it again: too many wrong PIN codes."),
    expected="fewer than {most} wrong PINs in a row",
    remedy="sign in with the password, delete the device and add it again",
    status=403,
)
_MAX_NAME = 50  # characters
_PIN_LENGTH = 4  # digits (facts, shapes of codes)
_IDENTIFIER_ALPHABET = "0123456789ABCDEF"
_OF_ACCOUNT = select(Device).where(Device.uid == bindparam("uid")).order_by(Device.id)


@dataclass(frozen=True)
class DeviceDescription:
    """What the app tells of its phone (facts, "Kept per device")."""

    name: str = ""
    os: str = ""
    manufacturer: str = ""
    model: str = ""


@dataclass(frozen=True)
class Enrolled:
    """What the app keeps: who it is, for whom, and the secret that it shares with EU Login (base64url)."""

    device_identifier: str
    account: str
    secret: str


def pin_problem(world: World, pin: str, confirm: str) -> Refusal | None:
    """A refusal where a new PIN is not 4 digits given twice."""
    if not (len(pin) == _PIN_LENGTH and pin.isascii() and pin.isdigit()):
        return world.refuse(PIN_WRONG_FORM, got="something else", field="pin")
    if pin != confirm:
        return world.refuse(PINS_DIFFER, got="two different PINs", field="pinConfirm")
    return None


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
    with world.database.session() as db:
        return list(db.scalars(_OF_ACCOUNT, {"uid": uid}))


def has_app(device: Device) -> bool:
    """Whether a device is active and has the app; one that an ordinary authenticator activated has none."""
    return device.state == ACTIVE and device.identifier is not None


def is_usable(world: World, device: Device) -> bool:
    """Whether a device counts as a factor: only an active one does, and without the app only while six digits count."""
    return has_app(device) or (device.state == ACTIVE and world.settings[s.ONE_TIME_CODE] == "totp")


def is_idle(world: World, device: Device) -> bool:
    """Whether a device is active but no factor: an authenticator activated it, and its six digits count no more."""
    return device.state == ACTIVE and not is_usable(world, device)


def can_be_asked(world: World, uid: str) -> bool:
    """Whether the account has a phone with the app, which could answer a request."""
    return any(has_app(device) for device in devices_of(world, uid))


def find_device(world: World, uid: str, device_id: int) -> Device | None:
    """One device of an account; None where there is none of that number (any more)."""
    with world.database.session() as db:
        device = db.get(Device, device_id)
    return device if device is not None and device.uid == uid else None


def device_of(world: World, uid: str, device_id: int) -> Device:
    """The same. Raises Refusal (device.unknown)."""
    device = find_device(world, uid, device_id)
    if device is None:
        raise world.refuse(DEVICE_UNKNOWN, got="another device")
    return device


def owner_of(world: World, identifier: str) -> Account | None:
    """Whose device has this identifier, be it active or not."""
    query = select(Account).join(Device, Device.uid == Account.uid).where(Device.identifier == identifier)
    with world.database.session() as db:
        return db.scalar(query)


def qr_payload(world: World, device: Device) -> str:
    """What the QR code holds: a standard otpauth address with `enrolment` and `server` (our choice)."""
    with world.database.session() as db:
        account = db.get_one(Account, device.uid)
    query = {
        "secret": authenticator_secret(device),
        "issuer": "EU Login mock",
        "enrolment": device.enrolment,
        "server": world.addresses.internal("idp"),
    }
    return f"otpauth://totp/{quote(f'EU Login mock:{account.email}')}?{urlencode(query, quote_via=quote)}"


def qr_expires_at(world: World, device: Device) -> datetime:
    return device.added_at + world.settings[s.QR_LIFE]


def qr_state(world: World, device: Device | None) -> str:
    """`waiting`, `expired`, `initialised`, `blocked` or `deleted`: the state of the page with the QR code."""
    if device is None:
        return "deleted"
    if device.state != WAITING:
        return "initialised" if device.state == ACTIVE else BLOCKED
    return "expired" if world.clock.now() >= qr_expires_at(world, device) else "waiting"


def secret_bytes(base64url: str) -> bytes:
    """A secret or challenge as bytes; it is kept as base64url without padding."""
    return base64.urlsafe_b64decode(base64url + "=" * (-len(base64url) % 4))


def authenticator_secret(device: Device) -> str:
    """The part of the secret that the QR code shows, and that an authenticator makes six digits with (base32)."""
    return base64.b32encode(secret_bytes(device.secret)[:20]).decode()


def device_topic(uid: str) -> str:
    """What to wait for when a device of this account changes."""
    return f"devices:{uid}"


def enrol(world: World, enrolment: str, *, pin: str, description: DeviceDescription) -> Enrolled:
    """Initialise the app with a scanned QR code and the PIN. Raises Refusal (enrolment.*, device.*)."""
    with world.database.session() as db:
        device = open_enrolment(world, enrolment)
        account = db.get_one(Account, device.uid)
    check_pin(world, device, pin, person=account.email)
    with world.database.session() as db:
        device = db.get_one(Device, device.id)
        if device.state != WAITING:  # somebody else was quicker
            raise world.refuse(ENROLMENT_USED, got="a QR code that was scanned before")
        device.state, device.identifier = ACTIVE, _identifier(world)
        device.os, device.manufacturer = description.os[:50], description.manufacturer[:50]
        device.model = description.model[:50]
        world.journal.record(INITIALISED, person=account.email, device=device.name)
        report_change(world, account, NOW_ACTIVE, device=device.name)
    world.signals.notify(device_topic(device.uid))
    return Enrolled(device.identifier, account.email, device.secret)


def open_enrolment(world: World, enrolment: str) -> Device:
    """The device whose QR code can still be scanned, or is blocked. Raises Refusal (enrolment.*)."""
    with world.database.session() as db:
        device = db.scalar(select(Device).where(Device.enrolment == enrolment))
    if device is None:
        raise world.refuse(ENROLMENT_UNKNOWN, got="another QR code")
    if device.state == ACTIVE:
        raise world.refuse(ENROLMENT_USED, got="a QR code that was scanned before")
    if qr_state(world, device) == "expired":
        minutes = world.settings.minutes(s.QR_LIFE)
        raise world.refuse(ENROLMENT_EXPIRED, got="an older QR code", minutes=minutes)
    return device


def _identifier(world: World) -> str:
    """64 characters in groups of 8 joined by hyphens (facts, shapes of codes)."""
    text = world.random.text(_IDENTIFIER_ALPHABET, 64)
    return "-".join(text[start : start + 8] for start in range(0, 64, 8))


def check_pin(world: World, device: Device, pin: str, *, person: str) -> None:
    """Compare a PIN and count the failures. Raises Refusal (device.wrong_pin, device.blocked)."""
    count_attempt(
        world, device, lambda stored: is_right(stored.pin_hash, pin), what="PIN", wrong=WRONG_PIN, person=person
    )


def count_attempt(
    world: World,
    device: Device,
    is_it: Callable[[Device], bool],
    *,
    what: str,
    wrong: RefusalKind,
    person: str,
    field: str | None = None,
) -> None:
    """Count a failure where what was entered is not right. Raises Refusal (`wrong`, told tries_left; device.blocked).

    what: in a word. field: where it was entered.
    """
    most = world.settings[s.DEVICE_PIN_TRIES]
    with world.database.session() as db:
        device = db.get_one(Device, device.id)
        right = device.state != BLOCKED and is_it(device)
        device.pin_failures = 0 if right else min(device.pin_failures + 1, most)
        left = most - device.pin_failures
        if left == 0 and device.state != BLOCKED:
            device.state = BLOCKED
            report_change(world, db.get_one(Account, device.uid), NOW_BLOCKED, device=device.name)
    if right:
        return
    world.signals.notify(device_topic(device.uid))
    if left == 0:
        raise world.refuse(DEVICE_BLOCKED, got=f"too many wrong {what}s", person=person, most=most, tries_left=0)
    raise world.refuse(wrong, got=f"another {what}", person=person, field=field, tries_left=left)


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
