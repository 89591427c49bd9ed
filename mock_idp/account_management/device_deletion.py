"""Deleting a mobile device as its owner may."""

from mock_idp.accounts.model import Account
from mock_idp.factors.devices.model import Device
from mock_idp.factors.devices.rules import delete_device, device_of, is_usable
from mock_idp.factors.second_factors import check_last_factor
from mock_idp.signin.sessions import forget_lost_factors
from mock_world import World


def remove_device(world: World, device: Device) -> None:
    """Delete a device, which may be a factor. Raises Refusal (factor.last, device.unknown)."""
    with world.database.session() as db:
        device = device_of(world, device.uid, device.id)
        is_factor = is_usable(world, device)
        if is_factor:
            check_last_factor(world, db.get_one(Account, device.uid))
        delete_device(world, device)
        if is_factor:
            forget_lost_factors(world, device.uid)
