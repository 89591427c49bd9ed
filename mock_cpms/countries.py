"""Countries with member hospitals: the European Union and Norway (facts, networks), by their names."""

from collections.abc import Mapping
from functools import cache
from unicodedata import normalize

from babel import Locale

CODES = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip


@cache
def _names(language: str) -> Mapping[str, str]:
    """All territories; a locale takes long to make."""
    return Locale(language).territories


def country_name(code: str, language: str) -> str:
    """Its name in a language; what is no code stays as it is."""
    return _names(language).get(code, code)


def country_choices(language: str) -> dict[str, str]:
    """Name by code, ordered by name."""
    named = {code: country_name(code, language) for code in CODES}
    return dict(sorted(named.items(), key=lambda country: normalize("NFKD", country[1])))
