"""What a search finds: hospitals that fit everything that was given."""

from collections.abc import Sequence
from dataclasses import dataclass

from mock_cpms.search.directory import Directory, directory_of
from mock_cpms.search.model import Hospital
from mock_cpms.search.spelling import find_networks, network_key, spelling_keys
from mock_world import World


@dataclass(frozen=True)
class SearchCriteria:
    """What somebody looks for: a network's name, a country's code, words of a hospital's name or city.

    Blanks and signs alone are as good as nothing.
    """

    network: str = ""
    country: str = ""
    hospital: str = ""


def is_nothing(criteria: SearchCriteria) -> bool:
    """Whether there is nothing in it to look for, so that each hospital fits."""
    return not (network_key(criteria.network) or criteria.country or words_of(criteria.hospital))


def search(world: World, criteria: SearchCriteria) -> list[Hospital]:
    """Hospitals that fit all of it, by country and name. Raises Refusal (directory.unreadable)."""
    return find(directory_of(world), criteria)


def find(directory: Directory, criteria: SearchCriteria) -> list[Hospital]:
    matches = list(_of_networks(directory, criteria.network))
    if criteria.country:
        matches = [hospital for hospital in matches if hospital.country == criteria.country]
    for word in words_of(criteria.hospital):
        matches = with_word(matches, word)
    return matches


def _of_networks(directory: Directory, text: str) -> Sequence[Hospital]:
    if not network_key(text):
        return directory.hospitals
    codes = {network.code for network in find_networks(text)}
    if not codes:
        return ()
    if len(codes) == 1:
        return directory.by_network.get(codes.pop(), ())
    return [hospital for hospital in directory.hospitals if not codes.isdisjoint(hospital.networks)]


def words_of(text: str) -> list[str]:
    """The words of a text, those of signs alone left out."""
    return [word for word in text.split() if any(letter.isalnum() for letter in word)]


def with_word(hospitals: Sequence[Hospital], word: str) -> list[Hospital]:
    """Those with the word, or a part of one, in name or city."""
    keys = spelling_keys(word)
    if len(keys) == 1:
        return [hospital for hospital in hospitals if keys[0] in hospital.haystack]
    return [hospital for hospital in hospitals if any(key in hospital.haystack for key in keys)]
