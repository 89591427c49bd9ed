"""What a search finds: hospitals that fit everything that was given."""

from typing import TYPE_CHECKING

from mock_cpms.search.directory import directory_of
from mock_cpms.search.spelling import find_networks, network_key, spelling_keys

if TYPE_CHECKING:
    from mock_cpms.search.model import Hospital
    from mock_world import World


def search(world: "World", *, network: str = "", country: str = "", hospital: str = "") -> "list[Hospital]":
    """Hospitals that fit everything given: a network's name, a country's code, words of name or city.

    Blanks and signs alone are as good as nothing given. Raises Refusal (directory.unreadable).
    """
    directory = directory_of(world)
    codes = {found.code for found in find_networks(network)} if network_key(network) else None
    words = [keys for word in hospital.split() if (keys := spelling_keys(word)) != ("",)]
    one = next(iter(codes)) if codes is not None and len(codes) == 1 else None
    return [
        known
        for known in (directory.by_network.get(one, ()) if one else directory.hospitals)
        if country.upper() in {"", known.country}
        and (codes is None or not codes.isdisjoint(known.networks))
        and all(any(key in known.haystack for key in keys) for keys in words)
    ]
