"""Files of prepared worlds: own ones are loaded by the same means, wrong ones are refused with file and line."""

import json
from pathlib import Path
from typing import Any

import pytest

from eulogin_harness.client import World
from eulogin_harness.client.connection import ProblemError
from eulogin_harness.prepared_worlds.catalogue import prepared_world
from eulogin_harness.prepared_worlds.reading import PreparedWorldError, read_file
from tests.eulogin_harness.conftest import Api
from tests.eulogin_harness.prepared import PreparedBrowser
from tests.mock_world.test_inputs_of_users import BOMB
from tests.reference.page import DOCS

OWN = """\
title: An own problem
people:
  ada: {stage: registered, email: ada@hospital.example}
steps:
  - lost_password: ada
  - advance: PT6M
opens: {actor: idp, path: "{link}"}
"""
# What is wrong, in which line, and what the error says of it.
WRONG: dict[str, tuple[str, int, str]] = {
    "no title": ("seen: x\n", 1, "title: expected a value; got nothing"),
    "unknown name": ("title: x\nstep: []\n", 2, "got step; did you mean steps?"),
    "unknown field of a person": ("title: x\npeople:\n  ada:\n    emial: a\n", 4, "did you mean email?"),
    "wrong stage": ("title: x\npeople:\n  ada:\n    stage: enroled\n", 4, "'enrolled'"),
    "name of a person": ("title: x\npeople:\n  Ada B: {}\n", 3, "expected String should match pattern"),
    "secret": ("title: x\npeople:\n  ada:\n    pin: 12ab34\n", 4, "got something else"),
    "unknown verb": ("title: x\nsteps:\n  - uninstal: ada\n", 3, "did you mean uninstall?"),
    "two verbs": ("title: x\nsteps:\n  - {panic: ada, uninstall: ada}\n", 3, "name exactly one of"),
    "unknown person": ("title: x\nsteps:\n  - panic: bob\n", 3, "expected one of the people (none); got bob"),
    "unknown fault": ("title: x\nfaults:\n  - name: mail.lots\n", 3, "got mail.lots"),
    "unknown setting": ("title: x\nsettings:\n  link.live: PT1M\n", 3, "link.life"),
    "unknown value": ("title: x\nopens:\n  actor: idp\n  path: '{ada.email}'\n", 4, "got ada.email"),
    "nested too deep": (f"title: x\nsteps: {'[' * 60}\n", 2, "more than 50 deep within each other; mend it there"),
    "too many references": (f"{BOMB}\ntitle: x\n", 6, "references that stand for more than 100,000 values"),
    "form elsewhere": ("title: x\nopens:\n  actor: cpms\n  path: /\n  form: {a: b}\n", 2, "sent at idp"),
    "no path": ("title: x\nopens:\n  actor: cpms\n  path: https://x.example\n", 4, "begin with one slash"),
    "call elsewhere": ("title: x\nsteps:\n  - server:\n      get: '@evil.example/'\n", 3, "with a slash"),
    "duration": ("title: x\nsteps:\n  - advance: 6m\n", 3, "ISO 8601"),
    "no YAML": ("title: x\n  y: [\n", 2, "expected YAML"),
    "a list": ("- title: x\n", 1, "got a list"),
    "nothing": ("", 1, "got nothing"),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "own.yaml"


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_refused_with_file_line_expected_and_got(file: Path, name: str) -> None:
    text, line, words = WRONG[name]
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PreparedWorldError) as refused:
        read_file(file)
    assert str(refused.value).startswith(f"{file}:{line}: ")
    assert all(part in str(refused.value) for part in (words, "expected ", "got"))
    assert "12ab34" not in str(refused.value)


def test_all_mistakes_of_a_file_are_told_at_once(file: Path) -> None:
    file.write_text("title: x\nfrozen: perhaps\nseed: many\n", encoding="utf-8")
    with pytest.raises(PreparedWorldError) as refused:
        read_file(file)
    assert [line.partition(": ")[0] for line in str(refused.value).splitlines()] == [f"{file}:2", f"{file}:3"]


def test_a_file_that_is_not_there_or_no_text_is_refused(file: Path) -> None:
    with pytest.raises(PreparedWorldError, match="No such file"):
        read_file(file)
    file.write_bytes(b"title: x\nseen: \xff\n")
    with pytest.raises(PreparedWorldError, match=r"own.yaml:2: expected UTF-8"):
        read_file(file)


def test_an_own_file_is_loaded_by_the_same_means(world: World, file: Path) -> None:
    file.write_text(OWN, encoding="utf-8")
    loaded = world.prepared.load(file, name="mine")
    assert (loaded.name, loaded.title, loaded.people["ada"].email) == ("mine", "An own problem", "ada@hospital.example")
    assert PreparedBrowser().open(loaded.url).shown == "link-expired"


def test_the_example_of_the_reference_shows_its_problem(world: World, file: Path) -> None:
    page = (DOCS / "reference" / "problems-on-demand.md").read_text(encoding="utf-8")
    file.write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    assert PreparedBrowser().open(world.prepared.load(file).url).shown == "link-expired"


def test_a_person_and_a_phone_are_changed_by_steps(world: World) -> None:
    steps = [{"change": {"person": "ada", "disabled": True}}, {"switch": {"person": "ada", "camera": False}}]
    ada = world.prepared.load({"title": "x", "people": {"ada": {}}, "steps": steps}).people["ada"]
    assert (ada.disabled, world.phones.get(ada.phone_id).screen.settings.camera) == (True, False)
    assert world.events.list(type="persona.changed")[-1].model_extra == {"fields": "disabled"}


def test_what_comes_with_the_mock_may_be_changed_and_loaded(world: World) -> None:
    prepared = prepared_world("link-expired").model_dump(mode="json", by_alias=True, exclude_unset=True)
    loaded = world.prepared.load(prepared | {"steps": [{"advance": "PT4M"}]})
    assert PreparedBrowser().open(loaded.url).shown == "new-password"


def test_a_step_that_a_rule_refuses_leaves_the_world_as_new(world: World) -> None:
    people = {name: {"stage": "enrolled", "email": "ada@hospital.example"} for name in ("ada", "again")}
    with pytest.raises(ProblemError, match=r"people\.again") as refused:
        world.prepared.load({"title": "x", "people": people})
    assert refused.value.type == "prepared.step_failed"
    assert [person.email for person in world.personas.list()] == ["helpdesk@paedcan.ern.example"]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"steps": [{"wrong_pin": {"person": "ada"}}]}, "who has no device"),
        ({"opens": {"actor": "idp", "path": "{ada.email}"}}, "where one slash was expected"),
        ({"faults": [{"name": "mail.lost", "seconds": 5}]}, "Leave out seconds"),
    ],
)
def test_what_shows_only_while_loading_is_told_with_its_place(world: World, document: Any, told: str) -> None:
    with pytest.raises(ProblemError, match=told) as refused:
        world.prepared.load({"title": "x", "people": {"ada": {"stage": "registered"}}} | document)
    assert refused.value.type == "prepared.step_failed"


def test_a_name_without_a_value_yet_is_refused(world: World) -> None:
    calls = [{"server": {"get": "/cas/laxValidate", "query": {"ticket": "{ticket}"}}}]
    with pytest.raises(ProblemError, match=r"\{ticket\}, which has no value yet"):
        world.prepared.load({"title": "x", "steps": calls})


@pytest.mark.parametrize(
    ("document", "type_"),
    [
        ({}, "wrong-field"),
        ({"title": "x", "stepps": []}, "unknown-field"),
        ({"title": "x", "steps": [{"panic": "bob"}]}, "wrong-value"),
        ({"title": "x", "settings": {"link.life": "never"}}, "wrong-value"),
    ],
)
def test_the_api_refuses_wrong_documents_with_a_problem(api: Api, document: object, type_: str) -> None:
    status, problem = api.refused("POST", "/api/prepared-worlds/load", {"document": document})
    assert (status, problem["type"]) == (422, type_)


def test_what_was_loaded_is_part_of_the_state(world: World) -> None:
    loaded = world.prepared.load("link-expired")
    state = json.loads(json.dumps(world.state()))
    world.reset()
    world.load_state(state)
    assert PreparedBrowser().open(loaded.url).shown == "link-expired"
