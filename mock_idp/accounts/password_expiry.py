"""How passwords age: reuse, least age, warning and expiry (facts, password policy)."""

from datetime import datetime
from typing import Literal

from mock_idp.accounts.model import Account
from mock_idp.accounts.passwords import is_right
from mock_idp.common import settings as s
from mock_world import RefusalKind, World
from mock_world.i18n import N_, time_after

PasswordState = Literal["good", "expiring", "expired"]

USED_BEFORE = RefusalKind(
    "password.used_before",
    message=N_("Choose a password that you did not use lately: the last {count} may not be used again."),
    expected="none of the last {count} passwords",
    remedy="choose another password, such as one of the samples",
)
TOO_YOUNG = RefusalKind(
    "password.too_young",
    message=N_("Try again after {time}: your password was changed a moment ago."),
    expected="a password that was kept for {seconds} seconds at least",
    remedy="wait, or move the world's clock",
    status=409,
)


def expires_at(world: World, account: Account) -> datetime | None:
    """When the password expires; None where none was set."""
    return account.password_set_at + world.settings[s.PASSWORD_MAX_AGE] if account.password_set_at else None


def password_state(world: World, account: Account) -> PasswordState:
    """The state of a password: `expiring` from `password.warning` before its expiry on."""
    at, now = expires_at(world, account), world.clock.now()
    if at is None or now < at - world.settings[s.PASSWORD_WARNING]:
        return "good"
    return "expiring" if now < at else "expired"


def check_age(world: World, account: Account) -> None:
    """Whether a password may be changed already by its owner; a mail's link may set one at any time (our choice).

    Raises Refusal (password.too_young).
    """
    least = world.settings[s.PASSWORD_MIN_AGE]
    if account.password_set_at is None or world.clock.now() >= account.password_set_at + least:
        return
    raise world.refuse(
        TOO_YOUNG,
        got="a younger one",
        person=account.email,
        field="newPassword",
        time=time_after(account.password_set_at + least, world.clock.now()),
        seconds=int(least.total_seconds()),
    )


def check_history(world: World, account: Account, password: str) -> None:
    """Raises Refusal (password.used_before)."""
    count = world.settings[s.PASSWORD_HISTORY]
    latest = [account.password_hash, *account.former_passwords][:count]
    if any(is_right(stored, password) for stored in latest):
        got = "a password of before"
        raise world.refuse(USED_BEFORE, got=got, person=account.email, field="newPassword", count=count)
