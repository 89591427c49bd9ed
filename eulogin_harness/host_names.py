"""Host names by which browsers reach a mock, whatever its ports: `eulogin.localhost`, `cpms.localhost` ..."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from eulogin_harness.client import Harness

_NAMES = {
    "desk": "desk.localhost",
    "idp": "eulogin.localhost",
    "cpms": "cpms.localhost",
    "phone": "phone.localhost",
}


def netlocs(harness: "Harness") -> dict[str, str]:
    """Where the mock is behind each name, as `host:port`."""
    host = urlsplit(harness.url).hostname
    return {name: f"{host}:{harness.ports[actor]}" for actor, name in _NAMES.items()}


def settings(harness: "Harness") -> dict[str, str]:
    """Settings that give a world addresses by these names; servers reach it where it is."""
    scheme, behind = urlsplit(harness.url).scheme, netlocs(harness)
    public = {f"{actor}.public_url": f"{scheme}://{name}" for actor, name in _NAMES.items()}
    return public | {f"{actor}.internal_url": f"{scheme}://{behind[name]}" for actor, name in _NAMES.items()}
