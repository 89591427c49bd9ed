"""What is not said about a person is invented; the same seed invents the same."""

import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from mock_idp.accounts.passwords import obeys
from mock_world.fixtures import table
from mock_world.randomness import Randomness

if TYPE_CHECKING:
    from faker import Faker

    from mock_world import World

DOMAIN = "hospital.example"
_ROLES = ("Physician", "Surgeon", "Nurse", "Psychologist", "Genetic counsellor")
_SPECIALTY = "Paediatric oncology"
_LOCK = threading.Lock()  # one Faker a process, seeded anew for each person


@dataclass(frozen=True)
class Invented:
    """A person out of a seed."""

    first_name: str
    last_name: str
    word: str
    pin: str
    role: str
    specialty: str
    source: Randomness

    def password(self, world: "World") -> str:
        """A password to be read out, such as `Magnam-4821`, that obeys the rules of this world."""
        password = f"{self.word.capitalize()}-{self.source.digits(4)}"
        while not obeys(world, password):
            password += self.source.digits(1)
        return password

    def hospital(self, networks: Sequence[str], country: str | None) -> dict[str, str]:
        """A row of hospitals.csv: a member of the first network in that country, as far as there is one."""
        return self.source.choice(_hospitals(networks[0] if networks else "", country))


def invent(seed: int) -> Invented:
    """Everything that can be invented without looking at the world."""
    source = Randomness(seed)
    with _LOCK:
        faker = _faker()
        faker.seed_instance(seed)
        first_name, last_name, word = faker.first_name(), faker.last_name(), faker.word()
    return Invented(
        first_name=first_name,
        last_name=last_name,
        word=word,
        pin=source.digits(4),
        role=source.choice(_ROLES),
        specialty=_SPECIALTY,
        source=source,
    )


@cache
def _hospitals(network: str, country: str | None) -> tuple[dict[str, str], ...]:
    rows = table("hospitals.csv")
    there = tuple(row for row in rows if country in {None, row["country_code"]}) or rows
    return tuple(row for row in there if network in row["networks"].split(";")) or there


@cache
def _faker() -> "Faker":
    from faker import Faker

    return Faker("en_IE")


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
