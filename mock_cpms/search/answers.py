"""What the search tool's JSON back end answers (facts, CPMS 10): known names of fields, null for what is not known."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from mock_cpms.countries import country_name
from mock_cpms.networks import networks
from mock_cpms.search.directory import Directory, directory_of
from mock_cpms.search.model import Hospital, Membership
from mock_world import World

Item = dict[str, str | int | None]
_ID_BITS = 48  # fewer than 53, so that JavaScript reads each digit


@dataclass(frozen=True)
class Answer:
    """A document made once, and the tag that says whether a client has it already."""

    body: bytes
    etag: str


@cache
def all_networks() -> Answer:
    """One item a network. `networkName` and `coordinator` are our choice: those names are not known."""
    return _answer(
        {
            "networkCode": network.code,
            "networkUrl": f"https://{network.website}",
            "networkName": network.full_name,
            "coordinator": network.coordinator,
        }
        for network in networks().values()
    )


def all_centres(world: World) -> Answer:
    """One item a hospital and network. Raises Refusal (directory.unreadable)."""
    return _centres(directory_of(world))


@lru_cache(maxsize=8)
def _centres(directory: Directory) -> Answer:
    return _answer(
        _centre(hospital, membership) for hospital in directory.hospitals for membership in hospital.memberships
    )


def _centre(hospital: Hospital, membership: Membership) -> Item:
    """The file knows hospitals, not their units, so both names are the hospital's."""
    return {
        "networkCode": membership.network,
        "hcpId": _invented_id(hospital, membership),
        "hcpOfficialName": hospital.name,
        "hcpOfficialNameEn": None,
        "mainHospital": hospital.name,
        "mainHospitalEn": None,
        "countryCode": hospital.country,
        "countryName": country_name(hospital.country, "en"),
        "centreType": membership.centre_type,
        "isCoordinator": None if membership.coordinator is None else int(membership.coordinator),
        "active": 1,
        "hcpUrl": None,
    }


def _invented_id(hospital: Hospital, membership: Membership) -> int:
    """An id that stays the same for a centre, whatever else stands in the file."""
    centre = f"{hospital.country}\n{hospital.city}\n{hospital.name}\n{membership.network}"
    return int.from_bytes(hashlib.sha256(centre.encode()).digest()[: _ID_BITS // 8])


def _answer(items: Iterator[Item]) -> Answer:
    body = json.dumps({"data": list(items)}, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(body, hashlib.sha256(body).hexdigest()[:16])
