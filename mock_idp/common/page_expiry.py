"""How old a page of signing in may be when it is sent (facts, limits: login page)."""

from datetime import datetime

from mock_idp.common import settings as s
from mock_idp.common.signed_values import read_signed_value, sign_value
from mock_world import Refusal, RefusalKind, World
from mock_world.i18n import N_

PAGE_TOO_OLD = RefusalKind(
    "signin.page_too_old",
    message=N_("Start again: this page was opened too long ago. Nothing was changed."),
    expected="a sign-in page that was opened in this world less than {minutes} minutes ago",
    remedy="open the sign-in page again",
    status=409,
)
_PURPOSE = "page"


def stamp(world: World) -> str:
    """When a page was opened, for the page to carry."""
    return sign_value(world, _PURPOSE, world.clock.now().isoformat())


def check_stamp(world: World, text: str) -> None:
    """Check the stamp of a page that is sent. Raises Refusal (signin.page_too_old)."""
    opened_at = read_signed_value(world, _PURPOSE, text)
    if opened_at is None:
        raise _too_old(world, got="a page of another world")
    check_opened(world, datetime.fromisoformat(opened_at))


def is_too_old(world: World, opened_at: datetime) -> bool:
    """Whether what was opened, typed or proved then counts no more."""
    return world.clock.now() - opened_at >= world.settings[s.LOGIN_PAGE_LIFE]


def check_opened(world: World, opened_at: datetime) -> None:
    """Raises Refusal (signin.page_too_old)."""
    if is_too_old(world, opened_at):
        raise _too_old(world, got=f"a page of {opened_at.isoformat(timespec='seconds')}")


def _too_old(world: World, got: str) -> Refusal:
    return world.refuse(PAGE_TOO_OLD, got=got, minutes=world.settings.minutes(s.LOGIN_PAGE_LIFE))
