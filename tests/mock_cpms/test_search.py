"""Guide, G28: is my hospital a member of a network?"""

import html
import re
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_cpms.countries import CODES
from mock_cpms.networks import networks
from mock_cpms.search.checks import wrong_search
from mock_cpms.search.directory import hospitals
from mock_cpms.search.finding import SearchCriteria, search
from mock_cpms.search.spelling import find_networks
from mock_cpms.search.suggestions import suggestions
from mock_world import World
from tests.mock_cpms.visitor import Visitor

SEARCH = "/ernsd/screen/public"


def test_each_network_is_found_by_code_and_name() -> None:
    for code, network in networks().items():
        for spelling in (code, network.name, code.lower().replace("-", " "), f"ERN {code}"):
            assert [found.code for found in find_networks(spelling)] == [code]


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Lung", "ERN-LUNG"),
        ("paediatric cancer", "PaedCAN"),
        ("  ern_PAED-CAN ", "PaedCAN"),
        ("PaedCan-ERN", "PaedCAN"),
        ("ern transplant-child", "TRANSPLANTCHILD"),
        ("Guard Heart", "GUARD-HEART"),
        ("ern endo", "Endo-ERN"),
    ],
)
def test_a_network_is_found_by_other_spellings(spelling: str, code: str) -> None:
    assert [found.code for found in find_networks(spelling)] == [code]


def test_all_fields_must_fit(world: World) -> None:
    found = search(world, SearchCriteria(network="PaedCAN", country="AT", hospital="vienna"))
    assert [hospital.name for hospital in found] == ["St. Anna Children's Hospital / CCRI"]
    assert search(world, SearchCriteria(network="PaedCAN", country="NO")) == []


@pytest.mark.parametrize("typed", ["-", " ERN ", "ERN-"])
def test_signs_or_ern_alone_mean_no_network_and_are_as_good_as_an_empty_field(world: World, typed: str) -> None:
    assert find_networks(typed) == []
    assert search(world, SearchCriteria(network=typed, country="AT")) == search(world, SearchCriteria(country="AT"))
    assert search(world, SearchCriteria(network=typed)) == list(hospitals(world))


def test_the_page_shows_hospital_city_country_and_networks(visitor: Visitor) -> None:
    page = visitor.open(f"{SEARCH}?network=paed+can&country=AT&hospital=")
    assert "1 hospital Austria St. Anna Children's Hospital / CCRI Vienna Full Member PaedCAN" in page.text
    assert re.search(r">PaedCAN\W+coordinator<", page.html)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("hospital TUEBINGEN", "University Hospital Tübingen, Tübingen"),
        ("Tu\N{COMBINING DIAERESIS}bingen", "University Hospital Tübingen, Tübingen"),
        ("santjoan", "Sant Joan de Déu Barcelona Children's Hospital"),
        ("Stradins", "Pauls Stradiņš Clinical University Hospital"),
        ("st anna", "St. Anna Children's Hospital / CCRI"),
        ("Mun", ", Munich"),
        ("muenchen", ", Munich"),
        ("Wien", ", Vienna"),
        ("Αθήνα", ", Athens"),
        ("goteborg", ", Gothenburg"),
        ("koebenhavn", ", Copenhagen"),
        ("Aabo", ", Turku"),
        ("Gemelli - Rome", ", Rome"),
    ],
)
def test_hospital_and_city_are_found_by_other_spellings(world: World, typed: str, found: str) -> None:
    assert any(found in f"{one.name}, {one.city}" for one in search(world, SearchCriteria(hospital=typed)))


def test_several_networks_that_may_be_meant_are_all_searched(world: World) -> None:
    codes = {network.code for network in find_networks("euro")}
    assert codes == {"EURO-NMD", "EuroBloodNet", "eUROGEN"}
    found = search(world, SearchCriteria(network="euro"))
    assert found == [hospital for hospital in hospitals(world) if codes & {*hospital.networks}]


@pytest.mark.parametrize(
    ("query", "state", "all_of_them"),
    [
        ("npage=ern_portal.html", "ready", False),
        ("network=ERN&country=&hospital=+-+", "found", True),
        ("network=PaedCAN", "found", False),
        ("hospital=vienna&network=-", "found", False),
    ],
)
def test_who_searches_for_nothing_is_told_so(visitor: Visitor, query: str, state: str, *, all_of_them: bool) -> None:
    page = visitor.open(f"{SEARCH}?{query}")
    assert page.state == state
    assert ("All hospitals: nothing was searched for." in page.text) == all_of_them


@pytest.mark.parametrize(
    ("wanted", "code", "words", "expected", "got", "remedy"),
    [
        (
            {"network": "x" * 201},
            "search.too_long",
            "Please use at most 200 characters for “Network”.",
            "at most 200 characters in network",
            "201 characters",
            "shorten",
        ),
        (
            {"hospital": "x" * 999},
            "search.too_long",
            "Please use at most 200 characters for “Hospital”.",
            "at most 200 characters in hospital",
            "999 characters",
            "shorten",
        ),
        (
            {"country": "X" * 99},
            "search.country_unknown",
            "Please choose a country from the list.",
            "such as AT",
            f"'{'X' * 60}'",
            "take one of AT, BE",
        ),
    ],
)
def test_a_search_that_cannot_be_made_explains_itself_at_its_field(
    world: World, visitor: Visitor, wanted: dict[str, str], code: str, words: str, expected: str, got: str, remedy: str
) -> None:
    (refusal,) = wrong_search(world, SearchCriteria(**wanted))
    assert (refusal.code, refusal.field, refusal.got) == (code, *wanted, got)
    assert expected in refusal.expected
    assert remedy in refusal.remedy
    assert world.journal.events(types=[code])
    assert wrong_search(world, SearchCriteria("x" * 200, "AT", "x" * 200)) == []
    page = visitor.open(f"{SEARCH}?{urlencode({'hospital': 'vienna'} | wanted)}")
    assert (page.status, page.state) == (200, "ready")
    assert f'id="{refusal.field}-error">{words}' in page.html
    assert page.value_of("hospital") == wanted.get("hospital", "vienna")
    assert "hospitals" not in page.text


@pytest.mark.parametrize(("typed", "latin"), [('<b>"><script>{{ 7*7 }} %00', True), ("Νοσοκομείο", False)])
def test_whatever_is_typed_stands_in_its_field_and_nowhere_else(visitor: Visitor, typed: str, *, latin: bool) -> None:
    page = visitor.open(f"{SEARCH}?hospital={quote(typed)}&network={quote(typed)}")
    assert (page.status, page.state) == (200, "nothing-found")
    assert page.value_of("hospital") == typed
    assert typed not in page.text
    assert ("Names are written in Latin letters here" in page.text) == (not latin)


def test_a_long_result_comes_in_pages_of_25_with_each_hospital_once_by_country(world: World, visitor: Visitor) -> None:
    pages = [visitor.open(f"{SEARCH}?hospital=&page={number}") for number in (1, 2, 3, 4)]
    assert "92 hospitals 1 to 25, page 1 of 4" in pages[0].text
    assert "26 to 50, page 2 of 4" in pages[1].text
    assert "76 to 92, page 4 of 4" in pages[3].text
    assert ["Previous page" in page.text for page in pages] == [False, True, True, True]
    assert ["Next page" in page.text for page in pages] == [True, True, True, False]
    assert re.search(r'rel="next" href="[^"]*/ernsd/screen/public\?hospital=&amp;page=3"', pages[1].html)
    names = [html.unescape(name) for page in pages for name in re.findall(r"<li><strong>(.*?)</strong>", page.html)]
    assert sorted(names) == sorted(hospital.name for hospital in hospitals(world))
    countries = list(dict.fromkeys(name for page in pages for name in re.findall(r"<h3>(.*?)</h3>", page.html)))
    assert countries == sorted(countries)


@pytest.mark.parametrize(("page", "shown"), [("0", 1), ("-1", 1), ("x", 1), ("5", 4), ("9" * 9999, 1)])
def test_a_page_that_is_none_is_the_nearest_one(visitor: Visitor, page: str, shown: int) -> None:
    assert f"page {shown} of 4" in visitor.open(f"{SEARCH}?hospital=&page={page}").text


def test_a_result_says_what_to_do_now(visitor: Visitor) -> None:
    page = visitor.open(f"{SEARCH}?hospital=vienna&country=at&page=7")
    assert page.state == "found"
    assert '<option selected value="AT">' in page.html
    assert "Next page" not in page.text
    assert "of 1" not in page.text
    assert "Is your hospital among them? Sign in to CPMS 2.0 with EU Login" in page.text
    assert re.search(r'/screen/home">Go to CPMS 2.0</a>', page.html)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ({"hospital": "Tubbingen"}, [({"hospital": "Tübingen"}, 1)]),
        ({"hospital": "Motl Univrsity"}, [({"hospital": "Motol University"}, 1)]),
        ({"network": "paedcann", "country": "AT"}, [({"network": "PaedCAN", "country": "AT"}, 1)]),
        ({"network": "RITA", "country": "NO"}, [({"network": "RITA"}, 1), ({"country": "NO"}, 2)]),
        ({"hospital": "Motol Klinikum"}, [({"hospital": "Motol"}, 1), ({"hospital": "Klinikum"}, 1)]),
        ({"hospital": "qqqqq", "country": "NO"}, [({"country": "NO"}, 2)]),
        ({"hospital": "qqqqq"}, []),
        ({"network": "..."}, []),
    ],
)
def test_other_searches_that_find_something_are_proposed(
    world: World, typed: dict[str, str], near: list[tuple[dict[str, str], int]]
) -> None:
    found = {suggestion.criteria: suggestion.count for suggestion in suggestions(world, SearchCriteria(**typed))}
    assert {SearchCriteria(**other): count for other, count in near}.items() <= found.items()
    assert (found == {}) == (near == [])


@given(st.builds(SearchCriteria, st.text(max_size=60), st.sampled_from(["", *CODES]), st.text(max_size=60)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_typed_a_proposal_finds_what_it_says(world: World, wanted: SearchCriteria) -> None:
    near = suggestions(world, wanted)
    assert len(near) <= 5
    assert all(len(search(world, suggestion.criteria)) == suggestion.count > 0 for suggestion in near)


def test_a_proposal_is_a_link_that_finds_it(visitor: Visitor) -> None:
    page = visitor.open(f"{SEARCH}?hospital=Tubbingen&country=AT")
    assert page.state == "nothing-found"
    (address,) = re.findall(r'class="suggestion" href="[^"]*(/ernsd/.*?)">Tübingen, any country</a>', page.html)
    assert "University Hospital Tübingen" in visitor.open(html.unescape(address)).text


def test_an_empty_result_tells_whom_to_ask(visitor: Visitor) -> None:
    unknown = visitor.open(f"{SEARCH}?hospital=Invented+Clinic")
    assert "Whom you can ask" in unknown.text
    assert "The helpdesk of the network whose patients you see." in unknown.text
    known = visitor.open(f"{SEARCH}?hospital=Invented+Clinic&network=ern+paedcan")
    assert "ERN PaedCan Helpdesk, cpms-helpdesk@paedcan.ern.example" in known.text
