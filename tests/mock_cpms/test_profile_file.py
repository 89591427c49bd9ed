"""The form "Complete Profile" out of an own file (setting cpms.profile)."""

import re
from pathlib import Path

import pytest

from mock_cpms.access.deciding import decide
from mock_cpms.access.rules import requests
from mock_cpms.helpdesk.answers import hospital_networks
from mock_cpms.profile.fields import profile_fields
from mock_cpms.profile.rules import complete_profile, profile_of
from mock_world import World
from tests.mock_cpms.asking import refused, use_own_form
from tests.mock_cpms.visitor import ANSWERS, NORA, Answer, Visitor

PROFILE = "/screen/profile"
TWO_LANGUAGES = "cpms/profile-two-languages.yaml"


def test_the_form_follows_an_own_file(visitor: Visitor, world: World, tmp_path: Path) -> None:
    file = tmp_path / "profile.yaml"
    use_own_form(world, file, "{name: ward, label: Ward, type: text, mandatory: true}")
    visitor.sign_in()
    assert "Please fill in “Ward”." in visitor.send(PROFILE, networks=["PaedCAN"]).text
    assert "Please choose at least one network." in visitor.send(PROFILE, ward="7").text
    assert visitor.send(PROFILE, networks=["PaedCAN"], ward="7").name == "access-request"
    file.write_text("fields: [")
    assert "it is no YAML" in visitor.open(PROFILE).text
    use_own_form(world, file, "{name: ward, label: {fr: Étage}, type: text}")  # in one language alone
    page = visitor.open(PROFILE)
    assert "Étage" in page.text
    assert re.findall(r'id="(\w+)-hint"[^>]*>Optional', page.html) == ["ward"]  # the networks never are


OF_PYTHON = ["uid", "world", "data", "errors", "validate", "meta", "process", "csrfToken", "cls", "class", "specs"]
OF_THE_PAGE = ["hospitals", "submit", "action", "name", "next", "language", "elements", "edition", "decision"]


def test_own_fields_may_be_called_as_they_like(visitor: Visitor, world: World, tmp_path: Path) -> None:
    names = OF_PYTHON + OF_THE_PAGE
    use_own_form(world, tmp_path / "profile.yaml", *(f"{{name: {name}, label: Own, type: text}}" for name in names))
    visitor.sign_in()
    answers = {name: f"of {name}" for name in names}
    assert visitor.send(PROFILE, networks=["PaedCAN"], **answers).name == "access-request"
    kept = profile_of(world, NORA.uid)
    assert kept is not None
    assert kept.answers == answers | {"country": "", "hospital": ""}
    page = visitor.open(PROFILE)
    assert {name: page.value_of(name) for name in names} == answers
    ids = re.findall(r' id="([^"]+)"', page.html)
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("fields: [{name: a, label: A, type: colour}]", "line 1: fields.0.type: Input should be 'readonly', 'text'"),
        ("fields:\n- name: a\n  type: text", "line 2: fields.0.label: Field required"),
        ("fields:\n- name: a\n  label: A\n  type: text\n  color: red", "line 5: fields.0.color: Extra inputs"),
        ("fields:\n- {name: csrf_token, label: A, type: text}", "a name begins with a small letter and has letters"),
        ("fields:\n- {name: main, label: A, type: text}", "the page itself uses the name main: choose another one"),
        ("fields:\n- {name: a, label: {}, type: text}", "line 2: fields.0.label: Input should be a valid string"),
        ("fields:\n- {name: a, label: A, type: select}", "line 2: fields.0: fields of the types select and checkboxes"),
        ("fields:\n- {name: a, label: A, type: text, options: [x]}", "and no others, have options"),
        (
            "fields:\n- {name: a, label: A, type: checkboxes, options: [x; y]}",
            "options of checkboxes hold no semicolon",
        ),
        (
            "fields:\n- {name: a, label: A, type: tick}\n- {name: a, label: A, type: tick}",
            "each name stands once, but not a",
        ),
        (
            "fields:\n- name: a\n  label: A\n  type: select\n  options: [Yes, No]",
            'line 5: fields.0.options.0: put it into quotation marks, "Yes", as YAML reads it as something else',
        ),
        ("fields:\n- {name: no, label: A, type: text}", 'line 2: fields.0.name: put it into quotation marks, "no"'),
        ("fields:\n- {name: a, label: 2026, type: text}", 'fields.0.label: put it into quotation marks, "2026"'),
        ("fields: [{name: a, label: A, type: text}]", "fields missing: email, firstName, lastName, networks"),
        ("fields: [{name: country, label: A, type: text}]", "the field called country has the type country"),
        ("fields:\n- a: ]", "line 2: it is no YAML"),
        ("fields: \0", "it is no YAML"),
        ("fields:\n# Länge\n# \udcff", "line 3 is not UTF-8; save the file in that encoding."),
        ("fields: [words]", "line 1: fields.0: Input should be a valid dictionary"),
        ("just words", 'cpms.profile: begin it with "fields:", below it'),
        ("", 'cpms.profile: begin it with "fields:", below it'),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(world: World, tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "profile.yaml"
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    world.settings.change({"cpms.profile": str(file)})
    with refused("profile.form_unreadable", "Please mend the file of setting cpms.profile", problem):
        profile_fields(world)


def test_a_file_that_is_missing_is_said(visitor: Visitor, world: World) -> None:
    world.settings.change({"cpms.profile": "/nowhere/profile.yaml"})
    remedy = "set cpms.profile back to cpms/profile.yaml"
    with refused("profile.form_unreadable", "it cannot be read (FileNotFoundError)", remedy=remedy):
        profile_fields(world)
    assert "it cannot be read (FileNotFoundError)" in visitor.sign_in().text


@pytest.mark.parametrize(
    ("language", "label", "hint"),
    [
        ("en", "Your expertise", "Your role and what you treat, in a few lines."),
        ("fr", "Votre expertise", "Votre rôle et ce que vous traitez, en quelques lignes."),
        ("de", "Your expertise", "Your role and what you treat, in a few lines."),
    ],
)
def test_labels_speak_the_languages_of_the_file(world: World, language: str, label: str, hint: str) -> None:
    world.settings.change({"cpms.profile": TWO_LANGUAGES})
    spec = next(spec for spec in profile_fields(world, language) if spec.name == "expertise")
    assert (spec.label, spec.hint) == (label, hint)


def test_the_example_file_makes_another_form(visitor: Visitor, world: World) -> None:
    world.settings.change({"cpms.profile": TWO_LANGUAGES})
    page = visitor.sign_in()
    assert page.html.index('id="networks"') < page.html.index('id="expertise"') < page.html.index('id="firstName"')
    assert 'id="country"' not in page.html
    assert "Show hospitals" not in page.text
    visitor.send("/language", language="fr", next="/")
    page = visitor.send(PROFILE, networks=["RITA"])
    assert (page.name, "Votre expertise" in page.text, "Your expertise" in page.text) == (
        "complete-profile",
        True,
        False,
    )
    answers: dict[str, Answer] = {"networks": ["RITA"], "hospital": "x", "expertise": "One\r\ntwo "}
    page = visitor.send(PROFILE, **answers, ageGroups=["Children", "Adults"])
    assert page.name == "access-request"
    kept = profile_of(world, NORA.uid)
    assert kept is not None
    assert (kept.answers["expertise"], kept.answers["ageGroups"]) == ("One\ntwo", "Children; Adults")
    page = visitor.open(PROFILE)
    assert re.findall(r'value="(\w+)" checked', page.html) == ["RITA", "Children", "Adults"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("ageGroups", ["Children", "Dragons"], "Please choose from “Whom you treat”."),
        ("ageGroups", ["Children; Adults; Dragons"], "Please choose from “Whom you treat”."),
        ("expertise", "x" * 2001, "Please use at most 2000 characters for “Your expertise”."),
        ("expertise", "a\0", "Please type “Your expertise” anew"),
    ],
)
def test_wrong_answers_to_the_other_types(
    visitor: Visitor, world: World, field: str, value: Answer, message: str
) -> None:
    world.settings.change({"cpms.profile": TWO_LANGUAGES})
    visitor.sign_in()
    answers: dict[str, Answer] = {"networks": ["RITA"], "hospital": "x", "expertise": "y" * 2000}
    assert f'id="{field}-error">{message}' in visitor.send(PROFILE, **answers | {field: value}).html
    assert visitor.send(PROFILE, **answers).name == "access-request"


OWN_PLACE = ("{name: clinic, label: Clinic, type: hospital}", "{name: land, label: Land, type: country}")


def test_hospital_and_country_are_known_by_their_types(visitor: Visitor, world: World, tmp_path: Path) -> None:
    use_own_form(world, tmp_path / "profile.yaml", *OWN_PLACE)
    visitor.sign_in()
    complete_profile(world, NORA.uid, networks=["VASCERN"], hospital="AP-HP Bichat", country="FR")
    assert "AP-HP Bichat, France" in visitor.open("/screen/access-request").text
    visitor.send("/screen/access-request")
    (asked,) = requests(world, uid=NORA.uid)
    assert hospital_networks(world, asked) == ("VASCERN",)
    decide(world, asked.id, decision="approve", by="the helpdesk")
    assert "AP-HP Bichat, France" in visitor.open("/screen/dashboard").text
    visitor.send(PROFILE, networks=["VASCERN"], clinic="AP-HP Bichat", land="DE")
    assert hospital_networks(world, asked) == ()


def test_answers_to_fields_that_are_gone_and_drafts_of_another_form_are_kept(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    visitor.send(PROFILE, **ANSWERS)
    visitor.send(PROFILE, specialty="x", hospital="Drafted", profile_edition="1")
    world.settings.change({"cpms.profile": TWO_LANGUAGES})
    assert visitor.open(PROFILE).value_of("hospital") == "Drafted"
    visitor.send(PROFILE, networks=["RITA"], hospital="Other", expertise="y")
    kept = profile_of(world, NORA.uid)
    assert kept is not None
    assert kept.answers["specialty"] == "Paediatric oncology"
    assert kept.answers["country"] == "AT"
    assert kept.answers["hospital"] == "Other"


@pytest.mark.threat("The setting of the profile's form names a device that never ends: the pages of everybody wait")
@pytest.mark.parametrize(
    ("path", "problem"), [("/dev/zero", "it is a device; name a file"), ("/dev", "it is a folder")]
)
def test_a_setting_that_names_no_file_is_refused_in_one_sentence(world: World, path: str, problem: str) -> None:
    world.settings.change({"cpms.profile": path})
    with refused("profile.form_unreadable", problem):
        profile_fields(world)
