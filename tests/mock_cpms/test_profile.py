"""Guide, G24: Complete Profile, with the networks as tick boxes."""

from pathlib import Path

import pytest

from mock_cpms.networks import networks
from mock_cpms.profile.rules import profile_of
from mock_world import World
from tests.mock_cpms.visitor import ANSWERS, NORA, Answer, Visitor

PROFILE = "/screen/profile"


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
        ("phone", "call me", "Please enter a phone number"),
        ("role", "", "Please choose from “Role”."),
        ("specialty", "", "Please fill in “Specialty”."),
        ("networks", [], "Please choose at least one network."),
        ("terms", [], "Please tick this box to go on."),
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


def test_invented_fields_say_so_and_the_networks_do_not(visitor: Visitor) -> None:
    page = visitor.sign_in()
    assert 'class="profile__hospital" data-invented' in page.html
    assert 'class="profile__networks">' in page.html


def use_own_form(world: World, file: Path, *own: str) -> None:
    """What each form needs, and `own` fields."""
    fields = [f"{{name: {name}, label: {name}, type: readonly}}" for name in ("firstName", "lastName", "email")]
    fields += ["{name: networks, label: Netze, type: networks}", *own]
    file.write_text("fields:\n" + "".join(f"- {field}\n" for field in fields))
    world.settings.change({"cpms.profile": str(file)})


def test_the_form_follows_an_own_file(visitor: Visitor, world: World, tmp_path: Path) -> None:
    use_own_form(world, tmp_path / "profile.yaml", "{name: ward, label: Ward, type: text, mandatory: true}")
    visitor.sign_in()
    assert "Please fill in “Ward”." in visitor.send(PROFILE, networks=["PaedCAN"]).text
    assert "Please choose at least one network." in visitor.send(PROFILE, ward="7").text
    assert visitor.send(PROFILE, networks=["PaedCAN"], ward="7").name == "access-request"


@pytest.mark.parametrize("name", ["uid", "world"])
def test_an_own_field_may_be_called_as_it_likes(visitor: Visitor, world: World, tmp_path: Path, name: str) -> None:
    use_own_form(world, tmp_path / "profile.yaml", f"{{name: {name}, label: Own, type: text}}")
    visitor.sign_in()
    answers: dict[str, Answer] = {"networks": ["PaedCAN"], name: "7"}
    assert visitor.send(PROFILE, **answers).name == "access-request"
    kept = profile_of(world, NORA.uid)
    assert kept is not None
    assert kept.answers[name] == "7"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("fields: [{name: a, label: A, type: colour}]", "fields.0.type"),
        ("fields: [{name: a, label: A, type: text}]", "fields missing: email, firstName, lastName, networks"),
        ("fields: [{name: country, label: A, type: text}]", "the field called country has the type country"),
        ("fields: [", "it is no YAML"),
        ("just words", "dictionary"),
    ],
)
def test_a_wrong_file_is_said_in_one_sentence(
    visitor: Visitor, world: World, tmp_path: Path, text: str, problem: str
) -> None:
    file = tmp_path / "profile.yaml"
    file.write_text(text)
    world.settings.change({"cpms.profile": str(file)})
    page = visitor.sign_in()
    assert page.name == "error"
    assert "Please mend the file of setting cpms.profile" in page.text
    assert problem in page.text


def test_a_file_that_is_missing_is_said(visitor: Visitor, world: World) -> None:
    world.settings.change({"cpms.profile": "/nowhere/profile.yaml"})
    assert "it cannot be read (FileNotFoundError)" in visitor.sign_in().text
