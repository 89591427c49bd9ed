"""The directory of setting cpms.directory: what it answers, an own file, and what a broken one says."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mock_cpms.networks import networks
from mock_cpms.search.directory import directory_of, hospitals, networks_of_hospital
from mock_cpms.search.model import FULL_MEMBER, HUB, NATIONAL_CENTRE
from mock_world import Refusal, World
from tests.mock_cpms.visitor import Visitor

HEAD = "hospital,city,country_code,networks,memberships_note"
NORTH = "Hospital of the North,Northtown,NO,BOND;PaedCAN,PaedCAN (a)"
SOUTH = "Hospital of the South,Southtown,IT,BOND,"
WriteFile = Callable[..., Path]


@pytest.fixture
def own_file(world: World, tmp_path: Path) -> WriteFile:
    """Writes lines into a file, and sets it as the world's directory."""

    def write(*lines: str, encoding: str = "utf-8") -> Path:
        file = tmp_path / "own.csv"
        file.write_text("\n".join(lines) + "\n", encoding=encoding)
        world.settings.change({"cpms.directory": str(file)})
        return file

    return write


def test_all_hospitals_by_country_and_name(world: World) -> None:
    found = hospitals(world)
    assert len(found) == 92
    assert (found[0].country, found[0].name) == ("AT", "Medical University of Innsbruck")
    assert [hospital.country for hospital in found] == sorted(hospital.country for hospital in found)
    assert [hospital.name for hospital in directory_of(world).by_network["EURACAN"]] == ["Centre Léon Bérard"]


@pytest.mark.parametrize(
    ("name", "country", "codes"),
    [
        ("AP-HP Bichat", "FR", ("VASCERN",)),
        ("ap hp  BICHAT", "FR", ("VASCERN",)),
        ("AP-HP Bichat", "", ("VASCERN",)),
        ("AP-HP Bichat", "DE", ()),
        ("University Hospital Tuebingen", "DE", ("CRANIO", "ITHACA", "PaedCAN", "RARE-LIVER", "ERN-RND")),
        ("St. Anna Childrens Hospital", "AT", ("PaedCAN",)),
        ("Bichat", "FR", ()),
        ("---", "", ()),
    ],
)
def test_networks_of_a_hospital_by_its_name(world: World, name: str, country: str, codes: tuple[str, ...]) -> None:
    assert networks_of_hospital(world, name, country) == codes


def test_marks_of_the_note_are_centre_types(world: World) -> None:
    (malta,) = (hospital for hospital in hospitals(world) if hospital.country == "MT")
    assert {membership.network: membership.centre_type for membership in malta.memberships} == {
        "CRANIO": NATIONAL_CENTRE,
        "GENTURIS": FULL_MEMBER,
        "ITHACA": HUB,
        "ERN-SKIN": FULL_MEMBER,
    }


def test_a_coordinator_is_told_only_where_the_facts_are_certain(world: World) -> None:
    told = {
        membership.network: hospital.name
        for hospital in hospitals(world)
        for membership in hospital.memberships
        if membership.coordinator
    }
    certain = {code: network.coordinator for code, network in networks().items() if network.coordinator}
    without_row = {"EURO-NMD", "EuroBloodNet"}
    assert told == {code: name for code, name in certain.items() if code not in without_row}
    unsure = {membership.coordinator for membership in directory_of(world).by_network["CRANIO"][0].memberships[:1]}
    assert unsure == {None}


@pytest.mark.parametrize(("name", "told"), [("Centre Léon Bérard", True), ("Centre Leon Berard", False)])
def test_an_own_file_spells_a_coordinator_as_the_networks_do(
    world: World, own_file: WriteFile, name: str, told: bool
) -> None:
    own_file(HEAD, f"{name},Lyon,FR,EURACAN,")
    assert hospitals(world)[0].memberships[0].coordinator is told


def test_an_own_file_takes_the_place_of_the_default_one(world: World, own_file: WriteFile, visitor: Visitor) -> None:
    own_file(HEAD, SOUTH, NORTH, "", encoding="utf-8-sig")  # as spreadsheets write it
    assert [hospital.name for hospital in hospitals(world)] == ["Hospital of the South", "Hospital of the North"]
    assert networks_of_hospital(world, "hospital of the north", "NO") == ("BOND", "PaedCAN")
    assert "Hospital of the South" in visitor.open("/ernsd/screen/public?network=bond").text


def test_each_change_of_a_file_makes_it_read_again(world: World, own_file: WriteFile, tmp_path: Path) -> None:
    """Another time; another size at the same time; another file of the same time and size in its place."""
    file, other = own_file(HEAD, SOUTH), tmp_path / "other.csv"
    for target, city, time in ((file, "A-Town", 1), (file, "B-Town", 2), (file, "BC-Town", 2), (other, "DE-Town", 2)):
        target.write_text(f"{HEAD}\n{SOUTH.replace('Southtown', city)}\n", encoding="utf-8")
        os.utime(target, ns=(time, time))
        other.exists() and other.replace(file)
        assert [hospital.city for hospital in hospitals(world)] == [city]
        assert hospitals(world) is hospitals(world)  # an unchanged one is read once


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("BOND(A)", NATIONAL_CENTRE),
        ("BOND   ( H )", HUB),
        ("BOND (consortium)", FULL_MEMBER),
        ("as of (c) 2019", FULL_MEMBER),
    ],
)
def test_marks_are_read_in_any_case_and_with_any_blanks(
    world: World, own_file: WriteFile, note: str, kind: str
) -> None:
    own_file(HEAD, SOUTH + note)
    assert hospitals(world)[0].memberships[0].centre_type == kind


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([""], "line 1: no column hospital; begin the file with hospital,city"),
        ([HEAD.replace("city", "town"), SOUTH], "line 1: no column city"),
        ([HEAD, SOUTH, SOUTH.replace("BOND", "BONDS")], "line 3: 'BONDS' is none of the 24 networks"),
        ([HEAD, SOUTH.replace("BOND", "paedcan")], "line 2: 'paedcan' is none of the 24 networks; take a code such as"),
        ([HEAD, SOUTH + "RITA (a)"], "line 2: memberships_note tells of RITA"),
        ([HEAD, SOUTH + "OTHER (h)"], "line 2: 'OTHER' is none of the 24 networks"),
        ([HEAD, SOUTH + "BOND (x); BOND (a)"], "line 2: memberships_note has BOND (x); take (a), (h) or no mark"),
        ([HEAD, SOUTH.replace("IT", "US")], "line 2: country_code 'US' is none of the European Union or Norway; take"),
        ([HEAD, SOUTH.replace("Southtown", " ")], "line 2: city is empty; fill it in"),
        ([HEAD, SOUTH.replace("BOND", ";")], "line 2: networks names none"),
        ([HEAD, "St. John, the Elder," + SOUTH], "line 2: more cells than columns; put a name that has a comma into"),
        ([HEAD, NORTH, SOUTH, NORTH], "line 4: Hospital of the North stands in line 2 already; join them"),
        ([HEAD, f'"{SOUTH}'], "line 2: unexpected end of data; check the quotation marks"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_line_and_remedy(
    world: World, own_file: WriteFile, lines: list[str], problem: str
) -> None:
    own_file(*lines)
    with pytest.raises(Refusal) as refused:
        hospitals(world)
    assert refused.value.message().startswith(f"Please mend the file of setting cpms.directory: {problem}")
    assert "hospitals.csv" in refused.value.remedy


@pytest.mark.parametrize(("path", "problem"), [("/nowhere/own.csv", "cannot be found"), ("", "cannot be read")])
def test_a_file_that_is_not_there_or_not_utf8_is_refused(
    world: World, own_file: WriteFile, path: str, problem: str
) -> None:
    world.settings.change({"cpms.directory": path})
    with pytest.raises(Refusal, match=problem):
        hospitals(world)
    own_file(HEAD, SOUTH, NORTH.replace("Northtown", "Tübingen"), encoding="latin-1")
    with pytest.raises(Refusal, match="line 3 is not UTF-8; save the file in that encoding"):
        hospitals(world)


def test_the_page_says_what_is_wrong_with_the_file(world: World, own_file: WriteFile, visitor: Visitor) -> None:
    own_file(HEAD, SOUTH.replace("BOND", "<b>"))
    page = visitor.open("/ernsd/screen/public?hospital=south")
    assert (page.status, page.name) == (500, "error")
    assert "line 2: '<b>' is none of the 24 networks" in page.text
    assert "<b>" not in page.html.replace("&lt;b&gt;", "")


@pytest.mark.threat("The setting of the directory names a device that never ends: the pages of everybody wait")
def test_a_directory_that_is_a_device_is_refused_in_one_sentence(world: World) -> None:
    world.settings.change({"cpms.directory": "/dev/zero"})
    with pytest.raises(Refusal, match="it is a device; name a file"):
        hospitals(world)
