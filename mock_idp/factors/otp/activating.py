"""Activating a device without the app: by the six digits of an authenticator that scanned the QR code."""

from mock_idp.accounts.mails import Change, report_change
from mock_idp.accounts.model import Account
from mock_idp.factors.devices.enrolment import INITIALISED, open_enrolment
from mock_idp.factors.devices.model import ACTIVE, WAITING, Device, device_topic
from mock_idp.factors.devices.pins import count_attempt
from mock_idp.factors.otp import codes
from mock_idp.factors.otp.challenges import CODE_WRONG
from mock_world import World
from mock_world.i18n import N_

GIVES_CODES = Change(
    N_("The mobile device {device} was linked to your account: its one-time passwords can now confirm your sign-ins.")
)


def activate(world: World, device: Device, typed: str) -> None:
    """Link a device whose authenticator shows the right digits; wrong ones are counted like wrong PINs.

    Raises Refusal (otp.digits, otp.wrong, enrolment.*, device.blocked).
    """
    with world.database.reading() as db:
        account = db.get_one(Account, device.uid)
    open_enrolment(world, device.enrolment)
    code = codes.read(world, typed, person=account.email)
    step = next(codes.steps(world, device, code), 0)
    count_attempt(
        world, device, lambda _: step > 0, what="one-time password", wrong=CODE_WRONG, person=account.email, field="otp"
    )
    with world.database.session() as db:
        device = db.get_one(Device, device.id)
        if device.state != WAITING:  # the app, or another tab, was quicker
            return
        device.state, device.code_step = ACTIVE, step
        world.journal.record(INITIALISED, person=account.email, device=device.name)
        report_change(world, account, GIVES_CODES, device=device.name)
    world.signals.notify(device_topic(device.uid))
