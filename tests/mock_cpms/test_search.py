"""Guide, G28: is my hospital a member of a network?"""

import html
import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_cpms.countries import CODES
from mock_cpms.networks import networks
from mock_cpms.search.checks import wrong_search
from mock_cpms.search.directory import hospitals
from mock_cpms.search.finding import Wanted, search
from mock_cpms.search.spelling import find_networks
from mock_cpms.search.suggesting import suggestions
from mock_world import World
from tests.mock_cpms.visitor import Page, Visitor

SEARCH = "/ernsd/screen/public"


def state_of(page: Page) -> str:
    (state,) = re.findall(r'data-page="search" data-state="(.*?)"', page.html)
    return str(state)


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
    assert name in [hospital.name for hospital in search(world, Wanted(hospital=words))]


def test_all_fields_must_fit(world: World) -> None:
    found = search(world, Wanted(network="PaedCAN", country="AT", hospital="vienna"))
    assert [hospital.name for hospital in found] == ["St. Anna Children's Hospital / CCRI"]
    assert search(world, Wanted(network="PaedCAN", country="NO")) == []


@pytest.mark.parametrize("signs", ["-", " ", "...", "ERN-"])
def test_signs_alone_mean_no_network_and_are_as_good_as_an_empty_field(world: World, signs: str) -> None:
    assert find_networks(signs) == []
    assert search(world, Wanted(network=signs, country="AT")) == search(world, Wanted(country="AT"))


@pytest.mark.parametrize("query", ["", "?npage=ern_portal.html"])
def test_the_page_opens_with_nothing_searched_yet(visitor: Visitor, query: str) -> None:
    page = visitor.open(SEARCH + query)
    assert (page.status, page.name) == (200, "search")
    assert "Not listed here" not in page.text


def test_the_page_shows_hospital_city_country_and_networks(visitor: Visitor) -> None:
    page = visitor.open(f"{SEARCH}?network=paed+can&country=AT&hospital=")
    assert "1 hospital Austria St. Anna Children's Hospital / CCRI Vienna Full Member PaedCAN" in page.text
    assert re.search(r">PaedCAN\W+coordinator<", page.html)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ern paed can", "PaedCAN"),
        ("ERN-PaedCan", "PaedCAN"),
        ("  ern_PAED-CAN ", "PaedCAN"),
        ("paedcan ern", "PaedCAN"),
        ("ern transplant-child", "TRANSPLANTCHILD"),
        ("Guard Heart", "GUARD-HEART"),
        ("ern endo", "Endo-ERN"),
    ],
)
def test_a_network_is_found_in_any_mixture_of_case_blanks_hyphens_and_ern(typed: str, code: str) -> None:
    assert [found.code for found in find_networks(typed)] == [code]


@pytest.mark.parametrize(
    ("typed", "city"),
    [
        ("Tuebingen", "Tübingen"),
        ("TÜBINGEN", "Tübingen"),
        ("Tu\N{COMBINING DIAERESIS}bingen", "Tübingen"),
        ("Mun", "Munich"),
        ("München", "Munich"),
        ("muenchen", "Munich"),
        ("Wien", "Vienna"),
        ("Αθήνα", "Athens"),
        ("goteborg", "Gothenburg"),
        ("Goeteborg", "Gothenburg"),
        ("kobenhavn", "Copenhagen"),
        ("Aabo", "Turku"),
        ("koebenhavn", "Copenhagen"),
        ("Gemelli - Rome", "Rome"),
    ],
)
def test_a_city_is_found_by_other_spellings_and_its_own_name(world: World, typed: str, city: str) -> None:
    assert city in [hospital.city for hospital in search(world, Wanted(hospital=typed))]


def test_ern_alone_means_any_network(world: World) -> None:
    for typed in ("ern", "ERN", " ern "):
        assert search(world, Wanted(network=typed)) == list(hospitals(world))


def test_several_networks_that_may_be_meant_are_all_searched(world: World) -> None:
    codes = {network.code for network in find_networks("euro")}
    assert codes == {"EURO-NMD", "EuroBloodNet", "eUROGEN"}
    found = search(world, Wanted(network="euro"))
    assert found == [hospital for hospital in hospitals(world) if codes & {*hospital.networks}]


@pytest.mark.parametrize(
    "query",
    [
        "hospital=" + "a" * 201,
        "network=" + "ä" * 201,
        "hospital=" + "x" * 10_000,
    ],
)
def test_a_text_too_long_is_told_at_its_field_and_kept(visitor: Visitor, query: str) -> None:
    page = visitor.open(f"{SEARCH}?{query}")
    name, _, text = query.partition("=")
    assert (page.status, page.name, state_of(page)) == (200, "search", "ready")
    assert f"Please use at most 200 characters for “{name.capitalize()}”." in page.text
    assert f'id="{name}-error"' in page.html
    assert page.value_of(name) == text
    assert "hospitals" not in page.text


def test_the_longest_text_is_searched(visitor: Visitor) -> None:
    assert state_of(visitor.open(f"{SEARCH}?hospital={'a' * 200}")) == "nothing-found"


@pytest.mark.parametrize(
    ("query", "all_of_them"),
    [
        ("hospital=", True),
        ("network=ERN&country=&hospital=+-+", True),
        ("country=AT", False),
        ("network=PaedCAN", False),
        ("hospital=vienna&network=-", False),
    ],
)
def test_who_searches_for_nothing_is_told_so(visitor: Visitor, query: str, all_of_them: bool) -> None:
    page = visitor.open(f"{SEARCH}?{query}")
    assert state_of(page) == "found"
    assert ("All hospitals: nothing was searched for." in page.text) == all_of_them


@pytest.mark.parametrize(
    ("wanted", "code", "expected", "got", "remedy"),
    [
        ({"network": "x" * 201}, "search.too_long", "at most 200 characters in network", "201 characters", "shorten"),
        ({"hospital": "x" * 999}, "search.too_long", "at most 200 characters in hospital", "999 characters", "shorten"),
        ({"country": "X" * 99}, "search.country_unknown", "such as AT", f"'{'X' * 60}'", "take one of AT, BE"),
    ],
)
def test_a_search_that_cannot_be_made_explains_itself(
    world: World, wanted: dict[str, str], code: str, expected: str, got: str, remedy: str
) -> None:
    (refusal,) = wrong_search(world, Wanted(**wanted))
    assert (refusal.code, refusal.field, refusal.got) == (code, *wanted, got)
    assert expected in refusal.expected
    assert remedy in refusal.remedy
    assert world.journal.events(types=[code])
    assert wrong_search(world, Wanted("x" * 200, "AT", "x" * 200)) == []


@pytest.mark.parametrize("code", ["XX", "Austria", "<b>", "A" * 10_000])
def test_a_country_of_no_list_is_told_at_its_field(visitor: Visitor, code: str) -> None:
    page = visitor.open(f"{SEARCH}?country={code}&hospital=vienna")
    assert state_of(page) == "ready"
    assert "Please choose a country from the list." in page.text
    assert page.value_of("hospital") == "vienna"


def test_a_country_is_known_in_small_letters_too(visitor: Visitor) -> None:
    page = visitor.open(f"{SEARCH}?country=at")
    assert state_of(page) == "found"
    assert '<option selected value="AT">' in page.html


@pytest.mark.parametrize("typed", ["<b>bold</b>", '"><script>', "{{ 7*7 }}", "%00", "Νοσοκομείο", "Болница"])
def test_whatever_is_typed_stands_in_its_field_and_nowhere_else(visitor: Visitor, typed: str) -> None:
    page = visitor.open(f"{SEARCH}?hospital={quote(typed)}&network={quote(typed)}")
    assert (page.status, state_of(page)) == (200, "nothing-found")
    assert page.value_of("hospital") == typed
    assert typed not in page.text


@pytest.mark.parametrize("typed", ["Болница", "Νοσοκομείο"])
def test_who_types_other_letters_is_told_which_ones_are_used(visitor: Visitor, typed: str) -> None:
    assert "Names are written in Latin letters here" in visitor.open(f"{SEARCH}?hospital={typed}").text
    assert "Latin letters" not in visitor.open(f"{SEARCH}?hospital=Büllerbü").text


def test_a_long_result_comes_in_pages_of_25(visitor: Visitor) -> None:
    first, second, last = (visitor.open(f"{SEARCH}?hospital=&page={number}") for number in (1, 2, 4))
    assert "92 hospitals 1 to 25, page 1 of 4" in first.text
    assert "26 to 50, page 2 of 4" in second.text
    assert "76 to 92, page 4 of 4" in last.text
    assert ["Previous page" in page.text for page in (first, second, last)] == [False, True, True]
    assert ["Next page" in page.text for page in (first, second, last)] == [True, True, False]
    assert re.search(r'rel="next" href="[^"]*/ernsd/screen/public\?hospital=&amp;page=3"', second.html)


def test_pages_together_show_each_hospital_once_by_country_as_read(world: World, visitor: Visitor) -> None:
    pages = [visitor.open(f"{SEARCH}?hospital=&page={number}").html for number in range(1, 5)]
    names = [html.unescape(name) for page in pages for name in re.findall(r"<li><strong>(.*?)</strong>", page)]
    assert sorted(names) == sorted(hospital.name for hospital in hospitals(world))
    countries = list(dict.fromkeys(name for page in pages for name in re.findall(r"<h3>(.*?)</h3>", page)))
    assert countries == sorted(countries)


@pytest.mark.parametrize(("page", "shown"), [("0", 1), ("-1", 1), ("x", 1), ("", 1), ("5", 4), ("9" * 9999, 1)])
def test_a_page_that_is_none_is_the_nearest_one(visitor: Visitor, page: str, shown: int) -> None:
    assert f"page {shown} of 4" in visitor.open(f"{SEARCH}?hospital=&page={page}").text


def test_a_result_of_one_page_has_no_pages(visitor: Visitor) -> None:
    page = visitor.open(f"{SEARCH}?hospital=vienna&page=7")
    assert state_of(page) == "found"
    assert "Next page" not in page.text
    assert "of 1" not in page.text


def test_a_result_says_what_to_do_now(visitor: Visitor) -> None:
    page = visitor.open(f"{SEARCH}?hospital=vienna")
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
        ({"hospital": "Motol", "network": "RITA"}, [({"hospital": "Motol"}, 1), ({"network": "RITA"}, 1)]),
        ({"hospital": "qqqqq", "country": "NO"}, [({"country": "NO"}, 2)]),
        ({"hospital": "qqqqq"}, []),
        ({"network": "..."}, []),
    ],
)
def test_other_searches_that_find_something_are_proposed(
    world: World, typed: dict[str, str], near: list[tuple[dict[str, str], int]]
) -> None:
    found = {suggestion.wanted: suggestion.count for suggestion in suggestions(world, Wanted(**typed))}
    assert {Wanted(**other): count for other, count in near}.items() <= found.items()
    assert (found == {}) == (near == [])


@given(st.builds(Wanted, st.text(max_size=60), st.sampled_from(["", *CODES]), st.text(max_size=60)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_typed_a_proposal_finds_what_it_says(world: World, wanted: Wanted) -> None:
    near = suggestions(world, wanted)
    assert len(near) <= 5
    assert all(len(search(world, suggestion.wanted)) == suggestion.count > 0 for suggestion in near)


def test_a_proposal_is_a_link_that_finds_it(visitor: Visitor) -> None:
    page = visitor.open(f"{SEARCH}?hospital=Tubbingen&country=AT")
    assert state_of(page) == "nothing-found"
    (address,) = re.findall(r'class="suggestion" href="[^"]*(/ernsd/.*?)">Tübingen, any country</a>', page.html)
    assert "University Hospital Tübingen" in visitor.open(html.unescape(address)).text


def test_an_empty_result_tells_whom_to_ask(visitor: Visitor) -> None:
    unknown = visitor.open(f"{SEARCH}?hospital=Invented+Clinic")
    assert "Whom you can ask" in unknown.text
    assert "The helpdesk of the network whose patients you see." in unknown.text
    known = visitor.open(f"{SEARCH}?hospital=Invented+Clinic&network=ern+paedcan")
    assert "ERN PaedCan Helpdesk, cpms-helpdesk@paedcan.ern.example" in known.text
