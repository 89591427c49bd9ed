"""What stands between a right sign-in and the service: pages that ask or show something (facts, after sign-in)."""

from mock_idp.accounts.model import Account
from mock_idp.accounts.password_expiry import password_state
from mock_idp.common import settings as s
from mock_idp.signin.services import is_application, is_own
from mock_world import World

EXPIRES, DETAILS, WARN = "expires", "details", "warn"
ORDER = ("", EXPIRES, DETAILS, WARN)  # the empty one is before the first


def interstitials_ahead(world: World, account: Account, service: str, *, fresh: bool, passed: str = "") -> list[str]:
    """The pages to come after `passed`, in their order.

    The details are shown instead of the warning: they say the same and more. Both that page and the one about an
    expiring password are shown to a user who has just signed in (`fresh`), not at each service.
    """
    names = [EXPIRES] if fresh and password_state(world, account) == "expiring" else []
    if fresh and account.shows_details:
        names.append(DETAILS)
    elif account.warns and service and is_application(world, service):
        names.append(WARN)
    done = ORDER.index(passed) if passed in ORDER else 0
    return [name for name in names if ORDER.index(name) > done]


def shows_redirect(world: World, service: str) -> bool:
    """Whether a page with a link stands before the service at the very end; EU Login's own pages need none."""
    return world.settings[s.REDIRECT_PAGE] and bool(service) and not is_own(world, service)
