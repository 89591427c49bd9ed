"""A hospital and its memberships, as the directory has them."""

from dataclasses import dataclass
from functools import cached_property

from mock_cpms.search.cities import OWN_NAMES
from mock_cpms.search.spelling import spelling_key, spelling_keys
from mock_world.i18n import N_

# Values of `centreType` (facts, CPMS 10).
FULL_MEMBER = N_("Full Member")
NATIONAL_CENTRE = N_("Associated National Centre")
HUB = N_("National Coordination Hub")
CENTRE_TYPES = (FULL_MEMBER, NATIONAL_CENTRE, HUB)


@dataclass(frozen=True)
class Membership:
    """Of one hospital in one network. `coordinator`: None where it is not known for certain."""

    network: str
    centre_type: str
    coordinator: bool | None


@dataclass(frozen=True)
class Hospital:
    """A hospital and the networks of which it was found to be a member."""

    name: str
    city: str
    country: str
    memberships: tuple[Membership, ...]

    @cached_property
    def networks(self) -> tuple[str, ...]:
        """Their codes."""
        return tuple(membership.network for membership in self.memberships)

    @cached_property
    def by_type(self) -> tuple[tuple[str, tuple[Membership, ...]], ...]:
        """Memberships of each centre type that it has."""
        each = ((kind, tuple(one for one in self.memberships if one.centre_type == kind)) for kind in CENTRE_TYPES)
        return tuple((kind, memberships) for kind, memberships in each if memberships)

    @cached_property
    def haystack(self) -> str:
        """Name and city in all spellings, for words of a search."""
        return "\n".join(spelling_keys(f"{self.name} {self.city} {OWN_NAMES.get(self.city, '')}"))

    @cached_property
    def name_keys(self) -> frozenset[str]:
        """Its name in all spellings, whole and without what follows in brackets or behind a stroke."""
        short = self.name.partition(" (")[0].partition(" / ")[0]
        return frozenset(key for name in (self.name, short) for key in spelling_keys(name))

    @cached_property
    def order(self) -> tuple[str, str]:
        return self.country, spelling_key(self.name)
