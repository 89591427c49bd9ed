"""Whom a browser makes WebAuthn credentials for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from mock_world.world import World


@dataclass(frozen=True)
class RelyingParty:
    """Whom keys are registered for: the host name, and the one origin that may ask them."""

    id: str
    origin: str


def origin_of(address: str) -> str:
    """The origin of an address of the web, as browsers write it; empty where it is none."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    usual = {"http": 80, "https": 443}
    if host is None or parts.scheme not in usual:
        return ""
    return f"{parts.scheme}://{host}" + ("" if port in {None, usual[parts.scheme]} else f":{port}")


def party_of(world: "World", actor: str) -> RelyingParty:
    """From the actor's public address; worlds share it, since it has no path."""
    address = world.addresses.public(actor)
    return RelyingParty(urlsplit(address).hostname or "", origin_of(address))
