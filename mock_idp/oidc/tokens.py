"""Stand-in: tokens."""

from typing import TYPE_CHECKING

from mock_idp.oidc.keys import read_own
from mock_idp.oidc.model import Grant, Token

if TYPE_CHECKING:
    from mock_world import World


def find_access(world: "World", value: str) -> tuple[Token, Grant] | None:
    """A living access token, opaque or JWT, with its grant."""
    own = read_own(world, value) if value.count(".") == 2 else None  # noqa: PLR2004
    with world.database.session() as db:
        token = db.get(Token, str(own["jti"]) if own and "jti" in own else value)
        grant = db.get(Grant, token.grant_id) if token is not None else None
    if token is None or grant is None or token.kind != "access":
        return None
    dead = token.revoked_at or grant.ended_at or token.expires_at <= world.clock.now()
    return None if dead else (token, grant)


def end_grant(world: "World", grant_id: int) -> None:
    """Code and tokens of a grant are worth nothing from now on."""
    with world.database.session() as db:
        db.get_one(Grant, grant_id).ended_at = world.clock.now()
