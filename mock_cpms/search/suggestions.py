"""What could be tried where a search finds nothing: other spellings, fewer words, fewer fields (our choice)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice

from mock_cpms.networks import networks
from mock_cpms.search.cities import OWN_NAMES
from mock_cpms.search.directory import Directory, directory_of
from mock_cpms.search.finding import SearchCriteria, find, words_of
from mock_cpms.search.spelling import find_networks, network_key, spelling_key
from mock_world import World

_MOST = 5  # suggestions
_SPELLINGS = 3  # of a word
_WORDS = 6  # that are looked at
_ALIKE = 0.7  # of their letters, in order
_LONGEST = 40  # letters of a word that are compared
_BETWEEN = re.compile(r"[\s/(),]+")


@dataclass(frozen=True)
class Suggestion:
    """A search near the one that was made, and how many hospitals it finds."""

    criteria: SearchCriteria
    count: int


def suggestions(world: World, criteria: SearchCriteria) -> list[Suggestion]:
    """Searches near this one that find something, the nearest first. Raises Refusal (directory.unreadable)."""
    directory = directory_of(world)
    others = dict.fromkeys(_near(directory, criteria))
    counted = (
        Suggestion(other, len(find(directory, other))) for other in others if other not in {criteria, SearchCriteria()}
    )
    return list(islice((suggestion for suggestion in counted if suggestion.count), _MOST))


def _near(directory: Directory, criteria: SearchCriteria) -> Iterator[SearchCriteria]:
    """Other spellings of all; then without a field; then a word alone, beside the other fields and without them."""
    spellings = [_spellings(directory, word) for word in words_of(criteria.hospital)[:_WORDS]]
    codes = _networks_like(criteria.network) or [criteria.network]
    texts = _whole(spellings) or [criteria.hospital]
    yield from (replace(criteria, network=code, hospital=text) for text in texts for code in codes)
    nearest = replace(criteria, network=codes[0], hospital=texts[0])
    yield replace(nearest, country="")
    yield replace(nearest, network="")
    words = sorted((known[0] for known in spellings if known), key=directory.times)
    yield from (replace(nearest, hospital=word) for word in words)
    yield SearchCriteria(hospital=texts[0])
    yield from (SearchCriteria(hospital=word) for word in words)
    yield replace(nearest, hospital="")


def _networks_like(text: str) -> list[str]:
    """Codes whose spelling is near, where the text means none."""
    if find_networks(text):
        return []
    by_key = {network_key(name): code for code, network in networks().items() for name in (code, network.name)}
    return list(dict.fromkeys(by_key[key] for key in _nearest(network_key(text), by_key)))


def _spellings(directory: Directory, word: str) -> list[str]:
    """The word itself where a hospital has it, else those with the nearest spelling."""
    if directory.times(word):
        return [word]
    vocabulary = _vocabulary(directory)
    return [vocabulary[key] for key in _nearest(spelling_key(word), vocabulary)]


def _whole(spellings: list[list[str]]) -> list[str]:
    """All words in the nearest spelling, then in the next one; none where a word has no spelling."""
    if not spellings or not all(spellings):
        return []
    rounds = range(max(map(len, spellings)))
    return [" ".join(known[min(number, len(known) - 1)] for known in spellings) for number in rounds]


def _nearest(text: str, known: Iterable[str]) -> list[str]:
    """Those of a spelling near to that of `text`, the nearest first."""
    return get_close_matches(text[:_LONGEST], known, n=_SPELLINGS, cutoff=_ALIKE)


@lru_cache(maxsize=8)
def _vocabulary(directory: Directory) -> Mapping[str, str]:
    """Words of names and cities by their spelling."""
    texts = (f"{one.name} {one.city} {OWN_NAMES.get(one.city, '')}" for one in directory.hospitals)
    words = (word for text in texts for word in _BETWEEN.split(text))
    return {key: word for word in words if len(key := spelling_key(word)) > 2}  # noqa: PLR2004
