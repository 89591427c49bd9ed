"""Which addresses are harmless: reserved domains (RFC 2606, RFC 6761), loopback, what a setting allows."""

from collections.abc import Iterable
from urllib.parse import urlsplit

RESERVED_TOP = frozenset({"example", "test", "invalid", "localhost"})
RESERVED_NAMES = frozenset({"example.com", "example.net", "example.org"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
INSTITUTIONS = ("europa.eu", "institution.example")


def is_within(domain: str, parents: Iterable[str]) -> bool:
    """Whether `domain`, in lower case, is one of the parents or below it."""
    return any(domain == parent or domain.endswith("." + parent) for parent in parents)


def is_harmless(domain: str, allowed: Iterable[str] = ()) -> bool:
    """Whether no real mailbox or machine can stand behind `domain`, or a setting allows it."""
    domain = domain.lower().rstrip(".")
    return domain.rpartition(".")[2] in RESERVED_TOP or is_within(domain, (*RESERVED_NAMES, *allowed))


def is_loopback(host: str) -> bool:
    """Whether a host name leads to this machine itself (RFC 6761, 6.3)."""
    host = host.lower().rstrip(".")
    return host in LOOPBACK or host.rpartition(".")[2] == "localhost"


def is_institution(domain: str) -> bool:
    """Whether EU Login would take the address for one of an institution's staff (facts, sign-up page)."""
    return is_within(domain.lower(), INSTITUTIONS)


def is_harmless_url(url: str, allowed: Iterable[str] = ()) -> bool:
    """Whether a browser or a call may be sent to `url`: http(s) to loopback or a harmless domain."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        clean = (
            parts.port != 0
            and not any(sign in url for sign in "\\\r\n\t ")
            and not any(sign in parts.netloc for sign in ("@", "%", ".."))
        )
    except ValueError:  # no address at all, or its port is no number
        return False
    return clean and parts.scheme in {"http", "https"} and (host in LOOPBACK or is_harmless(host, allowed))
