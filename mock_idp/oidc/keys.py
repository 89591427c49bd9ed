"""Stand-in: signing keys."""

from typing import TYPE_CHECKING, Any

from joserfc import jws
from joserfc.jwk import ECKey, KeySet, RSAKey, import_key
from sqlalchemy import select

from mock_idp.oidc.model import SigningKey
from mock_world import settings as s

if TYPE_CHECKING:
    from mock_world import World


def _key(world: "World", alg: str) -> SigningKey:
    with world.database.session() as db:
        found = db.scalar(select(SigningKey).where(SigningKey.alg == alg))
        if found is None:
            kid = world.random.token(8)
            made = (
                ECKey.generate_key("P-256", {"kid": kid}) if alg == "ES256" else RSAKey.generate_key(2048, {"kid": kid})
            )
            jwk = dict(made.as_dict(private=True)) | {"alg": alg, "use": "sig"}
            found = SigningKey(kid=kid, alg=alg, jwk=jwk, made_at=world.clock.now(), retired_at=None)
            db.add(found)
    return found


def sign(
    world: "World", claims: dict[str, Any], alg: str | None = None, typ: str = "JWT", *, alien: bool = False
) -> str:
    import json

    alg = alg or world.settings[s.OIDC_SIGNING_ALG]
    row = _key(world, alg)
    key = import_key(row.jwk)
    if alien:
        key = RSAKey.generate_key(2048) if alg != "ES256" else ECKey.generate_key("P-256")
    header = {"alg": alg, "kid": row.kid, "typ": typ}
    return jws.serialize_compact(header, json.dumps(claims).encode(), key, algorithms=[alg])


def public_jwks(world: "World") -> dict[str, Any]:
    with world.database.session() as db:
        keys = [import_key(row.jwk) for row in db.scalars(select(SigningKey))]
    return dict(KeySet(keys).as_dict(private=False))
