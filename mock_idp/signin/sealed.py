"""Values that a browser keeps for us and cannot change: signed with the world's own secret."""

from typing import TYPE_CHECKING, Any

from itsdangerous import BadSignature, URLSafeSerializer

if TYPE_CHECKING:
    from mock_world import World


def seal(world: "World", purpose: str, value: Any) -> str:
    """`value` (JSON) as text; good for this purpose in this world only."""
    return str(_serializer(world, purpose).dumps(value))


def unseal(world: "World", purpose: str, text: str) -> Any:
    """The value again; None where the text was not sealed for this purpose in this world."""
    try:
        return _serializer(world, purpose).loads(text)
    except BadSignature:
        return None


def _serializer(world: "World", purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(world.secret, salt=f"idp.{purpose}")
