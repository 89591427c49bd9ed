"""The hospital of somebody's profile, looked up in the directory while the form is filled in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mock_cpms.countries import CODES
from mock_cpms.search.directory import hospitals, networks_of_hospital

if TYPE_CHECKING:
    from mock_cpms.search.model import Hospital
    from mock_world import World

Case = Literal["none", "found", "elsewhere", "unlisted"]


@dataclass(frozen=True)
class Finding:
    """What the directory says: codes of the hospital's networks, or the country in which it is listed instead."""

    case: Case
    networks: tuple[str, ...] = ()
    country: str = ""


def look_up(world: "World", name: str, country: str) -> Finding:
    """A hospital by its name, spelled as people do, and its country's code; empty is any.

    Raises Refusal (directory.unreadable).
    """
    if not name.strip():
        return Finding("none")
    if found := networks_of_hospital(world, name, country):
        return Finding("found", networks=found)
    places = [code for code in CODES if networks_of_hospital(world, name, code)]
    return Finding("elsewhere", country=places[0]) if places else Finding("unlisted")


def hospitals_in(world: "World", country: str) -> list["Hospital"]:
    """Those of a country by its code, empty for all; ordered by name. Raises Refusal (directory.unreadable)."""
    return [hospital for hospital in hospitals(world) if country in {"", hospital.country}]
