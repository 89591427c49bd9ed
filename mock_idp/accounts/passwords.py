"""Passwords: rules (guide, G06), samples (G07), hashes, and the check of one that counts wrong ones (facts, limits)."""

import string
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mock_idp.accounts import failed_attempts
from mock_idp.accounts.mails import Change, report_change
from mock_idp.accounts.model import Account
from mock_idp.common import settings as s
from mock_world import Refusal, RefusalKind, World
from mock_world.events import EventType
from mock_world.i18n import N_, time_after

LOCKED = EventType(
    "account.locked",
    "Too many wrong passwords locked the account of {person} until {until}.",
)
# All ASCII punctuation: the guide's text lacks `_`, which is taken for an oversight.
GROUPS: dict[str, str] = {
    N_("Upper Case: A to Z"): string.ascii_uppercase,
    N_("Lower Case: a to z"): string.ascii_lowercase,
    N_("Numeric: 0 to 9"): string.digits,
    N_("Special Characters: !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"): string.punctuation,
}
_SAMPLE_LENGTH = 8  # characters, as in the guide

TOO_WEAK = RefusalKind(
    "password.too_weak",
    message=N_("Choose a password of at least {length} characters from at least {groups} of the four groups below."),
    expected="at least {length} characters from at least {groups} of the four groups",
    remedy="choose a longer or more mixed password, such as one of the samples",
)
DIFFER = RefusalKind(
    "password.differs",
    message=N_("Enter the same new password in both fields."),
    expected="the same password twice",
    remedy="enter the same password in both fields",
)

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

LOCK = Change(N_("Your account is locked until {time}: a wrong password was entered too often."))
_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # cheap: a mock guards no real secret


@dataclass(frozen=True)
class Rules:
    """What a password obeys in a world: at least `length` characters, from at least `groups` of the four groups."""

    length: int
    groups: int


def rules_of(world: World) -> Rules:
    """The rules, for the server and for the check list on the pages."""
    return Rules(world.settings[s.PASSWORD_MIN_LENGTH], world.settings[s.PASSWORD_GROUPS])


def groups_of(password: str) -> int:
    """How many of the four groups a password draws from. Other characters count for none."""
    return sum(any(sign in group for sign in password) for group in GROUPS.values())


def obeys(world: World, password: str) -> bool:
    """Whether a password obeys the rules of this world."""
    rules = rules_of(world)
    return len(password) >= rules.length and groups_of(password) >= rules.groups


def check(world: World, password: str, *, person: str) -> None:
    """Raises Refusal (password.too_weak)."""
    if not obeys(world, password):
        rules = rules_of(world)
        raise world.refuse(
            TOO_WEAK,
            got=f"{len(password)} characters from {groups_of(password)} groups",
            person=person,
            field="newPassword",
            length=rules.length,
            groups=rules.groups,
        )


def check_same(world: World, password: str, confirm: str, *, person: str) -> None:
    """Raises Refusal (password.differs)."""
    if password != confirm:
        raise world.refuse(DIFFER, got="two different passwords", person=person, field="newPasswordConfirm")


def sample(world: World) -> str:
    """A password that obeys the rules, of the guide's length where the rules allow it."""
    rules = rules_of(world)
    groups = world.random.shuffled(list(GROUPS.values()))[: max(1, rules.groups)]
    certain = "".join(world.random.choice(group) for group in groups)
    rest = world.random.text("".join(groups), max(_SAMPLE_LENGTH, rules.length) - len(certain))
    return "".join(world.random.shuffled(certain + rest))


def hash_password(password: str) -> str:
    """The hash of a password, or of a PIN, by Argon2id."""
    return _HASHER.hash(password)


def is_right(stored: str | None, password: str) -> bool:
    """Whether `password` is the one whose hash is stored; never where none was set."""
    try:
        return stored is not None and _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def check_password(world: World, account: Account, password: str, *, field: str = "password") -> None:
    """Compare a password and count failed attempts; a locked account refuses the right one too.

    field: where it was entered. Raises Refusal (signin.wrong_password, signin.locked, signin.no_password_yet).
    """
    if is_right(usable_hash(world, account, field=field), password):
        failed_attempts.forget_failures(world, account.uid, failed_attempts.PASSWORD)
        return
    raise wrong_password(world, account, got="another password" if password else "no password", field=field)


def usable_hash(world: World, account: Account, *, field: str = "password") -> str:
    """The hash that a password is compared with. Raises Refusal (signin.locked, signin.no_password_yet)."""
    if account.password_hash is None:
        raise world.refuse(NO_PASSWORD_YET, got="no password", person=account.email, field=field)
    _check_lock(world, account, field)
    return account.password_hash


def wrong_password(world: World, account: Account, *, got: str, field: str = "password") -> Refusal:
    """Count a failed attempt; returns its refusal. Raises Refusal (signin.locked) from the last one on."""
    _check_lock(world, account, field)
    left = failed_attempts.count_failure(world, account.uid, failed_attempts.PASSWORD)
    if left == 0:
        _report_lock(world, account)
        _check_lock(world, account, field)
    return world.refuse(WRONG_PASSWORD, got=got, person=account.email, field=field, tries_left=left)


def _check_lock(world: World, account: Account, field: str) -> None:
    until = failed_attempts.locked_until(world, account.uid, failed_attempts.PASSWORD)
    if until is not None:
        time = time_after(until, world.clock.now())
        raise world.refuse(ACCOUNT_LOCKED, got="a locked account", person=account.email, field=field, time=time)


def _report_lock(world: World, account: Account) -> None:
    until = failed_attempts.locked_until(world, account.uid, failed_attempts.PASSWORD)
    if until is not None:
        with world.database.session():
            world.journal.record(LOCKED, person=account.email, until=until.isoformat())
            report_change(world, account, LOCK, time=time_after(until, world.clock.now()))
