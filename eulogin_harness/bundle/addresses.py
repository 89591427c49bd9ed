"""Addresses in what was written at another place: mails, stored pages and QR codes lead here instead."""

import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes, policy
from urllib.parse import quote, urlsplit

from eulogin_harness.bundle.model import Manifest
from mock_world import World
from mock_world.addresses import ACTORS

_NOT_LONGER = r"(?![\w.:-]|%3A)"  # http://localhost:84 is none of http://localhost:8401


class Moved:
    """Replaces the addresses of a bundle's world by those of another: `moved(text)`."""

    def __init__(self, manifest: Manifest, world: World) -> None:
        self._new = dict(_forms(dict(_pairs(manifest, world))))
        longest_first = sorted(self._new, key=len, reverse=True)
        alternatives = "|".join(re.escape(old) for old in longest_first)
        self._pattern = re.compile(f"(?:{alternatives}){_NOT_LONGER}")

    def __call__(self, text: str) -> str:
        return self._pattern.sub(lambda match: self._new[match[0]], text)

    def message(self, source: str) -> str:
        """A mail on its way, whatever its parts are encoded in."""
        message = message_from_bytes(source.encode(), policy=policy.SMTP)
        for part in message.walk():
            if part.get_content_maintype() == "text":
                part.set_content(self(part.get_content()), subtype=part.get_content_subtype())
        return message.as_bytes(policy=policy.SMTP).decode()


def _pairs(manifest: Manifest, world: World) -> Iterator[tuple[str, str]]:
    """Old and new: addresses of the actors, their origins, and the path below which all of them are."""
    now = world.addresses
    for actor in ACTORS:
        old, new = manifest.internal[actor], now.internal(actor)
        yield _origin(old), _origin(new)
        yield old, new
    for actor in ACTORS:  # behind, since the public ones count where both are the same
        old, new = manifest.addresses[actor], now.public(actor)
        yield _origin(old), _origin(new)
        yield old, new
    if (name := manifest.world) != "default":
        yield f'"/w/{name}', f'"{world.prefix}'  # a path that stands alone in JSON


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _forms(pairs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """As they are, and as they stand in the query of an address, and in that of one that is in a query itself."""
    for old, new in pairs.items():
        yield old, new
        for once, other in ((quote(old, safe=""), quote(new, safe="")), (quote(old), quote(new))):
            yield once, other
            yield quote(once, safe=""), quote(other, safe="")
