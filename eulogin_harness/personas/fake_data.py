"""What is not said about a person is invented; the same seed invents the same."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from eulogin_harness.personas.invented_names import FIRST_NAMES, LAST_NAMES, WORDS
from mock_cpms.search.directory import directory_of
from mock_idp.accounts.passwords import obeys
from mock_world import World
from mock_world.randomness import Randomness

DOMAIN = "hospital.example"
_ROLES = ("Physician", "Surgeon", "Nurse", "Psychologist", "Genetic counsellor")
_SPECIALTY = "Paediatric oncology"
_COUNTRY = "AT"  # of who is of none, where the directory lists nobody


class _Words(NamedTuple):
    first_name: str
    last_name: str
    word: str


@dataclass(frozen=True)
class Invented:
    """A person out of a seed."""

    seed: int
    pin: str
    role: str
    specialty: str
    source: Randomness

    @cached_property
    def words(self) -> _Words:
        choice = Randomness(self.seed).choice  # of its own: names are the same whatever else was drawn before
        return _Words(choice(FIRST_NAMES), choice(LAST_NAMES), choice(WORDS))

    def password(self, world: World) -> str:
        """A password to be read out, such as `Lantern-4821`, that obeys the rules of this world."""
        password = f"{self.words.word.capitalize()}-{self.source.digits(4)}"
        while not obeys(world, password):
            password += self.source.digits(1)
        return password

    def hospital(self, world: World, networks: Sequence[str], country: str | None) -> tuple[str, str]:
        """Name and country: of the world's directory, a member of the first network, as far as it lists one there.

        Raises Refusal (directory.unreadable).
        """
        directory = directory_of(world)
        members = directory.by_network.get(networks[0], ()) if networks else ()
        for listed in (members, directory.hospitals):
            if there := [one for one in listed if country in {None, one.country}]:
                hospital = self.source.choice(there)
                return hospital.name, hospital.country
        return f"{self.words.word.capitalize()} Hospital", country or _COUNTRY


def invent(seed: int) -> Invented:
    """Everything that can be invented without looking at the world."""
    source = Randomness(seed)
    return Invented(
        seed=seed,
        pin=source.digits(4),
        role=source.choice(_ROLES),
        specialty=_SPECIALTY,
        source=source,
    )


def free_email(first_name: str, last_name: str, taken: set[str]) -> str:
    """An address that nobody has yet, on a reserved domain."""
    name = f"{_ascii(first_name)}.{_ascii(last_name)}".strip(".") or "somebody"
    number = 1
    while (email := f"{name}{number if number > 1 else ''}@{DOMAIN}") in taken:
        number += 1
    return email


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9-]+", "", plain)
