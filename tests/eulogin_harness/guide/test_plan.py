"""What is wrong with a guide or a command is one sentence, before a browser starts."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from eulogin_harness.guide import building
from eulogin_harness.guide.walking import walk
from eulogin_harness.guide_text.errors import GuideError
from mock_world.fixtures import FOLDER

from .small_guide import AROUND

Plan = Callable[..., building.Plan]
OF_ANOTHER_NETWORK = (
    'chapter c1, step search.open: expected a hospital of ERN-EYE, as the search tool shows it, but "St. Anna '
    "Children's Hospital / CCRI\" belongs to PaedCAN; change hospital.name or network.code"
)
LACKING_FIELDS = (
    "chapter c1, step access.profile: expected fields labelled 'First name', 'Country', 'Hospital', 'Role', "
    "'Specialty', 'I agree to the terms of use of this mock' in {form}, since the pictures show them, but it "
    "lacks 'Role', 'Specialty'; add them, "
)
MANDATORY_FIELDS = (
    "chapter c1, step access.profile: expected no mandatory fields in {form} but those that are filled in for the "
    "pictures, but got 'Ward'; say `mandatory: false`, "
)


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
def test_a_wrong_step_gets_a_sentence(
    planned: Plan, tmp_path: Path, chapters: list[list[dict[str, Any]]], complaint: str
) -> None:
    with pytest.raises(GuideError) as error:
        planned(*chapters)
    assert str(error.value).startswith(f"{tmp_path / 'ours.yaml'}: {complaint}")
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


def test_a_label_that_no_page_has_is_named_with_file_chapter_step_and_sentence(planned: Plan, tmp_path: Path) -> None:
    with pytest.raises(GuideError) as error:
        planned([{"do": "search.open", "text": "Press [Serch]."}])
    assert str(error.value) == (
        f"{tmp_path / 'ours.yaml'}: chapter c1, step search.open ('Press [Serch].'): expected [Serch] to be a label "
        "of a page, but no page has it; write it as the page does, or without brackets"
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
        ({"hospital": {"country": "AT", "name": "Nowhere"}}, "hospital.name: expected a hospital "),
        ({"network": {"name": "ERN", "code": "ERN-EYE"}}, OF_ANOTHER_NETWORK),
        ({"settings": {"cpms.directory": "/no.csv"}}, "settings.cpms.directory: expected /no.csv to be a list of "),
        ({"network": {"name": "ERN", "accent": "red"}}, "network.accent (ERN): expected a colour such as #0"),
        ({"person": {"email": "ada@gmail.com"}}, "person.email: expected an invented e-mail address"),
    ],
)
def test_a_wrong_field_gets_a_sentence(
    planned: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], complaint: str
) -> None:
    for name, value in fields.items():
        monkeypatch.setitem(AROUND, name, value)
    with pytest.raises(GuideError) as error:
        planned(does("search.open"))
    assert str(error.value).startswith(f"{tmp_path / 'ours.yaml'}: {complaint}")


FIELDS = yaml.safe_load((FOLDER / "cpms" / "profile.yaml").read_text(encoding="utf-8"))["fields"]
OF_WARD = {"name": "ward", "label": "Ward", "type": "text"}


@pytest.fixture
def with_profile(planned: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., building.Plan]:
    """Plans a guide with this form of CPMS, as its text or its fields."""

    def make(form: str | list[dict[str, Any]], *names: str) -> building.Plan:
        text = form if isinstance(form, str) else yaml.safe_dump({"fields": form}, sort_keys=False)
        (tmp_path / "form.yaml").write_text(text)
        monkeypatch.setitem(AROUND, "profile", "form.yaml")
        return planned(does(*(names or ("access.profile",))))

    return make


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ("fields: [", "profile: expected {form} to be a form of CPMS, but got: line 2: it is no YAML"),
        ("fields: 7", "profile: expected {form} to be a form of CPMS, but got: line 1: fields: "),
        (
            [OF_WARD | {"type": "txt"}, *FIELDS],
            "profile: expected {form} to be a form of CPMS, but got: line 4: fields.0.type: ",
        ),
        ([field for field in FIELDS if field["name"] not in {"role", "specialty"}], LACKING_FIELDS),
        ([*FIELDS, OF_WARD | {"mandatory": True}], MANDATORY_FIELDS),
    ],
)
def test_a_wrong_form_of_cpms_is_found_before_anything_starts(
    with_profile: Callable[..., building.Plan], tmp_path: Path, form: str | list[dict[str, Any]], complaint: str
) -> None:
    with pytest.raises(GuideError) as error:
        with_profile(form)
    file = tmp_path / "form.yaml"
    assert str(error.value).startswith(f"{tmp_path / 'ours.yaml'}: {complaint.format(form=file)}")
    assert "\n" not in str(error.value)


def test_a_form_that_is_not_there_is_named(planned: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(AROUND, "profile", "no.yaml")
    with pytest.raises(
        GuideError, match=r"ours\.yaml: profile: expected .*no\.yaml to be a form of CPMS, but got: it "
    ):
        planned(does("search.open"))


def test_a_form_with_other_fields_is_taken_where_no_picture_shows_it(
    with_profile: Callable[..., building.Plan],
) -> None:
    assert with_profile([*FIELDS, OF_WARD]).guide.profile == "form.yaml"
    lacking = [field for field in FIELDS if field["name"] != "role"]
    assert with_profile(lacking, "search.open").guide.profile == "form.yaml"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("selector", "complaint"),
    [
        ("div[", "expected blur to list selectors of CSS, such as .account, but got 'div[': "),
        (".nowhere", "expected blur '.nowhere' to match what the page shows, but 0 match, none of them visible; "),
    ],
)
def test_a_selector_that_fits_nothing_is_named_with_file_chapter_and_step(
    planned: Plan, tmp_path: Path, selector: str, complaint: str
) -> None:
    plan = planned([{"do": "search.open", "text": "Look", "picture": {"blur": [selector]}}], formats=["markdown"])
    with pytest.raises(GuideError) as error:
        building.build(plan, lambda _units, _word: None)
    assert str(error.value).startswith(f"{tmp_path / 'ours.yaml'}: chapter c1, step search.open: {complaint}")
    assert "\n" not in str(error.value)
    assert not plan.folder.exists()


@pytest.mark.slow
def test_a_browser_that_is_not_there_is_a_sentence(planned: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EULOGIN_BROWSER", "/nonexistent")
    with pytest.raises(
        GuideError, match=r"^EULOGIN_BROWSER names /nonexistent, but no program of that name is there; "
    ):
        building.build(planned(does("search.open"), formats=["markdown"]), lambda _units, _word: None)


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
