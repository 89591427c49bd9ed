"""Public and internal address of each actor: rules take them from here, never from the request.

All that a request may do is choose between the two, by `is_internal`.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import SplitResult, urlencode, urlsplit

ACTORS = ("desk", "idp", "cpms", "phone")
USUAL_PORTS = {"http": 80, "https": 443}


def base_of(scheme: str, host: str, port: int) -> str:
    """A base address as browsers write it: without the port that the scheme has anyway."""
    return f"{scheme}://{host}" if port == USUAL_PORTS[scheme] else f"{scheme}://{host}:{port}"


def port_of(url: str) -> int | None:
    """The port that a call goes to; None for another scheme without one."""
    parts = urlsplit(url)
    return parts.port or USUAL_PORTS.get(parts.scheme)


def split(url: str) -> SplitResult:
    """The parts of an address; empty ones where it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


@lru_cache
def covers(url: str, address: str) -> bool:
    """Whether `address` is `url` or below it: scheme, host and port are the same, and the path by segment."""
    mine, theirs = split(url), split(address)
    path = mine.path.rstrip("/")
    same_host = (mine.scheme, mine.netloc.lower()) == (theirs.scheme, theirs.netloc.lower())
    return same_host and (theirs.path == path or theirs.path.startswith(path + "/"))


def with_query(url: str, query: Mapping[str, str]) -> str:
    """`url` with more parameters in its query, before its fragment."""
    if not query:
        return url
    page, sign, fragment = url.partition("#")
    return f"{page}{'&' if '?' in page else '?'}{urlencode(query)}{sign}{fragment}"


class Addresses:
    """Addresses of one world: base of the listener or the setting, the world's prefix, the path."""

    def __init__(
        self,
        listeners: Mapping[str, str],
        prefix: str,
        configured: Callable[[str], str],
    ) -> None:
        self._listeners = listeners
        self._prefix = prefix
        self._configured = configured

    def public(self, actor: str, path: str = "", **query: str) -> str:
        """Address for browsers, mails, redirects and `service`."""
        base = self._configured(f"{actor}.public_url") or self._listeners[actor]
        return with_query(base.rstrip("/") + self._prefix + path, query)

    def actor_of(self, url: str) -> str | None:
        """The actor at whose origin an address is, public or internal; None where it is another server's."""
        origin = split(url)[:2]
        own = ((actor, address) for actor in ACTORS for address in (self.public(actor), self.internal(actor)))
        return next((actor for actor, address in own if urlsplit(address)[:2] == origin), None)

    def path_of(self, url: str) -> str:
        """Path and query of an address of an actor, below this world's prefix."""
        parts = split(url)
        return f"{parts.path.removeprefix(self._prefix)}?{parts.query}"

    def internal(self, actor: str, path: str = "", **query: str) -> str:
        """Address for the back channel, server to server."""
        base = self._configured(f"{actor}.internal_url")
        if not base:
            return self.public(actor, path, **query)
        return with_query(base.rstrip("/") + self._prefix + path, query)

    def is_internal(self, actor: str, host: str) -> bool:
        """Whether a request with this `Host` came to the actor's internal address, where that is not the public one."""
        internal, public = split(self.internal(actor)), split(self.public(actor))
        called = split(f"{internal.scheme}://{host}")
        same = (called.hostname, port_of(called.geturl())) == (internal.hostname, port_of(internal.geturl()))
        return same and internal[:2] != public[:2]
