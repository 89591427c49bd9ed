"""Authentication levels as OpenID Connect names them (facts, OpenID Connect)."""

from collections.abc import Iterable

from mock_idp.signin.strengths import LEVELS, level_of

_PREFIX = "https://ecas.ec.europa.eu/loa/"
ACR = {level: _PREFIX + level.lower() for level in LEVELS}


def acr_of(strengths: list[str]) -> str:
    """What a sign-in of these strengths is called in `acr`."""
    return ACR[level_of(strengths)]


def requested_level(values: Iterable[str]) -> str:
    """The level of the first value that is known, since they come in the order of preference; empty for none."""
    known = {name: level for level, name in ACR.items()}
    return next((known[value] for value in values if value in known), "")
