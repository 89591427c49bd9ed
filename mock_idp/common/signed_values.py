"""Values that a browser keeps for us and cannot change: signed with the world's own secret."""

from functools import lru_cache
from hashlib import sha256
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from mock_world import World


def sign_value(world: World, purpose: str, value: Any) -> str:
    """`value` (JSON) as text; good for this purpose in this world only."""
    return str(_serializer(world.secret, purpose).dumps(value))


def read_signed_value(world: World, purpose: str, text: str) -> Any:
    """The value again; None where the text was not sealed for this purpose in this world."""
    try:
        return _serializer(world.secret, purpose).loads(text)
    except BadSignature:
        return None


@lru_cache
def _serializer(secret: str, purpose: str) -> URLSafeSerializer:
    own = f"{secret}.sealed.{purpose}"  # a key of its own, beside those of pages, so that none need be derived
    return URLSafeSerializer(own, signer_kwargs={"key_derivation": "none", "digest_method": sha256})
