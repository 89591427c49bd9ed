"""What clients of OpenID Connect send to EU Login, without a browser."""

import base64
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from mock_idp.accounts.model import Account
from mock_idp.oidc.client_assertions import HMACS, SIGNATURES, TYPE
from mock_idp.oidc.client_metadata import NewClient
from mock_idp.oidc.clients import register_client
from mock_idp.oidc.model import Client, Grant, Token
from mock_world import World

RSA = RSAKey.generate_key(2048)
EC = ECKey.generate_key("P-256")
OTHER = RSAKey.generate_key(2048)
BACK = "http://localhost:9/back"


def client_of(world: World, **metadata: Any) -> Client:
    """A registered client; comes back to BACK unless told otherwise."""
    return register_client(world, NewClient.model_validate({"redirect_uris": [BACK], **metadata}))


def by_key(world: World, *keys: RSAKey | ECKey, **metadata: Any) -> Client:
    """A client that signs by `private_key_jwt`."""
    jwks = {"keys": [dict(key.as_dict(private=False)) for key in keys or (RSA,)]}
    return client_of(world, token_endpoint_auth_method="private_key_jwt", jwks=jwks, **metadata)


def by_hmac(world: World, **metadata: Any) -> Client:
    return client_of(world, token_endpoint_auth_method="client_secret_jwt", **metadata)


def public(world: World, **metadata: Any) -> Client:
    return client_of(world, token_endpoint_auth_method="none", **metadata)


def basic(client_id: str, secret: str) -> dict[str, str]:
    """The header of `client_secret_basic`."""
    both = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {base64.b64encode(both.encode()).decode()}"}


def claims(world: World, client: Client, **other: Any) -> dict[str, Any]:
    """Claims of an assertion that is right, but for what `other` says; None leaves one out."""
    told = {
        "iss": client.client_id,
        "sub": client.client_id,
        "aud": world.addresses.public("idp", "/cas/oauth2"),
        "exp": int(world.protocol_now().timestamp()) + 60,
        "jti": world.random.token(),
    } | other
    return {name: value for name, value in told.items() if value is not None}


def signed(told: dict[str, Any], key: OctKey | RSAKey | ECKey = RSA, alg: str = "PS512", **header: Any) -> str:
    return jwt.encode({"alg": alg, **header}, dict(told), key, algorithms=[*HMACS, *SIGNATURES, "none"])


def asserted(assertion: str) -> dict[str, str]:
    """The form that proves a client by an assertion."""
    return {"client_assertion_type": TYPE, "client_assertion": assertion}


def granted(world: World, client: Client, account: Account, **told: Any) -> Grant:
    """A grant as it stands after its code was used."""
    now = world.clock.now()
    fields: dict[str, Any] = {
        "id": world.random.token(16),
        "client_id": client.client_id,
        "uid": account.uid,
        "sid": world.random.token(16),
        "parameters": {"scope": "openid email"},
        "strengths": ["PASSWORD"],
        "auth_time": now - timedelta(minutes=2),
        "sso": False,
        "code": world.random.token(),
        "made_at": now,
        "used_at": now,
        "ended_at": None,
    }
    grant = Grant(**fields | told)
    with world.database.session() as db:
        db.add(grant)
    return grant


def token_of(world: World, grant: Grant, kind: str = "access", **told: Any) -> str:
    """A token of a grant, of five minutes; its value."""
    now = world.clock.now()
    fields: dict[str, Any] = {
        "value": world.random.token(),
        "kind": kind,
        "grant_id": grant.id,
        "uid": grant.uid,
        "as_jwt": False,
        "scope": grant.parameters["scope"],
        "issued_at": now,
        "expires_at": now + timedelta(minutes=5),
        "used_at": None,
        "revoked_at": None,
    }
    token = Token(**fields | told)
    with world.database.session() as db:
        db.add(token)
    return token.value
