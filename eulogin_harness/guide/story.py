"""Whom and what the pictures of a guide show."""

from dataclasses import dataclass
from typing import Any

from eulogin_harness.browser.cpms import SPECIALTY
from eulogin_harness.guide.document import Application, GuideFile
from eulogin_harness.guide.errors import GuideError

PASSWORD = "Lantern 42!"  # noqa: S105 - it stands in pictures, as dots
PIN = "2580"
_OF_CPMS = ("access.", "question.", "decision.", "search.")  # the steps that show hospital and network


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


def check_story(guide: GuideFile) -> None:
    """Raises GuideError where steps of CPMS show a country, network or hospital that it does not list."""
    from mock_cpms.countries import CODES
    from mock_cpms.networks import networks
    from mock_world.fixtures import table

    if not any((step.do or "").startswith(_OF_CPMS) for chapter in guide.chapters for step in chapter.steps):
        return
    country, name, code = guide.hospital.country, guide.hospital.name, guide.network.code
    if country not in CODES:
        raise GuideError(f"hospital.country: expected one of {', '.join(CODES)}, but got {country!r}")
    if code not in networks():
        raise GuideError(f"network.code: expected one of {', '.join(networks())}, but got {code!r}")
    is_listed = any((row["country_code"], row["hospital"]) == (country, name) for row in table("hospitals.csv"))
    if not is_listed and "cpms.directory" not in guide.settings:
        raise GuideError(
            f"hospital.name: expected a hospital that CPMS lists in {country}, but got {name!r}; "
            "fixtures/hospitals.csv has them, and the setting cpms.directory takes a list of yours"
        )


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
