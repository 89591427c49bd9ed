"""ID tokens and access tokens as JWT: what is written into them (OpenID Connect Core, 2; RFC 9068)."""

import base64
import hashlib
from datetime import datetime
from typing import Any

from mock_idp.common import settings as s
from mock_idp.oidc.acr import acr_of
from mock_idp.oidc.claims import GROUPS, claims_of, issuer
from mock_idp.oidc.clients import metadata_of
from mock_idp.oidc.keys import alg_of_id_tokens, read_own, rotate, sign
from mock_idp.oidc.tokens import Issued
from mock_world import World
from mock_world import fault_types as f
from mock_world.faults import Injected

_LONG_AGO = 24 * 3600  # seconds by which an expired ID token is put back; more than any client forgives
_MANY = 2000  # groups that make an ID token of some 60 KB; headers may have 8 KB mostly, cookies 4 KB
_HASHES = {"PS512": "sha512", "RS256": "sha256", "ES256": "sha256"}


def protocol_seconds(world: World, moment: datetime) -> int:
    """A moment of the world as tokens give it, in seconds since 1970: as long ago as it is in the world."""
    return int((world.protocol_now() - (world.clock.now() - moment)).timestamp())


def access_value(world: World, issued: Issued) -> str:
    """What the client holds: the token's own value, or a JWT with it as `jti` where the registration says so."""
    metadata = metadata_of(issued.client)
    alg = metadata.jwt_access_token_signed_response_alg
    if alg is None:
        return issued.access.value
    grant, token = issued.grant, issued.access
    claims = {
        "iss": issuer(world),
        "sub": grant.uid,
        "aud": issuer(world),  # no resource can be asked for
        "client_id": grant.client_id,
        "scope": token.scope,
        "iat": protocol_seconds(world, token.issued_at),
        "exp": protocol_seconds(world, token.expires_at),
        "auth_time": protocol_seconds(world, grant.auth_time),
        "acr": acr_of(grant.strengths),
        "jti": token.value,
    }
    return sign(world, claims, alg=alg, typ=metadata.jwt_access_token_explicit_type)


def id_token(world: World, issued: Issued, access: str) -> str:
    """The ID token that goes with an access token; wrong in one way where a fault says so."""
    grant = issued.grant
    alg = alg_of_id_tokens(world, issued.client)
    now, life = int(world.protocol_now().timestamp()), world.settings[s.OIDC_ID_TOKEN_LIFE]
    claims: dict[str, Any] = {
        "iss": issuer(world),
        "aud": grant.client_id,
        "iat": now,
        "exp": now + int(life.total_seconds()),
        "auth_time": protocol_seconds(world, grant.auth_time),
        "acr": acr_of(grant.strengths),
        "at_hash": _left_half(alg, access),
        "sid": grant.sid,
        "jti": world.random.token(16),
    }
    if grant.parameters.get("nonce") and not issued.renewed:  # not in a refreshed one (OpenID Connect Core, 12.2)
        claims["nonce"] = grant.parameters["nonce"]
    claims |= claims_of(world, issued.account, grant, issued.client, issued.access.scope)
    _inject_faults(world, claims, issued)
    if inject(world, f.KEYS_ROTATED, issued):
        rotate(world)
    return sign(world, claims, alg=alg, alien=inject(world, f.TOKEN_WRONG_SIGNATURE, issued) is not None)


def read_id_token(world: World, value: str) -> dict[str, Any] | None:
    """Claims of an ID token of this world, however old (`id_token_hint`); None where it is none.

    Other tokens have no `at_hash`.
    """
    claims = read_own(world, value) if value else None
    return claims if claims is not None and "at_hash" in claims else None


def _left_half(alg: str, text: str) -> str:
    """`at_hash`: the left half of the hash that goes with the signature (OpenID Connect Core, 3.1.3.6)."""
    digest = hashlib.new(_HASHES[alg], text.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def inject(world: World, fault: f.FaultType, issued: Issued) -> Injected | None:
    """What an armed fault does to what is issued, for its person and client."""
    return world.faults.inject(fault, issued.account.email, client_id=issued.grant.client_id)


def _inject_faults(world: World, claims: dict[str, Any], issued: Issued) -> None:
    """What the armed faults do to an ID token."""
    if inject(world, f.TOKEN_WRONG_ISSUER, issued):
        claims["iss"] += "/other"
    if inject(world, f.TOKEN_WRONG_AUDIENCE, issued):
        claims["aud"] += "-other"
    if inject(world, f.TOKEN_WRONG_NONCE, issued):
        claims["nonce"] = world.random.token(16)
    if inject(world, f.TOKEN_TOO_LARGE, issued):
        claims[GROUPS] = [f"EXAMPLE_GROUP_{number:04}" for number in range(_MANY)]
    if inject(world, f.TOKEN_EXPIRED, issued):
        claims["iat"], claims["exp"] = claims["iat"] - _LONG_AGO, claims["exp"] - _LONG_AGO
