"""Strengths and authentication levels (facts, assurance, strengths, levels), and which of them are offered."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mock_idp.accounts.model import Account
from mock_idp.common.strength_names import (
    MOBILE_APP,
    PASSWORD,
    PASSWORD_MOBILE_APP,
    PASSWORD_SOFTWARE_TOKEN,
    PASSWORD_WEBAUTHN,
)
from mock_idp.factors.second_factors import second_factors
from mock_world import World
from mock_world.i18n import N_

BASIC, MEDIUM, HIGH = "BASIC", "MEDIUM", "HIGH"
LEVELS = (BASIC, MEDIUM, HIGH)  # a service that accepts a level accepts every higher one
OLDER_NAMES = {"STRONG": PASSWORD, BASIC: PASSWORD}  # deprecated; called so by the official mock-up (facts, strengths)


@dataclass(frozen=True)
class Method:
    """A verification method as the drop-down shows it."""

    strength: str
    label: str
    level: str
    hint: str


# In the documented order of the list.
METHODS = (
    Method(PASSWORD, N_("Password"), BASIC, N_("Your password alone")),
    Method(
        PASSWORD_MOBILE_APP,
        N_("EU Login Mobile App PIN Code"),
        MEDIUM,
        N_("Confirm in the app on your phone; it must be online"),
    ),
    Method(
        PASSWORD_SOFTWARE_TOKEN,
        N_("EU Login Mobile App QR Code"),
        MEDIUM,
        N_("Type a code of the app on your phone; it may be offline"),
    ),
    Method(MOBILE_APP, N_("On Mobile"), MEDIUM, N_("Confirm in the app on this phone; that is enough")),
    Method(
        PASSWORD_WEBAUTHN,
        N_("Security Key, Trusted Platform (TPM) or Passkey"),
        MEDIUM,
        N_("Touch your key, or unlock this computer"),
    ),
)
# What else EU Login knows, and nobody reaches here (facts, strengths).
_ELSEWHERE = (
    *("NTLM", "SOCIAL_NETWORKS", "FEDERATION", "PASSWORD_SMS", "MDM_CERT", "EIDAS", "PASSWORD_TOKEN"),
    *("PASSWORD_TOKEN_CRAM", "CLIENT_CERT", "STORK", "WINDOWS", "STRONG_SMS", "STRONG_TOKEN"),
)
DOCUMENTED = (*(method.strength for method in METHODS), *OLDER_NAMES, *_ELSEWHERE)
# Chosen beforehand (contract, strengths); where "On Mobile" comes, it says nothing of.
_PREFERENCE = (PASSWORD_WEBAUTHN, PASSWORD_MOBILE_APP, PASSWORD_SOFTWARE_TOKEN, PASSWORD, MOBILE_APP)
_MOBILE = re.compile(r"Mobi|Android")  # as MDN advises; tablets with Android lack the first


@dataclass(frozen=True)
class Demand:
    """What a service asks for: a level, or (older) a list of strengths; empty accepts everything."""

    level: str = BASIC
    strengths: tuple[str, ...] = ()

    def accepts(self, strength: str) -> bool:
        method = next((m for m in METHODS if m.strength == strength), None)
        if method is None or (self.strengths and strength not in self.strengths):
            return False
        return LEVELS.index(method.level) >= LEVELS.index(self.level)

    @classmethod
    def of(cls, level: str | None, strengths: str | None, least: str = BASIC) -> "Demand":
        """Read a request's `authenticationLevel` and `acceptStrengths`; `least` is the registered service's."""
        requested = named_level(level) or BASIC
        names = tuple(dict.fromkeys(OLDER_NAMES.get(name, name) for name in listed(strengths)))
        return cls(max(requested, least, key=LEVELS.index), names)


def listed(strengths: str | None) -> list[str]:
    """The names in a list with commas, as a request sends it."""
    return [part.strip() for part in (strengths or "").split(",") if part.strip()]


def named_level(text: str | None) -> str:
    """The level that a request names, in capitals or not; empty where it names none."""
    level = (text or "").strip().upper()
    return level if level in LEVELS else ""


def level_of(strengths: list[str]) -> str:
    """The highest level that these strengths give."""
    reached = [m.level for m in METHODS if m.strength in strengths]
    return max(reached, key=LEVELS.index, default=BASIC)


def suffices(account: Account, strengths: Iterable[str], demand: Demand) -> bool:
    """Whether a session of these strengths is enough; a password alone is not if the account always wants two."""
    counted = (strength for strength in strengths if not (account.always_two_factors and strength == PASSWORD))
    return any(demand.accepts(strength) for strength in counted)


def is_mobile(user_agent: str, hint: str = "") -> bool:
    """Whether a browser runs on a phone, by what it says of itself. `hint`: its Sec-CH-UA-Mobile, which some send."""
    return hint.strip() == "?1" or _MOBILE.search(user_agent) is not None


def to_be_added(account: Account, demand: Demand, *, on_mobile: bool) -> list[Method]:
    """The factors that this person could add with the password, and that the service would accept in this browser.

    None for an account that always wants two factors and has lost them: only support can help (facts, account pages).
    """
    factors = _usable(demand, on_mobile=on_mobile) if not account.always_two_factors else []
    return [method for method in factors if method.strength != PASSWORD]


def offered(world: World, account: Account, demand: Demand, *, on_mobile: bool) -> list[Method]:
    """The account's methods that the service accepts; without "Password" if the account always wants two factors.

    on_mobile: whether the browser runs on a phone; elsewhere nothing could open the app.
    """
    has = second_factors(world, account.uid) | (set() if account.always_two_factors else {PASSWORD})
    return [method for method in _usable(demand, on_mobile=on_mobile) if method.strength in has]


def _usable(demand: Demand, *, on_mobile: bool) -> list[Method]:
    here = (method for method in METHODS if on_mobile or method.strength != MOBILE_APP)
    return [method for method in here if demand.accepts(method.strength)]


def chosen_beforehand(methods: list[Method], remembered: str = "") -> str:
    """The strength that is chosen when the page opens: the remembered one, else the first of the preference."""
    strengths = [method.strength for method in methods]
    return next((strength for strength in (remembered, *_PREFERENCE) if strength in strengths), "")
