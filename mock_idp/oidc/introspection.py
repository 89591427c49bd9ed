"""What clients and APIs may ask about a token, and take back (RFC 7662, RFC 7009)."""

from typing import Any

from mock_idp.oidc.acr import acr_of
from mock_idp.oidc.claims import issuer
from mock_idp.oidc.clients import find_client, metadata_of
from mock_idp.oidc.grants import revoke_grant
from mock_idp.oidc.id_tokens import protocol_seconds
from mock_idp.oidc.model import Client, Grant, Token
from mock_idp.oidc.refusals import OAuthRefusalKind
from mock_idp.oidc.tokens import find_access
from mock_world import World
from mock_world.events import EventType

INTROSPECTED = EventType(
    "token.introspected",
    "The client {client} asked whether a token is worth something; active: {active}.",
)
REVOKED = EventType(
    "token.revoked_by_client",
    "The client {client} revoked a token, kind {kind}; a refresh token takes all of its grant with it.",
)
NO_TOKEN = OAuthRefusalKind(
    "token.not_sent",
    message="Parameter 'token' is required",
    expected="parameter token in a form (application/x-www-form-urlencoded)",
    remedy="send the token as form parameter, not as JSON and not in the address",
)
PUBLIC_CLIENT = OAuthRefusalKind(
    "introspection.public_client",
    message="This client may not introspect tokens",
    expected="a confidential client, which proves who it is",
    remedy="let the API introspect by a confidential client of its own",
    status=403,
    error="unauthorized_client",
)
OTHERS_TOKEN = OAuthRefusalKind(
    "token.of_another_client",
    message="The token was issued to another client",
    expected="a token of the client that revokes it",
    remedy="revoke it by the client that got it",
    error="unauthorized_client",
)


def introspect(world: World, client: Client, value: str) -> dict[str, Any]:
    """What a token is worth, as RFC 7662 has it. Raises Refusal (token.not_sent, introspection.public_client).

    Any confidential client may ask about any token: an API has another client_id than who calls it (our choice).
    """
    if metadata_of(client).client_type == "public":
        raise world.refuse(PUBLIC_CLIENT, got=f"the public client {client.client_id}")
    token_and_grant = _find(world, value)
    living = token_and_grant is not None and _is_worth(world, *token_and_grant)
    world.journal.record(INTROSPECTED, client=client.client_id, active=living)
    return {"active": False} if token_and_grant is None or not living else _answer(world, *token_and_grant)


def revoke(world: World, client: Client, value: str) -> None:
    """Take a token back; one that is unknown or dead is left alone. Raises Refusal (token.*)."""
    token_and_grant = _find(world, value)
    if token_and_grant is None:
        return
    token, grant = token_and_grant
    if grant.client_id != client.client_id:
        raise world.refuse(OTHERS_TOKEN, got=f"a token of client {grant.client_id}")
    with world.database.session() as db:
        if token.kind == "refresh":
            revoke_grant(world, grant.id)
        else:
            db.get_one(Token, token.value).revoked_at = world.clock.now()
        world.journal.record(REVOKED, client=client.client_id, kind=token.kind)


def _find(world: World, value: str) -> tuple[Token, Grant] | None:
    """A living access token, or any refresh token. Raises Refusal (token.not_sent)."""
    if not value:
        raise world.refuse(NO_TOKEN, got="none")
    access = find_access(world, value)
    if access is not None:
        return access
    with world.database.session() as db:
        token = db.get(Token, value)
        grant = db.get(Grant, token.grant_id) if token is not None and token.kind == "refresh" else None
    return (token, grant) if token is not None and grant is not None else None


def _is_worth(world: World, token: Token, grant: Grant) -> bool:
    ended = token.used_at or token.revoked_at or grant.ended_at or token.expires_at <= world.clock.now()
    return not ended and find_client(world, grant.client_id) is not None


def _answer(world: World, token: Token, grant: Grant) -> dict[str, Any]:
    """The answer about a living token. `aud` is for a JWT alone, which cannot do without: APIs take it as the one
    resource that a token is for (RFC 8707), and none can be asked for.
    """
    answer = {
        "active": True,
        "scope": token.scope,
        "client_id": grant.client_id,
        "username": grant.uid,
        "sub": grant.uid,
        "iss": issuer(world),
        "iat": protocol_seconds(world, token.issued_at),
        "exp": protocol_seconds(world, token.expires_at),
        "auth_time": protocol_seconds(world, grant.auth_time),
        "acr": acr_of(grant.strengths),
        "token_type": "Bearer" if token.kind == "access" else "refresh_token",
    }
    return answer | ({"aud": issuer(world)} if token.as_jwt else {})
