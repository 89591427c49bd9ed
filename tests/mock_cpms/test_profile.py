"""Guide, G24: Complete Profile, with the networks as tick boxes."""

import re

import pytest

from mock_cpms.access.rules import requests
from mock_cpms.networks import networks
from mock_cpms.people import know_person
from mock_cpms.profile.rules import complete_profile, profile_of, send_profile
from mock_world import Refusal, World
from tests.mock_cpms.visitor import ANSWERS, NORA, Answer, Visitor

PROFILE = "/screen/profile"


@pytest.fixture
def nora(world: World) -> str:
    return know_person(world, uid=NORA.uid, email=NORA.email, first_name="Nora", last_name="Lind").uid


def test_the_page_has_a_box_for_each_of_the_24_networks(visitor: Visitor) -> None:
    page = visitor.sign_in()
    assert len(networks()) == 24
    for code in networks():
        assert f'name="networks" id="networks-{code}" value="{code}"' in page.html


def test_what_comes_from_eu_login_cannot_be_changed_here(visitor: Visitor, world: World) -> None:
    page = visitor.sign_in()
    assert page.value_of("email") == NORA.email
    sent = visitor.send(PROFILE, email="somebody@else.example", terms="y")
    assert sent.value_of("email") == NORA.email
    visitor.send(PROFILE, **ANSWERS, email="somebody@else.example", firstName="X")
    kept = profile_of(world, NORA.uid)
    assert kept is not None
    assert kept.answers.keys() == {"title", "phone", "country", "hospital", "role", "specialty", "terms"}


def test_a_complete_profile_leads_to_the_request(visitor: Visitor) -> None:
    visitor.sign_in()
    assert visitor.send(PROFILE, **ANSWERS).name == "access-request"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("country", "", "Please choose from “Country”."),
        ("country", "ZZ", "Please choose from “Country”."),
        ("hospital", " ", "Please fill in “Hospital”."),
        ("hospital", "x" * 201, "Please use at most 200 characters for “Hospital”."),
        ("hospital", "\u200b\u00a0", "Please fill in “Hospital”."),
        ("hospital", "St. Anna\nVienna", "Please type “Hospital” anew: it holds a sign that nobody can see."),
        ("specialty", "a\0b", "Please type “Specialty” anew: it holds a sign that nobody can see."),
        ("specialty", "x" * 10_000, "Please use at most 200 characters for “Specialty”."),
        ("phone", "call me", "Please enter a phone number of digits, such as +44 20 7946 0123."),
        ("phone", "1234", "Please enter a phone number of digits"),
        ("phone", "1" * 31, "Please enter a phone number of digits"),
        ("phone", "٠٤٣١٢٣٤٥٦", "Please enter a phone number of digits"),
        ("role", "Lord", "Please choose from “Role”."),
        ("role", "", "Please choose from “Role”."),
        ("specialty", "", "Please fill in “Specialty”."),
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
    page = visitor.send(PROFILE, **ANSWERS | {"title": "Dr", field: value})
    assert page.name == "complete-profile"
    assert f'id="{field}-error">{message}' in page.html
    assert f'href="#{field}"' in page.html
    assert '<option selected value="Dr">' in page.html


def test_all_that_is_wrong_is_said_at_once(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    page = visitor.send(PROFILE, phone="x")
    wrong = ["phone", "country", "hospital", "role", "specialty", "networks", "terms"]
    assert re.findall(r'id="(\w+)-error"', page.html) == wrong
    assert re.findall(r'<li><a href="#(\w+)">', page.html) == wrong
    assert profile_of(world, NORA.uid) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("specialty", "<b>Rare & strange</b>"),
        ("specialty", "Παιδιατρική ογκολογία, детская онкология, 小児科"),
        ("specialty", "x" * 200),
        ("hospital", "A hospital that is in no list"),
        ("phone", "+43 (1) 404/70-0"),
        ("phone", "(01) 40470"),
        ("phone", "1" * 30),
        ("phone", "12345"),
        ("title", "Prof."),
    ],
)
def test_what_people_write_is_taken_as_it_is(visitor: Visitor, world: World, field: str, value: str) -> None:
    visitor.sign_in()
    assert visitor.send(PROFILE, **ANSWERS | {field: f" {value}\r\n"}).name == "access-request"
    kept = profile_of(world, NORA.uid)
    assert kept is not None
    assert kept.answers[field] == value


def test_markup_stays_text(visitor: Visitor) -> None:
    visitor.sign_in()
    assert "<b>" not in visitor.send(PROFILE, **ANSWERS | {"specialty": "<b>x</b>", "terms": []}).html


@pytest.mark.parametrize(
    ("answers", "code", "expected", "got", "remedy"),
    [
        ({"role": ""}, "profile.no_choice", "one of the options of field role", "nothing", "take an option"),
        ({"role": "King" * 30}, "profile.no_choice", "field role", f"'{'King' * 15}...'", "by its code, such as AT"),
        ({"specialty": ""}, "profile.missing", "the mandatory field specialty", "nothing", "make it optional"),
        ({"specialty": "x" * 201}, "profile.too_long", "at most 200 characters", "201 characters", "shorten"),
        ({"specialty": "\x07."}, "profile.control_character", "field specialty", "U+0007", "leave out line breaks"),
        ({"specialty": "a\ud800"}, "profile.control_character", "field specialty", "U+D800", "leave out line breaks"),
        ({"phone": "x"}, "profile.no_number", "5 to 30 digits in field phone", "'x'", "as one dials it"),
        ({"terms": ""}, "profile.not_ticked", "the mandatory box terms ticked", "nothing", "tick it"),
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
    ("networks", "answers", "code"),
    [
        ([], {}, "profile.no_network"),
        (["NOPE"], {}, "network.unknown"),
        (["RITA"], {"country": "ZZ"}, "profile.country_unknown"),
        (["RITA"], {"anything": "x" * 2001}, "profile.too_long"),
        (["RITA"], {"anything": "a\0"}, "profile.control_character"),
    ],
)
def test_what_no_form_takes_is_refused_to_every_caller(
    world: World, nora: str, networks: list[str], answers: dict[str, str], code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        complete_profile(world, nora, networks=networks, **answers)
    assert caught.value.code == code
    complete_profile(world, nora, networks=["RITA"], country="AT", anything="x" * 2000)


def test_a_form_sent_twice_is_one_profile_and_one_request(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    for _ in range(2):
        assert visitor.send(PROFILE, **ANSWERS).name == "access-request"
    assert [asked.network for asked in requests(world, uid=NORA.uid)] == ["PaedCAN"]


# Editing later.


def test_an_edited_profile_says_who_sees_the_change(visitor: Visitor) -> None:
    visitor.ask_for_access("PaedCAN", "RITA")
    page = visitor.open(PROFILE)
    assert 'data-state="editing"' in page.html
    assert "Your profile is complete. What you change here, the helpdesks of your networks see at once" in page.text
    assert "You asked for access already: PaedCAN, RITA. If you untick such a network, your request" in page.text


def test_a_request_stays_when_its_network_is_unticked_and_the_page_says_so(visitor: Visitor, world: World) -> None:
    visitor.ask_for_access("PaedCAN", "RITA")
    page = visitor.send(PROFILE, **ANSWERS | {"networks": ["RITA", "BOND"]})
    assert page.name == "access-request"
    assert "Your request stays with PaedCAN: withdraw it on the page of your requests if you want." in page.text
    states = {asked.network: asked.state for asked in requests(world, uid=NORA.uid)}
    assert states == {"PaedCAN": "submitted", "RITA": "submitted", "BOND": "draft"}
    assert "Your request stays" not in visitor.send(PROFILE, **ANSWERS | {"networks": ["RITA", "BOND"]}).text


def test_a_network_that_was_not_asked_yet_is_simply_dropped(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    visitor.send(PROFILE, **ANSWERS | {"networks": ["PaedCAN", "RITA"]})
    assert "Your request stays" not in visitor.send(PROFILE, **ANSWERS).text
    assert [asked.network for asked in requests(world, uid=NORA.uid)] == ["PaedCAN"]


def test_not_all_networks_can_be_removed(visitor: Visitor, world: World) -> None:
    visitor.ask_for_access()
    page = visitor.send(PROFILE, **ANSWERS | {"networks": []})
    assert "Please choose at least one network." in page.text
    kept = profile_of(world, NORA.uid)
    assert kept is not None
    assert kept.networks == ["PaedCAN"]


def test_invented_fields_say_so_and_the_networks_do_not(visitor: Visitor) -> None:
    page = visitor.sign_in()
    assert 'class="profile__hospital" data-invented' in page.html
    assert 'class="profile__networks">' in page.html
