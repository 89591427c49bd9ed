"""Which pages of other origins may read answers in the browser (CORS): those of public clients in a browser."""

from urllib.parse import urlsplit

from mock_idp.oidc.clients import clients, metadata_of
from mock_world import World
from mock_world.addresses import USUAL_PORTS, base_of, port_of


def is_registered(world: World, origin: str) -> bool:
    """Whether a public client comes back to this origin: no registration is known to name origins (our choice).

    origin: as browsers write it, in lower case.
    """
    registrations = (metadata_of(client) for client in clients(world))
    public = (each.redirect_uris for each in registrations if each.client_type == "public")
    return origin in {_origin(uri) for uris in public for uri in uris}


def _origin(uri: str) -> str:
    """The origin of a registered address, as a browser sends it."""
    parts, port = urlsplit(uri), port_of(uri)
    if port is None or parts.scheme not in USUAL_PORTS:
        return ""
    host = parts.hostname or ""
    return base_of(parts.scheme, f"[{host}]" if ":" in host else host, port)
