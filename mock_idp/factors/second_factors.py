"""Which second factors an account has - the app, an authenticator, a security key - and when it must keep one."""

from mock_idp.accounts.model import Account
from mock_idp.common.strength_names import BY_APP, PASSWORD_SOFTWARE_TOKEN, PASSWORD_WEBAUTHN
from mock_idp.factors.devices.model import Device
from mock_idp.factors.devices.rules import devices_of, has_app, is_usable
from mock_idp.factors.keys.model import SecurityKey
from mock_idp.factors.keys.rules import keys_of
from mock_world import Refusal, RefusalKind, World
from mock_world.database import cached
from mock_world.i18n import N_

LAST_FACTOR = RefusalKind(
    "factor.last",
    message=N_("Add another factor first: this is the last one, and your account always asks for two factors."),
    expected="a second factor that stays, since the account always asks for two",
    remedy="add another factor, or stop always asking for two factors (Configure my account)",
    status=409,
)
NONE_YET = RefusalKind(
    "factor.none_yet",
    message=N_("Add a mobile device or a security key first: without one you could not sign in any more."),
    expected="an active mobile device or a security key",
    remedy="add one first; people of the control API have a device from stage enrolled on",
    status=422,
)


@cached(Device, SecurityKey)
def _devices_and_keys(world: World, uid: str) -> tuple[list[Device], list[SecurityKey]]:
    with world.database.session():
        return devices_of(world, uid), keys_of(world, uid)


def second_factors(world: World, uid: str) -> set[str]:
    """The strengths beyond the password that this account can reach."""
    devices, keys = _devices_and_keys(world, uid)
    by_device = {strength for device in devices for strength in _strengths_of(world, device)}
    return by_device | ({PASSWORD_WEBAUTHN} if keys else set())


def _strengths_of(world: World, device: Device) -> set[str]:
    """The strengths of a device: an authenticator that is not our app gives codes, and gets no requests."""
    if not is_usable(world, device):
        return set()
    return set(BY_APP) if has_app(device) else {PASSWORD_SOFTWARE_TOKEN}


def no_factor_problem(world: World, account: Account) -> Refusal | None:
    """A refusal where somebody cannot always require two factors, having only one."""
    if second_factors(world, account.uid):
        return None
    got = "an account with the password alone"
    return world.refuse(NONE_YET, got=got, person=account.email, field="alwaysTwoFactors")


def check_last_factor(world: World, account: Account) -> None:
    """Check that a factor may go: where two are always wanted, one has to stay. Raises Refusal (factor.last)."""
    devices = sum(is_usable(world, device) for device in devices_of(world, account.uid))
    if account.always_two_factors and devices + len(keys_of(world, account.uid)) <= 1:
        raise world.refuse(LAST_FACTOR, got="the last one", person=account.email)
