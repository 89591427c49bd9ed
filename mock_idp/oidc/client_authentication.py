"""Stand-in: client authentication."""

import base64
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from mock_idp.oidc.clients import find_client
from mock_idp.oidc.refusals import declare
from mock_world import RefusalKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_idp.oidc.model import Client
    from mock_world import World

WRONG = declare(
    RefusalKind("client.stand_in", message="Client authentication failed", expected="x", remedy="y", status=401),
    "invalid_client",
)


def authenticate(
    world: "World", form: "Mapping[str, str]", headers: "Mapping[str, str]", token_endpoint_url: str
) -> "Client":
    del token_endpoint_url
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    client_id, secret = form.get("client_id", ""), ""
    if scheme == "Basic":
        client_id, _, secret = base64.b64decode(value).decode().partition(":")
        client_id, secret = unquote_plus(client_id), unquote_plus(secret)
    client = find_client(world, client_id)
    if client is None or client.secret != secret:
        raise world.refuse(WRONG, got="another")
    return client
