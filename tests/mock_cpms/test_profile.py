"""Guide, G24: Complete Profile, with the networks as tick boxes."""

import re

import pytest

from mock_cpms.access.rules import requests
from mock_cpms.profile.rules import complete_profile, profile_of, send_profile
from mock_world import World
from tests.mock_cpms.asking import refused
from tests.mock_cpms.visitor import ANSWERS, NORA, Answer, Visitor, known

PROFILE = "/screen/profile"


@pytest.fixture
def nora(world: World) -> str:
    return known(world).uid


def test_what_comes_from_eu_login_cannot_be_changed_here(visitor: Visitor, world: World) -> None:
    page = visitor.sign_in()
    assert page.value_of("email") == NORA.email
    sent = visitor.send(PROFILE, email="somebody@else.example", terms="y")
    assert sent.value_of("email") == NORA.email
    visitor.send(PROFILE, **ANSWERS, email="somebody@else.example", firstName="X")
    kept = profile_of(world, NORA.uid)
    assert kept is not None
    assert kept.answers.keys() == {"title", "phone", "country", "hospital", "role", "specialty", "terms"}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("country", "ZZ", "Please choose from “Country”."),
        ("hospital", "\u200b\u00a0", "Please fill in “Hospital”."),
        ("hospital", "x" * 201, "Please use at most 200 characters for “Hospital”."),
        ("hospital", "St. Anna\nVienna", "Please type “Hospital” anew: it holds a sign that nobody can see."),
        ("phone", "call me", "Please enter a phone number of digits, such as +44 20 7946 0123."),
        ("phone", "1234", "Please enter a phone number of digits"),
        ("phone", "1" * 31, "Please enter a phone number of digits"),
        ("phone", "٠٤٣١٢٣٤٥٦", "Please enter a phone number of digits"),
        ("role", "<b>", "Please choose from “Role”."),
        ("networks", [], "Please choose at least one network."),
        ("networks", ["PaedCAN", "NOPE"], "Choose one of the 24 networks: NOPE is none of them."),
        ("terms", [], "Please tick “I agree to the terms of use of this mock” to go on."),
    ],
)
def test_a_wrong_answer_is_told_at_its_field_and_the_others_are_kept(
    visitor: Visitor, field: str, value: Answer, message: str
) -> None:
    visitor.sign_in()
    page = visitor.send(PROFILE, **ANSWERS | {"title": "Dr", "specialty": "<b>x</b>", field: value})
    assert page.name == "complete-profile"
    assert f'id="{field}-error">{message}' in page.html
    assert f'href="#{field}"' in page.html
    assert '<option selected value="Dr">' in page.html
    assert "<b>" not in page.html


def test_all_that_is_wrong_is_said_at_once(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    page = visitor.send(PROFILE, phone="x")
    wrong = ["phone", "country", "hospital", "role", "specialty", "networks", "terms"]
    assert re.findall(r'id="(\w+)-error"', page.html) == wrong
    assert re.findall(r'<li><a href="#(\w+)">', page.html) == wrong
    assert profile_of(world, NORA.uid) is None


@pytest.mark.parametrize("phone", ["+43 (1) 404/70-0", "1" * 30, "12345"])
def test_what_people_write_is_taken_as_it_is(visitor: Visitor, world: World, phone: str) -> None:
    typed = {"phone": phone, "specialty": "<b>Rare</b> & детская онкология, 小児科", "hospital": "x" * 200}
    visitor.sign_in()
    sent = ANSWERS | {field: f" {value}\r\n" for field, value in typed.items()}
    assert visitor.send(PROFILE, **sent).name == "access-request"
    kept = profile_of(world, NORA.uid)
    assert kept is not None
    assert {field: kept.answers[field] for field in typed} == typed


@pytest.mark.parametrize(
    ("answers", "code", "expected", "got", "remedy"),
    [
        ({"role": ""}, "profile.no_choice", "one of the options of field role", "nothing", "take an option"),
        ({"role": "King" * 30}, "profile.no_choice", "field role", f"'{'King' * 15}...'", "by its code, such as AT"),
        ({"specialty": ""}, "profile.missing", "the mandatory field specialty", "nothing", "make it optional"),
        ({"specialty": "x" * 201}, "profile.too_long", "at most 200 characters", "201 characters", "shorten"),
        ({"specialty": "\x07."}, "profile.control_character", "field specialty", "U+0007", "leave out line breaks"),
        ({"phone": "x"}, "profile.no_number", "5 to 30 digits in field phone", "'x'", "as one dials it"),
        ({"terms": "maybe"}, "profile.not_ticked", "the mandatory box terms ticked", "'maybe'", "tick it"),
    ],
)
def test_the_rule_holds_without_the_page_and_explains_itself(
    world: World, nora: str, answers: dict[str, str], code: str, expected: str, got: str, remedy: str
) -> None:
    right = {name: str(value) for name, value in ANSWERS.items() if name != "networks"} | {"terms": "yes"}
    (refusal,) = send_profile(world, nora, networks=["PaedCAN"], answers=right | answers)
    assert refusal.code == code
    assert expected in refusal.expected
    assert refusal.got == got
    assert remedy in refusal.remedy
    assert send_profile(world, nora, networks=["PaedCAN"], answers=right) == []


@pytest.mark.parametrize(
    ("networks", "answers", "code", "words"),
    [
        ([], {}, "profile.no_network", "Please choose at least one network."),
        (["NOPE"], {}, "network.unknown", "NOPE is none of them"),
        (["RITA"], {"country": "at"}, "profile.country_unknown", "choose a country from the list: at is none"),
        (["RITA"], {"anything": "x" * 2001}, "profile.too_long", "at most 2000 characters"),
        (["RITA"], {"anything": "a\0"}, "profile.control_character", "a sign that nobody can see"),
    ],
)
def test_what_no_form_takes_is_refused_to_every_caller(
    world: World, nora: str, networks: list[str], answers: dict[str, str], code: str, words: str
) -> None:
    with refused(code, words):
        complete_profile(world, nora, networks=networks, **answers)
    complete_profile(world, nora, networks=["RITA"], country="AT", anything="x" * 2000)


# Editing later.


def test_a_request_stays_when_its_network_is_unticked_and_the_page_says_so(visitor: Visitor, world: World) -> None:
    visitor.ask_for_access("PaedCAN", "RITA")
    page = visitor.open(PROFILE)
    assert page.state == "editing"
    assert "Your profile is complete. What you change here, the helpdesks of your networks see at once" in page.text
    assert "You asked for access already: PaedCAN, RITA. If you untick such a network, your request" in page.text
    page = visitor.send(PROFILE, **ANSWERS | {"networks": ["RITA", "BOND"]})
    assert page.name == "access-request"
    assert "Your request stays with PaedCAN: withdraw it on the page of your requests if you want." in page.text
    states = {asked.network: asked.state for asked in requests(world, uid=NORA.uid)}
    assert states == {"PaedCAN": "submitted", "RITA": "submitted", "BOND": "draft"}
    assert "Your request stays" not in visitor.send(PROFILE, **ANSWERS | {"networks": ["RITA"]}).text
    assert [asked.network for asked in requests(world, uid=NORA.uid)] == ["PaedCAN", "RITA"]
