"""Deleting everything that signs somebody in besides the password (PANIC), and deleting the account itself."""

from sqlalchemy import delete

from mock_idp.account_management.configuration import is_staff
from mock_idp.account_management.mails import report_deletion
from mock_idp.account_management.revocation import revoke_sign_ins
from mock_idp.accounts.mails import Change, report_change
from mock_idp.accounts.model import Account
from mock_idp.accounts.passwords import check_password
from mock_idp.factors.devices.model import Device, device_topic
from mock_idp.factors.devices.rules import devices_of
from mock_idp.factors.devices.sign_in_requests import end_requests
from mock_idp.factors.keys.model import SecurityKey
from mock_idp.factors.keys.rules import keys_of
from mock_idp.signin.sessions import end_sessions, forget_lost_factors
from mock_world import RefusalKind, World
from mock_world.database import Base
from mock_world.events import EventType
from mock_world.i18n import N_

PANICKED = EventType(
    "account.panic",
    "{person} deleted all own devices and security keys (PANIC).",
)
ACCOUNT_DELETED = EventType(
    "account.deleted",
    "{person} deleted the own account, user {uid}.",
)

ALL_GONE = Change(
    N_(
        "All mobile devices and security keys were deleted from your account: the password alone is enough "
        "to sign in again."
    )
)

PANIC_OF_STAFF = RefusalKind(
    "account.panic_of_staff",
    message=N_("Ask the service desk of your institution: only self-registered people can delete everything at once."),
    expected="an account of somebody self-registered (domain external)",
    remedy="delete devices and keys one by one, or ask the service desk",
    status=403,
)
DELETION_OF_STAFF = RefusalKind(
    "account.deletion_of_staff",
    message=N_("Ask the service desk of your institution: it manages this account, so you cannot delete it."),
    expected="an account of somebody self-registered (domain external)",
    remedy="ask the service desk, in this mock DELETE /api/personas/{{id}}",
    status=403,
)


def has_factors(world: World, account: Account) -> bool:
    """Whether there is something to delete: devices in any state, security keys."""
    return bool(devices_of(world, account.uid) or keys_of(world, account.uid))


def delete_all_factors(world: World, account: Account, *, spare: str | None = None) -> None:
    """Delete all devices and keys (PANIC; facts, account pages); two factors are no longer always required.

    Sessions end in every browser; `spare`, the one in which it is done, continues with the password alone.
    Raises Refusal (account.panic_of_staff).
    """
    if is_staff(account):
        raise world.refuse(PANIC_OF_STAFF, got=f"domain {account.domain}", person=account.email)
    with world.database.session() as db:
        if not has_factors(world, account):
            return
        account = db.get_one(Account, account.uid)
        account.always_two_factors = False
        for table in (Device, SecurityKey):
            db.execute(delete(table).where(table.uid == account.uid))
        end_sessions(world, account.uid, spare=spare)
        forget_lost_factors(world, account.uid)
        revoke_sign_ins(world, account.uid)
        world.journal.record(PANICKED, person=account.email)
        report_change(world, account, ALL_GONE)
    world.signals.notify(device_topic(account.uid))


def delete_account(world: World, account: Account, password: str) -> None:
    """Delete an account with everything that EU Login keeps under its identifier; its address is free again.

    Raises Refusal (account.deletion_of_staff, signin.wrong_password, signin.locked).
    """
    if is_staff(account):
        raise world.refuse(DELETION_OF_STAFF, got=f"domain {account.domain}", person=account.email)
    check_password(world, account, password, field="currentPassword")
    with world.database.session() as db:
        end_requests(world, account.uid)
        world.journal.record(ACCOUNT_DELETED, person=account.email, uid=account.uid)
        report_deletion(world, account)
        db.flush()
        for table in reversed(Base.metadata.sorted_tables):
            if table.name.startswith("idp_") and "uid" in table.columns:
                db.execute(delete(table).where(table.columns["uid"] == account.uid))
        db.expire_all()
    world.signals.notify(device_topic(account.uid))
