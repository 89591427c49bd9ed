"""Spelling is forgiven (guide, G28; facts, CPMS 9): case, blanks, hyphens, accents, a leading "ERN"."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache

from mock_cpms.networks import Network, networks

_ERN = re.compile(r"^ern([\s_-]+|$)|[\s_-]+ern$")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
_IN_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


def spelling_key(text: str) -> str:
    """`text` without case, blanks, hyphens, other signs and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in plain if letter.isalnum())


def spelling_keys(text: str) -> tuple[str, ...]:
    """Its key, and the one of those who write Tuebingen for Tübingen, where that is another."""
    composed = unicodedata.normalize("NFC", text).casefold()
    keys = (spelling_key(text), spelling_key(composed.translate(_IN_TWO_LETTERS)))
    return tuple(dict.fromkeys(keys))


def network_key(text: str) -> str:
    """Key of a network's name, without a leading or closing "ERN"; empty for signs and for "ERN" alone."""
    return spelling_key(_ERN.sub("", text.casefold().strip()))


def find_networks(text: str) -> list[Network]:
    """Networks that somebody may mean: by whole name, else by a part of it, else by a part of the full name.

    Blanks and signs alone mean none.
    """
    key = network_key(text)
    if not key:
        return []
    whole = spelling_key(text)
    ways: Sequence[Callable[[Network], bool]] = (
        lambda network: bool({key, whole} & _names(network)),
        lambda network: any(key in name for name in _names(network)),
        lambda network: key in _full_name(network),
    )
    for fits in ways:
        matches = [network for network in networks().values() if fits(network)]
        if matches:
            return matches
    return []


@cache
def _names(network: Network) -> frozenset[str]:
    texts = (network.code, network.name)
    return frozenset(key(text) for text in texts for key in (spelling_key, network_key))


@cache
def _full_name(network: Network) -> str:
    return spelling_key(network.full_name)
