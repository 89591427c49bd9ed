"""Guide, G28: is my hospital a member of a network?"""

import pytest

from mock_cpms.networks import networks
from mock_cpms.search.directory import hospitals
from mock_cpms.search.finding import search
from mock_cpms.search.spelling import find_networks
from mock_world import World
from tests.mock_cpms.visitor import Visitor

SEARCH = "/ernsd/screen/public"


@pytest.mark.parametrize("code", networks())
def test_each_network_is_found_by_code_and_name(code: str) -> None:
    for spelling in (code, networks()[code].name, code.lower().replace("-", " "), f"ERN {code}"):
        assert [found.code for found in find_networks(spelling)] == [code]


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("ern skin", "ERN-SKIN"),
        ("Lung", "ERN-LUNG"),
        ("PaedCan-ERN", "PaedCAN"),
        ("transplant child", "TRANSPLANTCHILD"),
        ("paediatric cancer", "PaedCAN"),
    ],
)
def test_a_network_is_found_by_other_spellings(spelling: str, code: str) -> None:
    assert [found.code for found in find_networks(spelling)] == [code]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("tubingen", "University Hospital Tübingen"),
        ("hospital TÜBINGEN", "University Hospital Tübingen"),
        ("santjoan", "Sant Joan de Déu Barcelona Children's Hospital"),
        ("Stradins", "Pauls Stradiņš Clinical University Hospital"),
        ("st anna", "St. Anna Children's Hospital / CCRI"),
    ],
)
def test_a_hospital_is_found_without_accents_case_and_signs(world: World, words: str, name: str) -> None:
    assert name in [hospital.name for hospital in search(world, hospital=words)]


def test_all_fields_must_fit(world: World) -> None:
    found = search(world, network="PaedCAN", country="AT", hospital="vienna")
    assert [hospital.name for hospital in found] == ["St. Anna Children's Hospital / CCRI"]
    assert search(world, network="PaedCAN", country="NO") == []


@pytest.mark.parametrize("signs", ["-", " ", "...", "ERN-"])
def test_signs_alone_mean_no_network_and_are_as_good_as_an_empty_field(world: World, signs: str) -> None:
    assert find_networks(signs) == []
    assert search(world, network=signs, country="AT") == search(world, country="AT")


@pytest.mark.parametrize("query", ["", "?npage=ern_portal.html"])
def test_the_page_opens_with_nothing_searched_yet(visitor: Visitor, query: str) -> None:
    page = visitor.open(SEARCH + query)
    assert (page.status, page.name) == (200, "search")
    assert "Not listed here" not in page.text


def test_the_page_shows_hospital_city_country_and_networks(visitor: Visitor) -> None:
    page = visitor.open(f"{SEARCH}?network=paed+can&country=AT&hospital=")
    for words in ("1 hospital", "St. Anna Children's Hospital / CCRI", "Vienna, Austria", "PaedCAN"):
        assert words in page.text


def test_searching_for_nothing_lists_all(world: World, visitor: Visitor) -> None:
    page = visitor.open(f"{SEARCH}?network=&country=&hospital=")
    assert f"{len(hospitals(world))} hospitals" in page.text


def test_an_empty_result_does_not_say_no(visitor: Visitor) -> None:
    page = visitor.open(f"{SEARCH}?hospital=Invented+Clinic")
    assert "No hospital found" in page.text
    assert "Try a shorter part of the name" in page.text
    assert "Not listed here does not mean not a member" in page.text
