"""Whom and what the pictures of a guide show."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eulogin_harness.guide_text.document import Application, GuideFile, StepText, place_of
from eulogin_harness.guide_text.errors import GuideError
from eulogin_harness.guide_text.sentences import in_language

PASSWORD = "Lantern 42!"  # noqa: S105 - it stands in pictures, as dots
PIN = "2580"
_OF_CPMS = ("access.", "question.", "decision.", "search.")  # the steps that show hospital and network
_SHOWN = ("First name", "Country", "Hospital", "Role", "Specialty", "I agree to the terms of use of this mock")
_NETWORKS = "European Reference Networks"


@dataclass(frozen=True)
class Story:
    """An invented person, where they work, and which network they ask."""

    first_name: str = "Ada"
    last_name: str = "Berg"
    email: str = "ada.berg@hospital.example"
    specialty: str = "Paediatric oncology"
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


def check_story(guide: GuideFile, base: Path) -> None:
    """Raises GuideError where steps of CPMS show what it does not have: a country, network, hospital or field.

    base: folder of the guide's file.
    """
    from mock_cpms.countries import CODES
    from mock_cpms.networks import networks

    if guide.profile:
        _check_profile(guide, base / guide.profile)
    if _first_step(guide, _OF_CPMS) is None:
        return
    country, code = guide.hospital.country, guide.network.code
    if country not in CODES:
        raise GuideError(f"hospital.country: expected one of {', '.join(CODES)}, but got {country!r}")
    if code not in networks():
        raise GuideError(f"network.code: expected one of {', '.join(networks())}, but got {code!r}")
    _check_hospital(guide)


def _check_hospital(guide: GuideFile) -> None:
    from mock_cpms.search.directory_file import BrokenFileError, read_hospitals
    from mock_world.fixtures import FOLDER

    country, name, code = guide.hospital.country, guide.hospital.name, guide.network.code
    file = FOLDER / str(guide.settings.get("cpms.directory", "hospitals.csv"))
    try:
        listed = [each for each in read_hospitals(file) if (each.country, each.name) == (country, name)]
    except BrokenFileError as error:
        raise GuideError(f"settings.cpms.directory: expected {file} to be a list of hospitals, but {error}") from None
    if not listed:
        raise GuideError(
            f"hospital.name: expected a hospital that CPMS lists in {country}, but got {name!r}; "
            "fixtures/hospitals.csv has them, and the setting cpms.directory takes a list of yours"
        )
    codes = [network for each in listed for network in each.networks]
    if (place := _first_step(guide, ("search.",))) and code not in codes:
        raise GuideError(
            f"{place}: expected a hospital of {code}, as the search tool shows it, but {name!r} belongs to "
            f"{', '.join(codes) or 'no network'}; change hospital.name or network.code"
        )


def _check_profile(guide: GuideFile, file: Path) -> None:
    from mock_cpms.profile.fields import FormUnreadableError, read_form

    try:
        fields = read_form(file)
    except FormUnreadableError as error:
        raise GuideError(
            f"profile: expected {file} to be a form of CPMS, but got: {error}; docs/cpms.md shows one"
        ) from None
    place = _first_step(guide, ("access.",))
    if place is None:
        return
    labels = [field.label for field in fields]
    if missing := [label for label in _SHOWN if label not in labels]:
        raise GuideError(
            f"{place}: expected fields labelled {_named(_SHOWN)} in {file}, since the pictures show them, but it "
            f"lacks {_named(missing)}; add them, or give the steps access.* `picture: false`"
        )
    known = (*_SHOWN, _NETWORKS)
    if others := [field.label for field in fields if field.mandatory and field.label not in known]:
        raise GuideError(
            f"{place}: expected no mandatory fields in {file} but those that are filled in for the pictures, but got "
            f"{_named(others)}; say `mandatory: false`, or give the steps access.* `picture: false`"
        )


def _named(labels: Iterable[str]) -> str:
    return ", ".join(map(repr, labels))


def _first_step(guide: GuideFile, beginnings: tuple[str, ...]) -> str | None:
    """Where the first step with a picture stands whose name begins so."""
    return next((place_of(*each) for each in guide.steps if _is_shown(each[2], beginnings)), None)


def _is_shown(step: StepText, beginnings: tuple[str, ...]) -> bool:
    is_taken = step.picture is not False and not step.picture.file
    return is_taken and step.do is not None and step.do.startswith(beginnings)


def story_of(guide: GuideFile, language: str) -> Story:
    """The story that a guide's file tells to readers of a language."""
    person = guide.person
    return Story(
        person.first_name,
        person.last_name,
        person.email,
        in_language(person.specialty, language),
        guide.hospital.country,
        guide.hospital.name,
        guide.network.code,
        guide.application,
    )
