"""The PIN code of a mobile device: its form, its check, and how many wrong ones block the device (facts, limits)."""

from collections.abc import Callable

from mock_idp.accounts.mails import Change, report_change
from mock_idp.accounts.model import Account
from mock_idp.accounts.passwords import is_right
from mock_idp.common import settings as s
from mock_idp.factors.devices.model import BLOCKED, Device, device_topic
from mock_world import Refusal, RefusalKind, World
from mock_world.i18n import N_

NOW_BLOCKED = Change(
    N_("The mobile device {device} is blocked: a wrong code was entered too often. Delete it and add it again.")
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
_PIN_LENGTH = 4  # digits (facts, shapes of codes)


def pin_problem(world: World, pin: str, confirm: str) -> Refusal | None:
    """A refusal where a new PIN is not 4 digits given twice."""
    if not (len(pin) == _PIN_LENGTH and pin.isascii() and pin.isdigit()):
        return world.refuse(PIN_WRONG_FORM, got="something else", field="pin")
    if pin != confirm:
        return world.refuse(PINS_DIFFER, got="two different PINs", field="pinConfirm")
    return None


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
    """Count a failure where what was entered is not right. Raises Refusal (`wrong`, with tries_left; device.blocked).

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
