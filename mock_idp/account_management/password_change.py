"""Setting a password, wherever it comes from: the link of a mail, or its owner who is signed in."""

from mock_idp.account_management.revocation import revoke_email_links, revoke_password_links, revoke_sign_ins
from mock_idp.accounts import failed_attempts
from mock_idp.accounts.mails import Change, report_change
from mock_idp.accounts.model import Account
from mock_idp.accounts.password_expiry import check_age, check_history
from mock_idp.accounts.passwords import check, check_password, check_same, hash_password
from mock_idp.accounts.people import check_enabled
from mock_idp.signin.sessions import end_sessions
from mock_world import World
from mock_world.events import EventType
from mock_world.i18n import N_

PASSWORD_SET = EventType(
    "password.set",
    "The password of {person} was set or changed.",
)

CHANGED = Change(N_("The password of your account was changed."))
_MOST_KEPT = 9  # passwords, the highest value of setting password.history


def set_password(
    world: World, account: Account, password: str, *, spare: str | None = None, forgotten: bool = False
) -> None:
    """Set a new password; open sessions (but `spare`) and the lock end, and what
    was begun with the old one. Raises Refusal (password.*).

    forgotten: set by a mail's link, which is open to who forgot a new password too.
    """
    check(world, password, person=account.email)
    if not forgotten:
        check_age(world, account)
    check_history(world, account, password)
    put_password(world, account, password, spare=spare)


def put_password(world: World, account: Account, password: str, *, spare: str | None = None) -> None:
    """Set a new password without checking any rule, as the control API may."""
    with world.database.session() as db:
        account = db.get_one(Account, account.uid)
        had_one = account.password_hash is not None
        if account.password_hash is not None:
            account.former_passwords = [account.password_hash, *account.former_passwords][:_MOST_KEPT]
        account.password_hash, account.password_set_at = hash_password(password), world.clock.now()
        failed_attempts.forget_failures(world, account.uid, failed_attempts.PASSWORD)
        end_sessions(world, account.uid, spare=spare)
        for end in (revoke_password_links, revoke_email_links, revoke_sign_ins):
            end(world, account.uid)
        world.journal.record(PASSWORD_SET, person=account.email)
        if had_one:
            report_change(world, account, CHANGED)


def change_password(
    world: World, account: Account, current: str, password: str, *, confirm: str, spare: str | None = None
) -> None:
    """Change a password as its owner does; a wrong current one counts like one at sign-in.

    spare: the session in which it is done, which continues. Raises Refusal (signin.*, account.disabled, password.*).
    """
    check_password(world, account, current, field="currentPassword")
    check_enabled(world, account)
    check_same(world, password, confirm, person=account.email)
    set_password(world, account, password, spare=spare)
