"""The hospital of somebody's profile, looked up in the directory while the form is filled in."""

from dataclasses import dataclass
from typing import Literal

from mock_cpms.search.directory import codes_of, hospitals, hospitals_called
from mock_cpms.search.model import Hospital
from mock_world import World

Case = Literal["none", "found", "elsewhere", "unlisted"]


@dataclass(frozen=True)
class Finding:
    """What the directory says: codes of the hospital's networks, or the country in which it is listed instead."""

    case: Case
    networks: tuple[str, ...] = ()
    country: str = ""


def look_up(world: World, name: str, country: str) -> Finding:
    """A hospital by its name, spelled as people do, and its country's code; empty is any.

    Raises Refusal (directory.unreadable).
    """
    if not name.strip():
        return Finding("none")
    matches = hospitals_called(world, name)
    if there := [hospital for hospital in matches if country in {"", hospital.country}]:
        return Finding("found", networks=codes_of(there))
    return Finding("elsewhere", country=matches[0].country) if matches else Finding("unlisted")


def hospitals_in(world: World, country: str) -> list[Hospital]:
    """Those of a country by its code, empty for all; ordered by name. Raises Refusal (directory.unreadable)."""
    return [hospital for hospital in hospitals(world) if country in {"", hospital.country}]
