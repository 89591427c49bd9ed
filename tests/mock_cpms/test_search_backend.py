"""The search tool's JSON back end (facts, CPMS 10)."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from mock_cpms.networks import networks
from mock_cpms.search.directory import hospitals
from mock_world import World

HEAD = "hospital,city,country_code,networks,memberships_note"
Ask = Callable[..., requests.Response]


@pytest.fixture
def ask(world: World) -> Ask:
    def ask(call: str, method: str = "GET", **headers: str) -> requests.Response:
        address = world.addresses.public("cpms", f"/ernsd/backend/api/{call}")
        return requests.request(method, address, headers=headers, timeout=10)

    return ask


def centres(ask: Ask) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask("get_clinicalcentres").json()["data"]
    return found


def test_networks_have_code_address_name_and_coordinator(ask: Ask) -> None:
    answer = ask("get_networks")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert list(answer.json()) == ["data"]
    found = answer.json()["data"]
    assert [network["networkCode"] for network in found] == list(networks())
    assert found[18] == {
        "networkCode": "PaedCAN",
        "networkUrl": "https://paedcan.ern-net.eu",
        "networkName": "European Reference Network on paediatric cancer (haemato-oncology)",
        "coordinator": "St. Anna Children's Hospital / CCRI",
    }
    assert found[0]["coordinator"] is None  # BOND: not certain today


def test_centres_are_one_for_each_hospital_and_network(world: World, ask: Ask) -> None:
    found = centres(ask)
    assert Counter((centre["countryCode"], centre["hcpOfficialName"]) for centre in found) == {
        (hospital.country, hospital.name): len(hospital.networks) for hospital in hospitals(world)
    }


def test_a_centre_tells_what_is_known_and_null_for_the_rest(ask: Ask) -> None:
    found = centres(ask)
    (debre,) = (centre for centre in found if centre["hcpOfficialName"] == "AP-HP Robert-Debré")
    assert {tuple(centre) for centre in found} == {tuple(debre)}
    assert list(debre.items()) == [
        ("networkCode", "ITHACA"),
        ("hcpId", debre["hcpId"]),
        ("hcpOfficialName", "AP-HP Robert-Debré"),
        ("hcpOfficialNameEn", None),
        ("mainHospital", "AP-HP Robert-Debré"),
        ("mainHospitalEn", None),
        ("countryCode", "FR"),
        ("countryName", "France"),
        ("centreType", "Full Member"),
        ("isCoordinator", 1),
        ("active", 1),
        ("hcpUrl", None),
    ]


def test_the_values_are_those_of_the_real_one(ask: Ask) -> None:
    found = centres(ask)
    types = {"Full Member", "Associated National Centre", "National Coordination Hub"}
    assert {centre["centreType"] for centre in found} == types
    assert {centre["isCoordinator"] for centre in found} == {1, 0, None}


def test_ids_are_of_the_centre_and_not_of_its_line(world: World, ask: Ask, tmp_path: Path) -> None:
    before = {(centre["hcpOfficialName"], centre["networkCode"]): centre["hcpId"] for centre in centres(ask)}
    mark = ask("get_clinicalcentres").headers["ETag"]
    assert len(set(before.values())) == len(before)
    assert all(0 < number < 2**53 for number in before.values())
    file = tmp_path / "own.csv"
    file.write_text(f"{HEAD}\nAP-HP Bichat,Paris,FR,BOND;VASCERN,\nAP-HP Bichat,Lyon,FR,VASCERN,\n", encoding="utf-8")
    world.settings.change({"cpms.directory": str(file)})
    bond, vascern, lyon = (centre["hcpId"] for centre in centres(ask))
    assert vascern == before["AP-HP Bichat", "VASCERN"]
    assert not {lyon, bond} & {*before.values()}
    assert lyon != bond
    assert ask("get_clinicalcentres", **{"If-None-Match": mark}).status_code == 200


@pytest.mark.parametrize("call", ["get_networks", "get_clinicalcentres"])
def test_who_has_the_answer_already_is_told_so(ask: Ask, call: str) -> None:
    first = ask(call)
    assert first.headers["Cache-Control"] == "no-cache"
    again = ask(call, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert ask(call, **{"If-None-Match": '"other"'}).status_code == 200
    head = ask(call, "HEAD")
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", first.headers["ETag"])


def test_nothing_can_be_written(ask: Ask) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = ask("get_networks", method)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
        assert answer.json()["type"] == "method-not-allowed"
        assert answer.json()["detail"] == f"expected GET or HEAD; got {method}"


@pytest.mark.parametrize("call", ["", "get_networks/", "GET_NETWORKS", "a/<b>", "x" * 10_000])
def test_an_unknown_call_is_a_404_that_names_the_known_ones(ask: Ask, call: str) -> None:
    for method in ("GET", "POST"):
        answer = ask(call, method)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
        assert "expected one of get_networks, get_clinicalcentres" in answer.json()["detail"]
        assert len(answer.content) < 1000


def test_a_broken_file_is_told_as_a_problem_document(world: World, ask: Ask) -> None:
    world.settings.change({"cpms.directory": "/nowhere/own.csv"})
    answer = ask("get_clinicalcentres")
    assert (answer.status_code, answer.json()["type"]) == (500, "directory.unreadable")
    assert "set cpms.directory back to hospitals.csv" in answer.json()["instructions"]
    assert ask("get_networks").status_code == 200
