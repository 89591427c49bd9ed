"""Ending what clients were granted: codes and tokens are worth nothing from then on."""

from sqlalchemy import update

from mock_idp.oidc.model import Grant
from mock_world import World
from mock_world.events import EventType

GRANT_ENDED = EventType(
    "grant.ended",
    "The grant of client {client} for user {uid} ended, with its code and tokens.",
)


def revoke_grant(world: World, grant_id: str) -> None:
    """End one grant: revoked, or its code or refresh token came twice."""
    with world.database.session() as db:
        grant = db.get(Grant, grant_id)
        if grant is not None and grant.ended_at is None:
            grant.ended_at = world.clock.now()
            world.journal.record(GRANT_ENDED, client=grant.client_id, uid=grant.uid)


def revoke_grants(world: World, uid: str) -> None:
    """End all grants of an account: its password changed, its factors went, or administrators disabled it."""
    with world.database.session() as db:
        living = (Grant.uid == uid) & Grant.ended_at.is_(None)
        db.execute(update(Grant).where(living).values(ended_at=world.clock.now()))
