"""Hospitals and their networks (fixtures/hospitals.csv), found by forgiving spelling (guide, G28)."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from mock_cpms.networks import Network, networks
from mock_world.fixtures import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ERN = re.compile(r"^ern[\s_-]+|[\s_-]+ern$")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True)
class Hospital:
    """A hospital and the codes of the networks of which it was found to be a member."""

    name: str
    city: str
    country: str
    networks: tuple[str, ...]

    @cached_property
    def key(self) -> str:
        return spelling_key(f"{self.name} {self.city}")


@cache
def hospitals() -> tuple[Hospital, ...]:
    """All hospitals, ordered by country and name."""
    rows = table("hospitals.csv")
    found = [
        Hospital(row["hospital"], row["city"], row["country_code"], tuple(row["networks"].split(";"))) for row in rows
    ]
    return tuple(sorted(found, key=lambda hospital: (hospital.country, hospital.name)))


def spelling_key(text: str) -> str:
    """`text` without case, blanks, hyphens, other signs and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in plain if letter.isalnum())


def _network_key(text: str) -> str:
    return spelling_key(_ERN.sub("", text.casefold().strip()))


def find_networks(text: str) -> list[Network]:
    """Networks that somebody may mean: by whole name, else by a part of it, else by a part of the full name.

    Blanks and signs alone mean none.
    """
    wanted = _network_key(text)
    if not wanted:
        return []
    whole = spelling_key(text)
    ways: Sequence[Callable[[Network], bool]] = (
        lambda network: bool({wanted, whole} & _names(network)),
        lambda network: any(wanted in name for name in _names(network)),
        lambda network: wanted in spelling_key(network.full_name),
    )
    for fits in ways:
        found = [network for network in networks().values() if fits(network)]
        if found:
            return found
    return []


def _names(network: Network) -> set[str]:
    texts = (network.code, network.name)
    return {key(text) for text in texts for key in (spelling_key, _network_key)}


def search(*, network: str = "", country: str = "", hospital: str = "") -> list[Hospital]:
    """Hospitals that fit everything given: a network's name, a country's code, words of name or city.

    Blanks and signs alone are as good as nothing given.
    """
    codes = {found.code for found in find_networks(network)} if _network_key(network) else None
    words = [spelling_key(word) for word in hospital.split()]
    return [
        known
        for known in hospitals()
        if (codes is None or codes & set(known.networks))
        and country.upper() in {"", known.country}
        and all(word in known.key for word in words)
    ]
