"""Registering, naming, deleting and using security keys (facts, methods in the list)."""

from typing import TYPE_CHECKING

from sqlalchemy import select

from mock_idp.keys.model import SecurityKey

if TYPE_CHECKING:
    from mock_world import World


def keys_of(world: "World", uid: str) -> list[SecurityKey]:
    """The security keys of an account, oldest first."""
    with world.database.session() as db:
        return list(db.scalars(select(SecurityKey).where(SecurityKey.uid == uid).order_by(SecurityKey.id)))
