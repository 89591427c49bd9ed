"""Whom and what the pictures of a guide show."""

from dataclasses import dataclass
from typing import Any

from eulogin_harness.browser.cpms import SPECIALTY
from eulogin_harness.guide.document import Application, GuideFile

PASSWORD = "Lantern 42!"  # noqa: S105 - it stands in pictures, as dots
PIN = "2580"


@dataclass(frozen=True)
class Story:
    """An invented person, where they work, and which network they ask."""

    first_name: str = "Ada"
    last_name: str = "Berg"
    email: str = "ada.berg@hospital.example"
    specialty: str = SPECIALTY
    country: str = "AT"
    hospital: str = "St. Anna Children's Hospital / CCRI"
    network: str = "PaedCAN"
    application: Application | None = None

    @property
    def names(self) -> dict[str, Any]:
        """What the sign-up page asks for."""
        return {"first_name": self.first_name, "last_name": self.last_name, "email": self.email}

    @property
    def fields(self) -> dict[str, Any]:
        """What `personas.create` takes at every stage."""
        return {**self.names, "password": PASSWORD, "pin": PIN, "seed": 7}

    @property
    def workplace(self) -> dict[str, Any]:
        """What CPMS's form asks for, of somebody who has filled it in."""
        return {"country": self.country, "hospital": self.hospital, "networks": [self.network], "role": "Physician"}


def story_of(guide: GuideFile) -> Story:
    """The story that a guide's file tells."""
    person = guide.person
    return Story(
        person.first_name,
        person.last_name,
        person.email,
        person.specialty,
        guide.hospital.country,
        guide.hospital.name,
        guide.network.code,
        guide.application,
    )
