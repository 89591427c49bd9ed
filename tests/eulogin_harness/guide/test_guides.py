"""The guides that are shipped: each can be built, and says what a doctor has to do."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from eulogin_harness.guide.scenarios import scenario_of, steps
from eulogin_harness.guide_text.catalogue import languages
from eulogin_harness.guide_text.content import Content, Sentence, plain
from eulogin_harness.guide_text.document import Application, GuideFile, Part
from eulogin_harness.guide_text.loading import SHIPPED, content_of, read
from eulogin_harness.guide_text.sentences import Speaker
from eulogin_harness.guide_text.story import story_of
from mock_world.fixtures import table
from mock_world.i18n import languages as spoken_by_pages
from mock_world.i18n import page_texts
from tests.reference.page import ROOT

GUIDES = sorted(file.stem for file in SHIPPED.glob("*.yaml"))
IN_EACH = pytest.mark.parametrize("name", GUIDES)
SCENARIOS = ROOT / "eulogin_harness" / "guide" / "scenarios"
LOOK_FOR = {"text", "button", "link", "field"}  # methods of page objects
OF_PROGRAMMERS = re.compile(r"\b(mock|mock-up|tests?|tested|make|fixture|scenario)\b", re.IGNORECASE)
# What the guide of CPMS has to say, by the promises of the original that a text can keep (requirements, G01 to G28).
PROMISES = {
    "G01": ["two actions", "create an EU Login account with a second factor", "request access to CPMS 2.0"],
    "G02": ["webgate.ec.europa.eu/cas/eim/external/register.cgi", "Create an account"],
    "G03": ["confirmation e-mail"],
    "G04": ["greets you by your name", "this link", "copy the whole address", "do not reply"],
    "G05": ["New password", "Confirm new password", "Submit"],
    "G06": ["at least 8 characters", "at least three of four groups", "Spaces are allowed"],
    "G07": ["Generate other sample passwords"],
    "G08": ["5 minutes", "the same link lets you ask for a new e-mail"],
    "G09": ["up to 5 minutes from the arrival of the e-mail until CPMS 2.0 recognises your new account"],
    "G10": ["two-factor authentication", "linked to your account", "installed", "initialised"],
    "G11": ["app store", "“EU Login”"],
    "G12": ["go to webgate.ec.europa.eu/cas and sign in"],
    "G13": ["Manage my mobile devices", "Add a mobile device"],
    "G14": ["Your device name", "Your 4 digit PIN code", "Confirm your PIN code"],
    "G15": ["shows a QR code"],
    "G16": ["delete the phone and add it again"],
    "G17": ["Initialise", "Point the camera"],
    "G18": ["Enter the PIN code that you chose"],
    "G19": ["you can use the EU Login app from now on"],
    "G20": ["e-mail address of your EU Login account and press Next", "EU Login Mobile App PIN Code", "Sign in"],
    "G21": ["Open the EU Login app", "a couple of seconds"],
    "G22": ["fingerprint or face recognition"],
    "G23": ["cpms2.ern-net.eu/screen/home", "Sign in with EU Login"],
    "G24": ["Complete Profile", "Tick your network"],
    "G25": ["Submit Access Request"],
    "G26": ["within 24 hours", "weekends not included"],
    "G27": ["if there is a problem or a question, ERN PaedCan Helpdesk writes to you"],
    "G28": ["webgate.ec.europa.eu/ernsd/screen/public?npage=ern_portal.html#!"],
}


@cache
def guide(name: str) -> GuideFile:
    return read(SHIPPED / f"{name}.yaml")


def content(name: str, language: str = "en") -> tuple[Content, Speaker]:
    return content_of(name, guide(name), language, SHIPPED, {})


def sentences(content: Content) -> Iterator[Sentence]:
    """All that a guide says, without its imprint."""
    yield from (*content.introduction, *content.needs, *content.contact)
    for chapter in content.chapters:
        yield from chapter.introduction
        for step in chapter.steps:
            yield from (step.sentence, step.note)
    for entry in (*content.troubles, *content.glossary):
        yield entry.meaning


def said(content: Content) -> str:
    titles = [content.title, content.subtitle, *(chapter.title for chapter in content.chapters)]
    terms = [entry.term for entry in (*content.troubles, *content.glossary)]
    return "\n".join([*titles, *terms, *map(plain, sentences(content))])


def test_three_guides_are_shipped() -> None:
    assert GUIDES == ["application", "cpms", "hospital-first"]


@IN_EACH
@pytest.mark.parametrize("language", languages())
def test_a_guide_speaks_each_language_and_all_of_those_of_the_pages(name: str, language: str) -> None:
    made, speaker = content(name, language)
    assert made.chapters[0].title
    assert speaker.lacking == set() or language not in spoken_by_pages()


@IN_EACH
def test_a_guide_shows_only_what_a_scenario_does_in_its_order(name: str) -> None:
    done = [step.do for chapter in guide(name).chapters for step in chapter.steps if step.do]
    assert [step for step in done if scenario_of(step) is None] == []
    assert len(done) == len(set(done))
    for scenario, in_order in steps().items():
        mine = [step for step in done if scenario_of(step) == scenario]
        assert mine == [step for step in in_order if step in mine], scenario


def test_every_step_of_a_scenario_is_shown_by_a_guide() -> None:
    shown = {step.do for name in GUIDES for chapter in guide(name).chapters for step in chapter.steps}
    assert {step for each in steps().values() for step in each} - shown == set()


@IN_EACH
@pytest.mark.parametrize("language", sorted(spoken_by_pages()))
def test_only_the_imprint_says_how_the_pictures_were_made(name: str, language: str) -> None:
    made, _ = content(name, language)
    assert OF_PROGRAMMERS.findall(said(made)) == []
    assert re.search(r"\bmock\b|simulation", plain(made.imprint), re.IGNORECASE)
    assert plain(made.imprint).count(".") == 1


@IN_EACH
@pytest.mark.parametrize("language", sorted(spoken_by_pages()))
def test_no_markup_is_left_in_a_sentence(name: str, language: str) -> None:
    assert re.findall(r"[\[\]{}]|\*\*", said(content(name, language)[0])) == []


@pytest.mark.parametrize("promise", PROMISES)
def test_the_guide_of_cpms_says_what_the_original_says(promise: str) -> None:
    text = said(content("cpms")[0])
    assert [part for part in PROMISES[promise] if part not in text] == []


@IN_EACH
def test_the_hospital_of_a_guide_belongs_to_its_network(name: str) -> None:
    hospital = guide(name).hospital
    networks = {row["hospital"]: row["networks"].split(";") for row in table("hospitals.csv")}
    assert guide(name).network.code in networks[hospital.name]


@IN_EACH
def test_addresses_of_mail_are_on_reserved_domains(name: str) -> None:
    found = re.findall(r"[\w.-]+@([\w.-]+)", Path(SHIPPED / f"{name}.yaml").read_text(encoding="utf-8"))
    assert found
    assert [domain for domain in found if not domain.endswith((".example", ".test"))] == []


def test_chapters_are_named_by_their_numbers() -> None:
    made, _ = content("cpms")
    numbers = {chapter.name: chapter.number for chapter in made.chapters}
    entry = next(entry for entry in made.troubles if "no longer works" in entry.term)
    assert f"(chapter {numbers['again']})" in plain(entry.meaning)


def test_the_hours_of_the_helpdesk_are_in_the_guides_language() -> None:
    made, _ = content("cpms", "de")
    assert "Montag bis Freitag, 9 bis 17 Uhr" in [plain(line) for line in made.contact]


# The page for writers.


def examples() -> list[dict[str, object]]:
    page = (ROOT / "docs" / "guides.md").read_text(encoding="utf-8")
    return [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)]


def test_the_small_guide_of_the_docs_can_be_built() -> None:
    small, *_ = examples()
    made, speaker = content_of("small", GuideFile.model_validate(small), "fr", SHIPPED, {})
    assert [chapter.title for chapter in made.chapters] == ["Avant de commencer", "Connectez-vous à CPMS 2.0"]
    assert speaker.lacking >= {"Your way into our network"}


def test_the_application_of_the_docs_is_one_of_a_guide() -> None:
    about = next(each for each in examples() if "application" in each)
    assert Application.model_validate(about["application"]).second_factor


def test_the_docs_name_every_field_of_a_guide() -> None:
    page = (ROOT / "docs" / "guides.md").read_text(encoding="utf-8")
    parts = [part for part in Part.__subclasses__() if part.__module__ == Part.__module__]
    fields = {name for part in parts for name in part.model_fields}
    assert {name for name in fields if not re.search(rf"\b{name}\b", page)} == set()


def test_scenarios_look_for_texts_that_the_pages_have() -> None:
    """A part of a text would be found in English alone."""
    calls = [call for file in SCENARIOS.glob("*.py") for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    wanted = [
        call.args[0].value
        for call in calls
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in LOOK_FOR
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert len(wanted) > 50
    assert [text for text in wanted if text not in page_texts()] == []


def test_the_person_of_the_pictures_says_their_specialty_in_the_readers_language() -> None:
    guide = read(SHIPPED / "hospital-first.yaml")
    assert [story_of(guide, language).specialty for language in ("en", "fr", "de")] == [
        "Vascular medicine",
        "Médecine vasculaire",
        "Gefäßmedizin",
    ]
