"""Complete Profile: the country narrows the hospitals, and the hospital's networks are proposed first."""

import html
import json
import re
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from mock_cpms.networks import networks
from mock_cpms.profile.hospital import hospitals_in, look_up
from mock_cpms.search.directory import hospitals
from mock_world import World
from mock_world.fixtures import stamp
from tests.mock_cpms.visitor import Page, Visitor

PROFILE = "/screen/profile"
VIENNA = "St. Anna Children's Hospital / CCRI"


def offered(page: Page) -> list[str]:
    (suggestions,) = re.findall(r'<datalist id="known-hospitals">(.*?)</datalist>', page.html)
    return [html.unescape(name) for name in re.findall(r'<option value="([^"]*)">', suggestions)]


def groups(page: Page) -> list[list[str]]:
    """Codes of the boxes that are proposed, and of the others."""
    lists = re.findall(r'data-networks="\w+">(.*?)</ul>', page.html, re.DOTALL)
    return [re.findall(r'id="networks-([^"]+)"', found) for found in lists]


def case(page: Page) -> list[str]:
    """What is said of the hospital."""
    return re.findall(r'<p data-case="(\w+)">', page.html)


def data(visitor: Visitor, query: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(visitor.open(f"{PROFILE}/hospitals?{query}").html)
    return found


def narrowed(visitor: Visitor, **typed: str | list[str]) -> Page:
    return visitor.send(PROFILE, show_hospitals="yes", **typed)


def test_the_button_shows_the_hospitals_of_the_country_and_keeps_what_was_typed(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    page = narrowed(visitor, country="AT", specialty="<b>x", phone="wrong", networks=["RITA"], terms="y")
    assert VIENNA in offered(page)
    assert offered(page) == [hospital.name for hospital in hospitals(world) if hospital.country == "AT"]
    assert html.unescape(page.value_of("specialty")) == "<b>x"
    assert page.value_of("phone") == "wrong"
    assert 'value="RITA" checked' in page.html
    assert "Please check" not in page.text


ELSEWHERE = f"“{VIENNA}” is listed in another country: Austria. Please check both; nothing was deleted."
UNLISTED = "This hospital is not in our list, which does not mean that it is in no network."


@pytest.mark.parametrize(
    ("hospital", "country", "said", "words"),
    [
        ("  ", "AT", [], ""),
        (VIENNA, "", ["found"], ""),
        ("st anna childrens hospital", "AT", ["found"], ""),
        (VIENNA, "DE", ["elsewhere"], ELSEWHERE),
        ("<b>", "AT", ["unlisted"], UNLISTED),
    ],
)
def test_the_page_says_what_it_knows_of_the_hospital(
    visitor: Visitor, hospital: str, country: str, said: list[str], words: str
) -> None:
    visitor.sign_in()
    page = narrowed(visitor, hospital=hospital, country=country)
    assert case(page) == said
    assert words in page.text
    assert html.unescape(page.value_of("hospital")) == hospital
    assert re.search(r'<a href="[^"]*/ernsd/screen/public" target="_blank"', page.html)


def test_its_networks_come_first_each_group_in_the_order_of_the_file(visitor: Visitor) -> None:
    order, page = list(networks()), visitor.sign_in()
    assert groups(page) == [[], order]
    assert re.search(r'class="proposed"[^>]* hidden>', page.html)
    page = narrowed(visitor, hospital="Erasmus MC", country="NL", networks=["BOND", "RITA"])
    proposed, others = groups(page)
    assert len(proposed) > 5
    assert proposed == [code for code in order if code in proposed]
    assert others == [code for code in order if code not in proposed]
    ticked = re.findall(r'id="networks-([^"]+)" value="[^"]+" checked', page.html)
    assert sorted(ticked) == ["BOND", "RITA"]


def test_the_script_gets_the_same_as_data(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    found = data(visitor, "country=AT&hospital=st+anna+childrens+hospital")
    assert {"name": VIENNA, "city": "Vienna"} in found["hospitals"]
    assert len(found["hospitals"]) == len(hospitals_in(world, "AT"))
    assert (found["case"], found["networks"], found["elsewhere"]) == ("found", ["PaedCAN"], "")
    nothing = data(visitor, "country=ZZ&hospital=%00")
    assert nothing == {"hospitals": [], "case": "unlisted", "networks": [], "elsewhere": ""}


@pytest.fixture
def large(world: World, tmp_path: Path) -> World:
    """As many hospitals as the real directory has (facts, CPMS 10), all invented."""
    rows = [f"Hospital {number},City {number},{'AT' if number % 2 else 'DE'},PaedCAN," for number in range(1600)]
    file = tmp_path / "large.csv"
    file.write_text("\n".join(["hospital,city,country_code,networks,memberships_note", *rows]))
    world.settings.change({"cpms.directory": str(file)})
    return world


def test_many_hospitals_are_all_offered_or_those_of_the_country(visitor: Visitor, large: World) -> None:
    assert len(offered(visitor.sign_in())) == 1600
    assert len(offered(narrowed(visitor, country="DE"))) == 800
    assert look_up(large, "hospital 1599", "AT").networks == ("PaedCAN",)


@pytest.mark.parametrize("name", ["Hospital 7", "Hospital of Nowhere"])
def test_a_look_up_asks_the_directory_once(large: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    asked = Mock(wraps=stamp)
    monkeypatch.setattr("mock_cpms.search.directory.stamp", asked)
    look_up(large, name, "FR")
    asked.assert_called_once()
