"""Strengths and authentication levels (facts, assurance, strengths, levels), and which of them are offered."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mock_idp.devices.rules import has_active_device
from mock_world.i18n import N_

if TYPE_CHECKING:
    from mock_world import World

BASIC, MEDIUM, HIGH = "BASIC", "MEDIUM", "HIGH"
LEVELS = (BASIC, MEDIUM, HIGH)  # a service that accepts a level accepts every higher one

PASSWORD = "PASSWORD"  # noqa: S105 - a strength's name
PASSWORD_MOBILE_APP = "PASSWORD_MOBILE_APP"  # noqa: S105 - a strength's name


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
)
_PREFERENCE = (PASSWORD_MOBILE_APP, PASSWORD)  # chosen beforehand (contract, strengths)


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
        """From the request's `authenticationLevel` and `acceptStrengths`; `least` is the registered service's."""
        asked = level if level in LEVELS else BASIC
        listed = tuple(part.strip() for part in (strengths or "").split(",") if part.strip())
        return cls(max(asked, least, key=LEVELS.index), listed)


def level_of(strengths: list[str]) -> str:
    """The highest level that these strengths give."""
    reached = [m.level for m in METHODS if m.strength in strengths]
    return max(reached, key=LEVELS.index, default=BASIC)


def offered(world: "World", uid: str, demand: Demand) -> list[Method]:
    """The methods that this person has and the service accepts."""
    has_phone = has_active_device(world, uid)
    return [m for m in METHODS if demand.accepts(m.strength) and (m.strength == PASSWORD or has_phone)]


def chosen_beforehand(methods: list[Method]) -> str:
    """The strength that is chosen when the page opens; empty where there is none."""
    strengths = [method.strength for method in methods]
    return next((strength for strength in _PREFERENCE if strength in strengths), "")
