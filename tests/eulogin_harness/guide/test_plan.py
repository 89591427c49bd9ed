"""What is wrong with a guide or a command is one sentence, before a browser starts."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from eulogin_harness.guide import building
from eulogin_harness.guide.errors import GuideError
from eulogin_harness.guide.walking import walk

from .small_guide import AROUND

Plan = Callable[..., building.Plan]


@pytest.fixture
def planned(tmp_path: Path) -> Plan:
    """Plans a guide with chapters of these steps."""

    def make(*chapters: list[dict[str, Any]], **options: Any) -> building.Plan:
        file = tmp_path / "ours.yaml"
        named = [{"name": f"c{number}", "title": "T", "steps": steps} for number, steps in enumerate(chapters, 1)]
        file.write_text(yaml.safe_dump(AROUND | {"chapters": named}))
        return building.plan(str(file), folder=tmp_path / "built", **options)

    return make


def does(*names: str) -> list[dict[str, Any]]:
    return [{"do": name, "text": "Do it"} for name in names]


def test_steps_of_a_scenario_may_be_left_out_and_spread_over_chapters(planned: Plan) -> None:
    plan = planned(does("sign-in.home", "search.open"), does("sign-in.pin"))
    assert [job.scenario for job in plan.jobs(plan.folder)] == ["search", "sign-in"]


def test_a_step_that_shows_no_picture_is_not_walked(planned: Plan) -> None:
    steps = [{"do": "search.open", "text": "Open", "picture": False}]
    assert [*planned(steps).jobs(Path())] == []


@pytest.mark.parametrize(
    ("chapters", "complaint"),
    [
        (
            [does("sign-in.pin", "sign-in.home")],
            "chapter c1, step sign-in.home: expected it before sign-in.pin, since that is the order that was tried",
        ),
        (
            [does("sign-in.pin"), does("sign-in.home")],
            "chapter c2, step sign-in.home: expected it before sign-in.pin",
        ),
        ([does("search.open", "search.open")], "chapter c1, step search.open: expected it once"),
        ([does("search.opne")], "chapter c1, step search.opne: expected a step that a scenario does, one of sign-up"),
        ([does("nothing.at-all")], "chapter c1, step nothing.at-all: expected a step that a scenario does"),
        (
            [[{"name": "own", "text": "A"}, {"name": "own", "text": "B"}]],
            "chapter c1, step c1.own: expected a name of its own, but an earlier step has it",
        ),
    ],
)
def test_a_wrong_step_gets_a_sentence(planned: Plan, chapters: list[list[dict[str, Any]]], complaint: str) -> None:
    with pytest.raises(GuideError) as error:
        planned(*chapters)
    assert str(error.value).startswith(complaint)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"chapters": ["c9"]}, "expected chapters of c1, but got 'c9'"),
        ({"languages": ["xx"]}, "expected languages of en, "),
        ({"formats": ["docx"]}, "expected formats of markdown, "),
        ({"pictures": Path("nowhere")}, "expected nowhere to be a folder of pictures"),
    ],
)
def test_a_wrong_option_gets_a_sentence(planned: Plan, options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(GuideError) as error:
        planned(does("search.open"), **options)
    assert str(error.value).startswith(complaint)
    assert "\n" not in str(error.value)


def test_only_chosen_chapters_are_built(planned: Plan) -> None:
    plan = planned(does("search.open"), does("sign-in.pin"), chapters=["c2"])
    assert [chapter.name for chapter in plan.guide.chapters] == ["c2"]


def test_a_label_that_no_page_has_is_named_with_chapter_step_and_sentence(planned: Plan) -> None:
    with pytest.raises(GuideError) as error:
        planned([{"do": "search.open", "text": "Press [Serch]."}])
    assert str(error.value) == (
        "chapter c1, step search.open ('Press [Serch].'): expected [Serch] to be a label of a page, but no page has "
        "it; write it as the page does, or without brackets"
    )


def test_a_guide_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GuideError, match=r"one of the guides .*cpms.*, but got 'ours'; `guide new ours` begins"):
        building.plan("ours")


def test_one_language_and_format_stands_in_its_folder_directly(planned: Plan, tmp_path: Path) -> None:
    one = planned(does("search.open"), formats=["pdf"])
    assert one.place("en", "desktop") == tmp_path / "built"
    two = planned(does("search.open"), formats=["pdf", "word"], devices=["desktop", "mobile"])
    assert two.place("en", "mobile") == tmp_path / "built" / "en-mobile"


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"network": {"name": "ERN", "logo": "no.png"}}, "network.logo: expected "),
        ({"network": {"name": "ERN", "logo": "ours.yaml"}}, "network.logo: expected "),
        ({"network": {"name": "ERN", "logo": "no.svg"}}, "network.logo: expected "),
        ({"network": {"name": "ERN", "code": "NOPE"}}, "network.code: expected one of "),
        ({"hospital": {"country": "ZZ"}}, "hospital.country: expected one of AT, "),
        (
            {"hospital": {"country": "AT", "name": "Nowhere"}},
            "hospital.name: expected a hospital ",
        ),
        ({"profile": "no.yaml"}, "profile: expected a file "),
        ({"network": {"name": "ERN", "accent": "red"}}, "{file}: network.accent (ERN): expected a colour such as #0"),
        ({"person": {"email": "ada@gmail.com"}}, "{file}: person.email: expected an invented e-mail address"),
    ],
)
def test_a_wrong_field_gets_a_sentence(
    planned: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], complaint: str
) -> None:
    for name, value in fields.items():
        monkeypatch.setitem(AROUND, name, value)
    with pytest.raises(GuideError) as error:
        planned(does("search.open"))
    assert str(error.value).startswith(complaint.format(file=tmp_path / "ours.yaml"))


@pytest.mark.slow
def test_a_setting_that_the_mock_has_not_is_a_sentence(planned: Plan, tmp_path: Path) -> None:
    plan = planned(does("search.open"))
    job = next(plan.jobs(tmp_path))
    guide = job.guide.model_copy(update={"settings": {"cpms.nonsense": True}})
    with building.worker_pool() as pool, pytest.raises(GuideError, match=r"^settings: .*no setting 'cpms\.nonsense'"):
        pool.submit(walk, replace(job, guide=guide)).result()


def test_a_process_that_is_ended_from_outside_is_a_sentence() -> None:
    with pytest.raises(GuideError, match="but one was ended from outside"), building.worker_pool() as pool:
        pool.submit(os._exit, 1).result()
