"""Which second factors an account has: an active mobile device, a security key."""

from typing import TYPE_CHECKING

from mock_idp.devices.rules import has_active_device
from mock_idp.keys.rules import keys_of

if TYPE_CHECKING:
    from mock_world import World

PASSWORD = "PASSWORD"  # noqa: S105 - a strength's name
PASSWORD_MOBILE_APP = "PASSWORD_MOBILE_APP"  # noqa: S105 - a strength's name
PASSWORD_WEBAUTHN = "PASSWORD_WEBAUTHN"  # noqa: S105 - a strength's name


def second_factors(world: "World", uid: str) -> set[str]:
    """The strengths beyond the password that this account can reach by itself."""
    found = {PASSWORD_MOBILE_APP} if has_active_device(world, uid) else set()
    return found | ({PASSWORD_WEBAUTHN} if keys_of(world, uid) else set())
