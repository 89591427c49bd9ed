"""Setting a password, wherever it comes from: the link of a mail, or its owner who is signed in."""

from mock_idp.accounts import tries
from mock_idp.accounts.ageing import check_age, check_history
from mock_idp.accounts.ending import end_email_links, end_password_links, end_sign_ins
from mock_idp.accounts.mails import Change, report_change
from mock_idp.accounts.model import Account
from mock_idp.accounts.passwords import check, check_same, hash_password, is_right
from mock_idp.accounts.people import check_enabled
from mock_idp.signin.sessions import end_sessions
from mock_world import Refusal, RefusalKind, World
from mock_world.i18n import N_, time_after
from mock_world.journal import EventType

PASSWORD_SET = EventType("password.set", "A password was set or changed.")
LOCKED = EventType("account.locked", "Too many wrong passwords locked an account.")

CHANGED = Change(N_("The password of your account was changed."))
LOCK = Change(N_("Your account is locked until {time}: a wrong password was entered too often."))
_MOST_KEPT = 9  # passwords, the highest value of setting password.history

WRONG_PASSWORD = RefusalKind(
    "signin.wrong_password",
    message=N_("Enter the password again: it is not the right one for this account. Tries left: {tries_left}."),
    expected="the password of the account",
    remedy="enter it again; the control room shows the passwords of people that it made; tries left: {tries_left}",
    status=403,
)
ACCOUNT_LOCKED = RefusalKind(
    "signin.locked",
    message=N_("Try again after {time}, or ask for a new password: a wrong one was entered too often."),
    expected="an account that is not locked by wrong passwords",
    remedy="wait until {time}, move the world's clock, or set a new password by a mail's link",
    status=403,
)
NO_PASSWORD_YET = RefusalKind(
    "signin.no_password_yet",
    message=N_("Follow the link in the mail that we sent you: this account has no password yet."),
    expected="an account with a password",
    remedy="follow the link of the registration mail, or ask for a new one behind it",
    status=403,
)


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
    """The same without asking any rule: who keeps the world may."""
    with world.database.session() as db:
        account = db.get_one(Account, account.uid)
        had_one = account.password_hash is not None
        if account.password_hash is not None:
            account.former_passwords = [account.password_hash, *account.former_passwords][:_MOST_KEPT]
        account.password_hash, account.password_set_at = hash_password(password), world.clock.now()
        tries.forget_failures(world, account.uid, tries.PASSWORD)
        end_sessions(world, account.uid, spare=spare)
        for end in (end_password_links, end_email_links, end_sign_ins):
            end(world, account.uid)
        world.journal.record(PASSWORD_SET, person=account.email)
        if had_one:
            report_change(world, account, CHANGED)


def change_password(
    world: World, account: Account, current: str, password: str, *, confirm: str, spare: str | None = None
) -> None:
    """A change by its owner; a wrong current password counts like one at sign-in.

    spare: the session in which it is done, which goes on. Raises Refusal (signin.*, account.disabled, password.*).
    """
    check_password(world, account, current, field="currentPassword")
    check_enabled(world, account)
    check_same(world, password, confirm, person=account.email)
    set_password(world, account, password, spare=spare)


def check_password(world: World, account: Account, password: str, *, field: str = "password") -> None:
    """Compare a password and count wrong tries; a locked account refuses the right one too.

    field: where it was entered. Raises Refusal (signin.wrong_password, signin.locked, signin.no_password_yet).
    """
    if is_right(usable_hash(world, account, field=field), password):
        tries.forget_failures(world, account.uid, tries.PASSWORD)
        return
    raise wrong_password(world, account, got="another password" if password else "no password", field=field)


def usable_hash(world: World, account: Account, *, field: str = "password") -> str:
    """What the right password is compared with. Raises Refusal (signin.locked, signin.no_password_yet)."""
    if account.password_hash is None:
        raise world.refuse(NO_PASSWORD_YET, got="no password", person=account.email, field=field)
    _check_lock(world, account, field)
    return account.password_hash


def wrong_password(world: World, account: Account, *, got: str, field: str = "password") -> Refusal:
    """Count a wrong try: the refusal that tells of it. Raises Refusal (signin.locked) from the last one on."""
    _check_lock(world, account, field)
    left = tries.count_failure(world, account.uid, tries.PASSWORD)
    if left == 0:
        _tell_of_lock(world, account)
        _check_lock(world, account, field)
    return world.refuse(WRONG_PASSWORD, got=got, person=account.email, field=field, tries_left=left)


def _check_lock(world: World, account: Account, field: str) -> None:
    until = tries.locked_until(world, account.uid, tries.PASSWORD)
    if until is not None:
        time = time_after(until, world.clock.now())
        raise world.refuse(ACCOUNT_LOCKED, got="a locked account", person=account.email, field=field, time=time)


def _tell_of_lock(world: World, account: Account) -> None:
    until = tries.locked_until(world, account.uid, tries.PASSWORD)
    if until is not None:
        with world.database.session():
            world.journal.record(LOCKED, person=account.email, until=until.isoformat())
            report_change(world, account, LOCK, time=time_after(until, world.clock.now()))
