"""Initialising the app: the QR code of an added device, how long it can be scanned, what the app gets (guide, G17)."""

import base64
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from sqlalchemy import bindparam, select

from mock_idp.accounts.mails import Change, report_change
from mock_idp.accounts.model import Account
from mock_idp.common import settings as s
from mock_idp.factors.devices.model import ACTIVE, BLOCKED, WAITING, Device, device_topic, secret_bytes
from mock_idp.factors.devices.pins import check_pin
from mock_world import RefusalKind, World
from mock_world.events import EventType
from mock_world.i18n import N_

INITIALISED = EventType(
    "device.initialised",
    "The app was initialised on {device} of {person}: the device is active.",
)
NOW_ACTIVE = Change(N_("The mobile device {device} was linked to your account: its app can now confirm your sign-ins."))
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
_BY_ENROLMENT = select(Device).where(Device.enrolment == bindparam("enrolment"))
_IDENTIFIER_ALPHABET = "0123456789ABCDEF"


@dataclass(frozen=True)
class DeviceDescription:
    """What the app reports of its phone (facts, "Kept per device")."""

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


def qr_payload(world: World, device: Device) -> str:
    """What the QR code holds: a standard otpauth address with `enrolment` and `server` (our choice)."""
    with world.database.reading() as db:
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


def authenticator_secret(device: Device) -> str:
    """The part of the secret that the QR code shows, and that an authenticator makes six digits with (base32)."""
    return base64.b32encode(secret_bytes(device.secret)[:20]).decode()


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
    with world.database.reading() as db:
        device = db.scalar(_BY_ENROLMENT, {"enrolment": enrolment})
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
