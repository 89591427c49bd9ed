"""Assertions by which a client proves who it is: JWTs signed by its secret or by its key (RFC 7523; OpenID Core, 9)."""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import requests
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import delete
from sqlalchemy.orm import Mapped, mapped_column

from mock_idp.oidc import BASE
from mock_idp.oidc.clients import metadata_of
from mock_idp.oidc.refusals import OAuthRefusalKind
from mock_world import World
from mock_world.calls import call
from mock_world.database import Base

if TYPE_CHECKING:
    from collections.abc import Mapping

    from joserfc.jwk import OctKey
    from joserfc.jws import CompactSignature

    from mock_idp.oidc.model import Client

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
HMACS = ("HS256", "HS384", "HS512")
SIGNATURES = ("PS256", "PS384", "PS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
LEEWAY = 60  # seconds by which clocks may differ (our choice)
_LONGEST = timedelta(days=1)  # until exp, at most
_LARGEST = 256 * 1024  # bytes of a set of keys
_OBJECT = TypeAdapter(dict[str, Any])

ASSERTION_WRONG = OAuthRefusalKind(
    "client.assertion_wrong",
    message="Client authentication failed: {problem}",
    expected="a JWT that the client signed for this endpoint, with iss, sub, aud, exp and jti",
    remedy="mend the assertion: iss and sub are the client_id, aud is the token endpoint or issuer of discovery, "
    "algorithm and key are the registered ones",
    status=401,
    error="invalid_client",
)
EXPIRED = OAuthRefusalKind(
    "client.assertion_expired",
    message="Client authentication failed: the assertion is not valid at this time",
    expected="exp after {now}, at most a day ahead, and no iat or nbf later than that",
    remedy="make a new assertion for each request; if the clocks differ, set protocol_time to the time that the "
    "client lives in: real or world",
    status=401,
    error="invalid_client",
)
REPLAYED = OAuthRefusalKind(
    "client.assertion_replayed",
    message="Client authentication failed: the assertion was used before",
    expected="a jti that this client did not send before",
    remedy="make a new assertion, with a jti of its own, for each request",
    status=401,
    error="invalid_client",
)
NO_KEYS = OAuthRefusalKind(
    "client.keys_unreadable",
    message="Client authentication failed: the keys of the client cannot be read",
    expected="a set of public keys at jwks_uri: status 200, JSON, at most 256 kB, without redirect, within 10 s",
    remedy="open jwks_uri from where the mock runs; or register the keys themselves as jwks",
    status=401,
    error="invalid_client",
)


class UsedAssertion(Base):
    """An assertion that was accepted, stored until it expires."""

    __tablename__ = "idp_oidc_assertion"

    client_id: Mapped[str] = mapped_column(primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]


def issuer_of(world: World, assertion: str, assertion_type: str) -> str:
    """Which client the assertion says it is of; nothing is checked by that. Raises Refusal (client.assertion_wrong)."""
    if assertion_type != TYPE:
        raise _wrong(world, "client_assertion_type is not jwt-bearer", f"the type {assertion_type[:80]!r}")
    claims = _claims(world, _read(world, assertion))
    if not isinstance(claims.get("iss"), str) or claims["iss"] != claims.get("sub"):
        raise _wrong(world, "iss and sub of the assertion must both be the client_id", "others, or none")
    return str(claims["iss"])


def method_of(world: World, assertion: str) -> str:
    """Which method of a client's registration an assertion is, by its algorithm."""
    return "client_secret_jwt" if _read(world, assertion).headers().get("alg") in HMACS else "private_key_jwt"


def check_assertion(world: World, client: "Client", assertion: str, endpoint: str) -> None:
    """Raises Refusal (client.assertion_wrong, _expired, _replayed, client.keys_unreadable, call.target_refused)."""
    signed = _read(world, assertion)
    _check_signature(world, client, signed, assertion)
    claims = _claims(world, signed)
    _check_audience(world, claims.get("aud"), endpoint)
    _check_times(world, claims)
    _use_up(world, client, claims)


def _wrong(world: World, problem: str, got: str) -> Exception:
    return world.refuse(ASSERTION_WRONG, got=got, problem=problem)


def _read(world: World, assertion: str) -> "CompactSignature":
    from joserfc import jws
    from joserfc.errors import JoseError

    try:
        return jws.extract_compact(assertion.encode())
    except (JoseError, ValueError, TypeError, AttributeError):
        raise _wrong(world, "the assertion is no signed JWT", "something else") from None


def _claims(world: World, signed: "CompactSignature") -> dict[str, Any]:
    try:
        claims = _OBJECT.validate_python(json.loads(signed.payload))
        json.dumps(claims, ensure_ascii=False).encode()  # half a surrogate pair would come as far as the database
    except (ValueError, RecursionError):
        raise _wrong(world, "the claims of the assertion are no JSON object", "something else") from None
    return claims


def _check_signature(world: World, client: "Client", signed: "CompactSignature", assertion: str) -> None:
    by_secret = metadata_of(client).token_endpoint_auth_method == "client_secret_jwt"  # noqa: S105 - a method's name
    allowed = HMACS if by_secret else SIGNATURES
    header: Mapping[str, Any] = signed.headers()
    alg, typ = header.get("alg"), str(header.get("typ", "JWT")).lower()
    if alg not in allowed:
        raise _wrong(world, f"its algorithm must be one of {', '.join(allowed)}", f"alg {str(alg)[:20]!r}")
    if typ.removeprefix("application/") not in {"jwt", "client-authentication+jwt"}:
        raise _wrong(world, "its typ must be JWT or client-authentication+jwt", f"typ {typ[:40]!r}")
    keys = [_secret_key(client.secret)] if by_secret else _public_keys(world, client, header.get("kid"))
    if not any(_fits(assertion, key, str(alg)) for key in keys):
        raise _wrong(world, "its signature does not fit the client's secret or keys", "another signature")


def _secret_key(secret: str) -> "OctKey":
    """The secret as a key; not by `import_key`, which takes nothing that looks like a public key: a secret may."""
    from joserfc.jwk import OctKey

    return OctKey(secret.encode(), secret.encode())


def _fits(assertion: str, key: Any, alg: str) -> bool:
    from joserfc import jws
    from joserfc.errors import JoseError

    try:
        jws.deserialize_compact(assertion, key, algorithms=[alg])
    except (JoseError, ValueError, TypeError):
        return False
    return True


def _public_keys(world: World, client: "Client", kid: object) -> list[Any]:
    """The client's keys, those of that `kid` where there are some."""
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    metadata = metadata_of(client)
    document = metadata.jwks if metadata.jwks is not None else _fetch(world, str(metadata.jwks_uri))
    try:
        keys = KeySet.import_key_set({"keys": document["keys"]}).keys
    except (JoseError, ValidationError, ValueError, TypeError, KeyError, AttributeError):
        raise world.refuse(NO_KEYS, got="no set of keys that can be read") from None
    return [key for key in keys if key.kid == kid] or keys


def _fetch(world: World, url: str) -> Any:
    """What stands at a client's jwks_uri. It is read each time: a key taken away counts no more at once."""
    try:
        answer = call(world, "GET", url, headers={"Accept": "application/json"}, largest=_LARGEST)
    except requests.RequestException as error:
        raise world.refuse(NO_KEYS, got=type(error).__name__) from None
    if answer.status_code != requests.codes.ok:
        raise world.refuse(NO_KEYS, got=f"status {answer.status_code} with {len(answer.content)} bytes")
    try:
        return _OBJECT.validate_json(answer.content)
    except ValidationError:
        raise world.refuse(NO_KEYS, got="no JSON object") from None


def _check_audience(world: World, aud: object, endpoint: str) -> None:
    """Check that `aud` is the issuer, the token endpoint or the endpoint called, by public or internal address."""
    meant = {endpoint}
    for address in (world.addresses.public, world.addresses.internal):
        meant |= {address("idp", BASE), address("idp", f"{BASE}/token")}
    named = aud if isinstance(aud, list) else [aud]
    if not any(isinstance(one, str) and one in meant for one in named):
        issuer = world.addresses.public("idp", BASE)
        raise _wrong(world, f"its aud must be {issuer} or {issuer}/token", f"aud {str(aud)[:200]!r}")


def _check_times(world: World, claims: dict[str, Any]) -> None:
    from joserfc.errors import JoseError
    from joserfc.jwt import JWTClaimsRegistry

    now = world.protocol_now()
    registry = JWTClaimsRegistry(now=int(now.timestamp()), leeway=LEEWAY, exp={"essential": True})
    times: dict[str, Any] = {name: claims[name] for name in ("exp", "iat", "nbf") if name in claims}
    try:
        registry.validate(times)
        soon = times["exp"] <= (now + _LONGEST).timestamp()
    except (JoseError, TypeError, ValueError):
        soon = False
    if not soon:
        got = ", ".join(f"{name} {str(value)[:20]}" for name, value in times.items()) or "no exp"
        raise world.refuse(EXPIRED, got=got, now=int(now.timestamp()))


def _use_up(world: World, client: "Client", claims: dict[str, Any]) -> None:
    jti, now = claims.get("jti"), world.protocol_now()
    if not isinstance(jti, str) or not jti:
        raise _wrong(world, "it has no jti", "none, or no text")
    expires_at = datetime.fromtimestamp(claims["exp"], UTC) + timedelta(seconds=LEEWAY)
    with world.database.session() as db:
        db.execute(delete(UsedAssertion).where(UsedAssertion.expires_at < now))
        if db.get(UsedAssertion, (client.client_id, jti)) is not None:
            raise world.refuse(REPLAYED, got="the same jti again")
        db.add(UsedAssertion(client_id=client.client_id, jti=jti, expires_at=expires_at))
