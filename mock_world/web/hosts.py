"""By which host names an actor is reached: a name of elsewhere that leads here (DNS rebinding) opens nothing."""

from typing import TYPE_CHECKING

from flask import request
from werkzeug.exceptions import Forbidden

from mock_world import settings as s
from mock_world.addresses import ACTORS, split
from mock_world.domains import LOOPBACK
from mock_world.web.context import current_site, current_world

if TYPE_CHECKING:
    from mock_world.world import World


class ForeignHost(Forbidden):
    """The request names a host, or comes from the page of one, that is none of ours. what: `host` or `origin`."""

    def __init__(self, what: str, got: str) -> None:
        super().__init__()
        self.what = what
        self.got = got


def check_host() -> None:
    """Raises ForeignHost."""
    if not can_name(current_world(), host_of(f"//{request.host}")):
        raise ForeignHost("host", request.host)


def can_name(world: "World", host: str | None) -> bool:
    """Whether the mock may be reached by this host name."""
    if not host:
        return False
    if host in LOOPBACK or host == current_site().host or host.endswith(".localhost"):
        return True
    urls = (address(actor) for actor in ACTORS for address in (world.addresses.public, world.addresses.internal))
    named = {name.lower() for name in world.settings[s.ALLOWED_HOSTS]}
    return host in named or host in {split(url).hostname for url in urls}


def host_of(url: str) -> str | None:
    """In lower case; None where there is none."""
    return split(url).hostname
