"""A PIN code that was forgotten, or is to be another one: set in the app by EU Login's credentials (facts, the app)."""

from mock_idp.accounts.mails import Change, report_change
from mock_idp.accounts.model import Account
from mock_idp.accounts.passwords import check_password, hash_password, wrong_password
from mock_idp.accounts.people import check_enabled, find_account
from mock_idp.factors.devices.model import Device
from mock_idp.factors.devices.pins import pin_problem
from mock_world import World
from mock_world.events import EventType
from mock_world.i18n import N_

PIN_CHANGED = EventType(
    "device.pin_changed",
    "The app on {device} of {person} got another PIN code.",
)

ANOTHER_PIN = Change(N_("The PIN code of the mobile device {device} was changed."))


def change_pin(world: World, device: Device, *, username: str, password: str, pin: str) -> None:
    """Give an active device another PIN; wrong ones that were tried are forgotten.

    Wrong credentials count like those of a sign-in, also the user name of somebody else.
    Raises Refusal (device.pin_form, signin.*, account.disabled).
    """
    if problem := pin_problem(world, pin, pin):
        raise problem
    with world.database.reading() as db:
        account = db.get_one(Account, device.uid)
    named = find_account(world, username)
    if named is None or named.uid != account.uid:
        raise wrong_password(world, account, got="the user name of another account")
    check_password(world, account, password)
    check_enabled(world, account)
    with world.database.session() as db:
        device = db.get_one(Device, device.id)
        device.pin_hash, device.pin_failures = hash_password(pin), 0
        world.journal.record(PIN_CHANGED, person=account.email, device=device.name)
        report_change(world, account, ANOTHER_PIN, device=device.name)
