"""Tokens of EU Login, changed on their way to an application and signed again, rightly or wrongly."""

import base64
import hmac
import json
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from eulogin_harness.grade.outcomes import NotDone
from eulogin_harness.grade.stand_in import Answer, Change
from mock_idp.oidc.keys import public_jwks
from mock_idp.oidc.keys import sign as sign_by_world

if TYPE_CHECKING:
    from mock_world import World

Claims = dict[str, Any]
Edit = Callable[[Claims], Claims]
_BITS = 2048
_UNKNOWN_KID = "a-key-that-nobody-published"


def header_of(token: str) -> Claims:
    """The header of a JWT. Raises NotDone where it is none."""
    return _decoded(token, 0)


def claims_of(token: str) -> Claims:
    """The claims of a JWT, unverified. Raises NotDone where it is none."""
    return _decoded(token, 1)


def signed(world: "World", header: Claims, claims: Claims) -> str:
    """The claims signed by the world, by the algorithm of the header."""
    return sign_by_world(world, claims, alg=header["alg"], typ=header.get("typ", "JWT"))


def with_old_signature(token: str, claims: Claims) -> str:
    """A JWT with other claims, and the signature that it had."""
    header, _, signature = token.split(".")
    return f"{header}.{_encoded(claims)}.{signature}"


def unsigned(header: Claims, claims: Claims) -> str:
    """The claims as a JWT with `alg` `none`."""
    return f"{_encoded({'alg': 'none', 'typ': header.get('typ', 'JWT')})}.{_encoded(claims)}."


def signed_with_public_key(world: "World", header: Claims, claims: Claims) -> str:
    """The claims by HS256, the secret being the published key as PEM."""
    public = next(key for key in public_jwks(world)["keys"] if key["kid"] == header["kid"])
    key = RSAKey.import_key(public) if public["kty"] == "RSA" else ECKey.import_key(public)
    unsigned_part = f"{_encoded({**header, 'alg': 'HS256'})}.{_encoded(claims)}"
    digest = hmac.digest(key.as_pem(private=False), unsigned_part.encode(), "sha256")
    return f"{unsigned_part}.{_base64(digest)}"


def signed_by_foreign_key(header: Claims, claims: Claims, *, known_kid: bool) -> str:
    """The claims by a key that nobody published.

    known_kid: it bears the `kid` of a published one, and the key itself goes along in the header.
    """
    key = _foreign_key(header["alg"])
    changed = {"jwk": key.as_dict(private=False)} if known_kid else {"kid": _UNKNOWN_KID}
    registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
    return jws.serialize_compact(header | changed, json.dumps(claims), key, registry=registry)


def edited(world: "World", edit: Edit) -> Change:
    """Answers of the token endpoint whose ID tokens have other claims, and are signed as usual."""
    return replaced(lambda token: signed(world, header_of(token), edit(claims_of(token))))


def replaced(replace: Callable[[str], str]) -> Change:
    """Answers of the token endpoint with other ID tokens."""

    def change(answer: Answer) -> Answer:
        tokens = tokens_of(answer)
        if "id_token" not in tokens:
            return answer
        return answer.with_text(json.dumps(tokens | {"id_token": replace(tokens["id_token"])}))

    return change


def tokens_of(answer: Answer) -> Claims:
    """What an answer of the token endpoint holds; nothing where it is a refusal."""
    read = json.loads(answer.text) if answer.status == 200 else {}  # noqa: PLR2004
    return read if isinstance(read, dict) else {}


def _decoded(token: str, part: int) -> Claims:
    try:
        read = json.loads(base64.urlsafe_b64decode(token.split(".")[part] + "=="))
    except (ValueError, IndexError):
        raise NotDone("expected a JWT with header, claims and signature; got something else") from None
    if not isinstance(read, dict):
        raise NotDone("expected a JSON object in a JWT; got something else")
    return read


def _encoded(part: Claims) -> str:
    return _base64(json.dumps(part).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@cache
def _foreign_key(alg: str) -> RSAKey | ECKey:
    return ECKey.generate_key() if alg.startswith("ES") else RSAKey.generate_key(_BITS)


def without(claims: Claims, name: str) -> Claims:
    """The claims but one."""
    return {key: value for key, value in claims.items() if key != name}
