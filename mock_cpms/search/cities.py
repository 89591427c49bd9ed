"""Own names of cities that the directory has in English, for those who type them (our choice, far from complete)."""

from collections.abc import Mapping
from types import MappingProxyType

OWN_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "Antwerp": "Antwerpen Anvers",
        "Athens": "Athina Αθήνα",
        "Brussels": "Bruxelles Brussel",
        "Bucharest": "București",
        "Copenhagen": "København",
        "Florence": "Firenze",
        "Genoa": "Genova",
        "Ghent": "Gent Gand",
        "Gothenburg": "Göteborg",
        "Hanover": "Hannover",
        "Helsinki": "Helsingfors",
        "Leuven": "Louvain",
        "Lisbon": "Lisboa",
        "Luxembourg": "Luxemburg Lëtzebuerg",
        "Milan": "Milano",
        "Munich": "München",
        "Nicosia": "Lefkosia Λευκωσία",
        "Padua": "Padova",
        "Prague": "Praha",
        "Rome": "Roma",
        "Sofia": "София",
        "Turku": "Åbo",
        "Vienna": "Wien",
        "Warsaw": "Warszawa",
    }
)
