"""The keys by which EU Login signs ID tokens and JWT access tokens: made when first asked for, of each world its own.

They come from the operating system even in a seeded world: signatures by PSS and ECDSA never repeat anyway. A world
that is reset keeps them: applications hold them, and many look for new ones only every half minute. Each algorithm
has a key with `kid` and `alg`, since strict clients choose by both; PS512 and RS256 share one pair: it is slow to find.
"""

from datetime import timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import select, update

from mock_idp.common import settings as s
from mock_idp.oidc.client_metadata import SIGNING_ALGS
from mock_idp.oidc.clients import clients, metadata_of
from mock_idp.oidc.model import SigningKey
from mock_world.events import EventType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from joserfc.jwk import ECKey, RSAKey

    from mock_idp.oidc.model import Client
    from mock_world import World

ROTATED = EventType(
    "oidc.keys_rotated",
    "EU Login signs by new keys from now on: {keys}; the old ones are still published. A client that holds keys reads "
    "/cas/oauth2/keys again where it does not know the kid of a token.",
    logged=True,
)
_BITS = 2048
_CURVE = "P-256"
_TYPES = {"PS512": "RSA", "RS256": "RSA", "ES256": "EC"}
_NAMES = frozenset({"kid", "alg", "use"})  # what a JWK says of its pair
_PUBLIC = frozenset({"kty", "n", "e", "crv", "x", "y"})  # of a pair (RFC 7518, sections 6.2.1 and 6.3.1)
_HELD: "WeakKeyDictionary[World, dict[str, dict[str, Any]]]" = WeakKeyDictionary()  # newest keys, by algorithm


def alg_of_id_tokens(world: "World", client: "Client") -> str:
    """The algorithm of the client's ID tokens: that of its registration, else setting `oidc.signing_alg`."""
    alg: str = world.settings[s.OIDC_SIGNING_ALG]
    return metadata_of(client).id_token_signed_response_alg or alg


def sign(
    world: "World", claims: "Mapping[str, Any]", alg: str | None = None, typ: str = "JWT", *, alien: bool = False
) -> str:
    """The claims as a signed JWT, with `kid`.

    alg: PS512, RS256 or ES256; None is setting `oidc.signing_alg`. alien: by a key that nobody published, though it
    bears the `kid` of one.
    """
    from joserfc import jwt

    key = _current(world, alg or world.settings[s.OIDC_SIGNING_ALG])
    by = _nobodys(key.alg) if alien else _loaded(key)
    header = {"alg": key.alg, "kid": key.kid, "typ": typ}
    return jwt.encode(header, dict(claims), by, algorithms=[key.alg])


def read_own(world: "World", value: str) -> dict[str, Any] | None:
    """Claims of a JWT that this world signed, however old; None where it is none (`id_token_hint`)."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    with world.database.reading() as db:
        keys = [_public(key) for key in db.scalars(select(SigningKey))]
    try:
        return jwt.decode(value, KeySet.import_key_set({"keys": keys}), [*SIGNING_ALGS]).claims
    except (JoseError, ValueError):
        return None


def public_jwks(world: "World") -> dict[str, Any]:
    """The public keys as a JWK set: the setting's first, the other ones that sign, old ones whose tokens may live."""
    first = world.settings[s.OIDC_SIGNING_ALG]
    for alg in SIGNING_ALGS:
        _current(world, alg)
    since = world.clock.now() - _longest_life(world)
    with world.database.session() as db:
        fits = SigningKey.retired_at.is_(None) | (SigningKey.retired_at > since)
        ordered = select(SigningKey).where(fits)
        ordered = ordered.order_by(SigningKey.retired_at.is_not(None), SigningKey.alg != first, SigningKey.alg)
        return {"keys": [_public(key) for key in db.scalars(ordered)]}


def foreign_jwks() -> dict[str, Any]:
    """Public keys that have signed nothing, as if of another server."""
    keys = {alg: _nobodys(alg).as_dict(private=False) for alg in SIGNING_ALGS}
    return {"keys": [key | {"kid": f"foreign-{alg}", "alg": alg, "use": "sig"} for alg, key in keys.items()]}


def rotate(world: "World") -> list[SigningKey]:
    """Make new keys in place of those that sign now; returns the new ones."""
    made, living = _make(world, *SIGNING_ALGS, renew=True), SigningKey.retired_at.is_(None)
    with world.database.session() as db:
        db.execute(update(SigningKey).where(living).values(retired_at=world.clock.now()))
        db.add_all(made)
        world.journal.record(ROTATED, keys=", ".join(f"{key.kid} ({key.alg})" for key in made))
    _hold(world, *made)
    return made


def _current(world: "World", alg: str) -> SigningKey:
    """The key that signs by `alg` now."""
    signs = select(SigningKey).where(SigningKey.alg == alg, SigningKey.retired_at.is_(None))
    with world.database.reading() as db:
        key = db.scalar(signs)
    if key is not None:
        return key
    (made,) = _make(world, alg)
    with world.database.session() as db:
        if (key := db.scalar(signs)) is None:  # nobody was faster
            db.add(made)
    _hold(world, key or made)
    return key or made


def _hold(world: "World", *made: SigningKey) -> None:
    _HELD.setdefault(world, {}).update({key.alg: key.jwk for key in made})


def _make(world: "World", *algs: str, renew: bool = False) -> list[SigningKey]:
    """The keys that are held, or new ones. It takes a while, so the caller holds no transaction."""
    held = _HELD.get(world, {})
    known = {} if renew else {**held}
    for alg in algs:
        kid = world.random.token(16)  # drawn in any case: a seed repeats what comes behind it
        if alg in known:
            continue
        while kid in {jwk["kid"] for jwk in (*held.values(), *known.values())}:  # a seed repeats it too
            kid = world.random.token(16)
        known[alg] = {**_pair(alg, known), "kid": kid, "alg": alg, "use": "sig"}
    now = world.clock.now()
    return [SigningKey(kid=known[alg]["kid"], alg=alg, jwk=known[alg], made_at=now, retired_at=None) for alg in algs]


def _pair(alg: str, known: "Mapping[str, dict[str, Any]]") -> dict[str, Any]:
    """The key pair of a known algorithm, where it serves this one too, or a new one."""
    pair = next((jwk for jwk in known.values() if jwk["kty"] == _TYPES[alg]), None)
    return pair or _generate(alg).as_dict(private=True)


def _generate(alg: str) -> "RSAKey | ECKey":
    from joserfc.jwk import ECKey, RSAKey

    return ECKey.generate_key(_CURVE) if _TYPES[alg] == "EC" else RSAKey.generate_key(_BITS)


@cache
def _nobodys(alg: str) -> "RSAKey | ECKey":
    return _generate(alg)


def _loaded(key: SigningKey) -> "RSAKey | ECKey":
    return _load(tuple((name, value) for name, value in key.jwk.items() if name not in _NAMES))


@lru_cache(maxsize=64)
def _load(jwk: tuple[tuple[str, str], ...]) -> "RSAKey | ECKey":
    """The pair of a JWK, read once: its numbers are checked then, which takes as long as many signatures."""
    from joserfc.jwk import ECKey, RSAKey

    members: dict[str, str | list[str]] = dict(jwk)
    return ECKey.import_key(members) if members["kty"] == "EC" else RSAKey.import_key(members)


def _public(key: SigningKey) -> dict[str, Any]:
    return {name: value for name, value in key.jwk.items() if name in _NAMES or name in _PUBLIC}


def _longest_life(world: "World") -> timedelta:
    """How long at most a token of this world can be checked by its key."""
    lives = [world.settings[s.OIDC_ID_TOKEN_LIFE], world.settings[s.OIDC_ACCESS_TOKEN_LIFE]]
    ages = (metadata_of(client).default_id_token_max_age for client in clients(world))
    return max(*lives, *(timedelta(seconds=age) for age in ages if age))
