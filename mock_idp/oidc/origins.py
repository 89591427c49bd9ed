"""Which pages of other origins may read answers in the browser (CORS): those of public clients in a browser."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mock_idp.oidc.clients import clients, metadata_of

if TYPE_CHECKING:
    from mock_world import World


def is_registered(world: "World", origin: str) -> bool:
    """Whether a public client comes back to this origin: no registration is known to name origins (our choice).

    origin: as browsers write it, in lower case.
    """
    told = (metadata_of(client) for client in clients(world))
    public = (each.redirect_uris for each in told if each.client_type == "public")
    return origin in {_origin(uri) for uris in public for uri in uris}


def _origin(uri: str) -> str:
    """The origin of a registered address, as a browser sends it."""
    parts = urlsplit(uri)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port not in (None, usual) else ""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{port}" if parts.scheme in {"http", "https"} else ""
