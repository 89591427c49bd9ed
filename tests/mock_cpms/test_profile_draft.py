"""What was typed into the profile and not sent is kept, for its author alone."""

import re
from collections.abc import Callable

import pytest

from mock_cpms.access.rules import requests, submit_request
from mock_cpms.profile.drafts import draft_of
from mock_cpms.profile.rules import (
    complete_profile,
    discard_draft,
    profile_of,
    save_draft,
    send_profile,
)
from mock_world import World
from tests.mock_cpms.asking import refused
from tests.mock_cpms.fake_eulogin import FakeEuLogin
from tests.mock_cpms.visitor import ANSWERS, NORA, Answer, Visitor, known

PROFILE = "/screen/profile"
DRAFT = "/screen/profile/draft"


@pytest.fixture
def nora(world: World) -> str:
    return known(world).uid


def test_who_only_opens_the_page_or_types_nothing_has_no_draft(visitor: Visitor, world: World) -> None:
    assert visitor.sign_in().state == "ready"
    visitor.send(PROFILE, show_hospitals="yes", country="AT")
    visitor.send(DRAFT, country="", hospital="", profile_edition="0")
    assert draft_of(world, NORA.uid) is None


@pytest.mark.parametrize(("path", "button"), [(PROFILE, {"save_draft": "yes"}), (DRAFT, {}), (PROFILE, {})])
def test_a_draft_comes_back_in_another_browser_and_counts_for_nothing(
    visitor: Visitor, world: World, eulogin: FakeEuLogin, path: str, button: dict[str, Answer]
) -> None:
    """Kept by the button, by the page's script, and by sending a form that is not complete."""
    visitor.sign_in()
    typed: dict[str, Answer] = {"hospital": "<b>Ödön & Söhne</b>", "networks": ["RITA"], "profile_edition": "0"}
    sent = visitor.send(path, **typed, **button)
    assert ("Saved. You can sign out and go on later" in sent.text) == bool(button)
    assert ("Please check" in sent.text) == (path == PROFILE and not button)
    visitor.sign_out()
    with Visitor(world.addresses.public("cpms"), eulogin) as other:
        page = other.sign_in()
    assert page.state == "draft"
    assert "This is your draft of Friday 27 November 2026, 17:00." in page.text
    assert page.value_of("hospital") == "<b>Ödön & Söhne</b>"
    assert 'value="RITA" checked' in page.html
    assert profile_of(world, NORA.uid) is None


def test_discarding_leads_back_to_the_profile_as_it_was_sent(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    visitor.send(PROFILE, specialty="x")
    visitor.send(PROFILE, **ANSWERS)
    assert draft_of(world, NORA.uid) is None
    page = visitor.open(PROFILE)
    assert (page.state, page.value_of("specialty")) == ("editing", "Paediatric oncology")
    assert visitor.send(PROFILE, **ANSWERS | {"specialty": ""}).state == "editing"
    page = visitor.open(PROFILE)
    assert (page.state, page.value_of("specialty")) == ("draft", "")
    page = visitor.send("/screen/profile/discard")
    assert (page.state, page.value_of("specialty")) == ("editing", "Paediatric oncology")
    assert draft_of(world, NORA.uid) is None


@pytest.mark.parametrize("edition", ["0", "", "²", "9" * 10_000])
def test_a_page_that_is_older_than_the_profile_or_forged_keeps_no_draft(
    visitor: Visitor, world: World, edition: str
) -> None:
    """Another tab, in which the profile was completed meanwhile."""
    visitor.sign_in()
    visitor.send(PROFILE, **ANSWERS)
    page = visitor.send(DRAFT, **ANSWERS | {"specialty": "x"}, profile_edition=edition)
    assert page.status == 409
    assert "Please open the profile again: it was completed meanwhile" in page.text
    page = visitor.send(PROFILE, specialty="Old tab", save_draft="yes", profile_edition="0")
    assert (page.state, page.value_of("specialty")) == ("outdated", "Old tab")
    assert visitor.send(PROFILE, specialty="x", profile_edition="0").state == "outdated"
    assert draft_of(world, NORA.uid) is None
    (event, *_) = world.journal.events(types=["profile.draft_outdated"])
    assert event.fields["remedy"].startswith("open /screen/profile again")


def test_a_page_that_is_older_than_the_profile_does_not_complete_it(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    visitor.send(PROFILE, **ANSWERS | {"networks": ["PaedCAN", "RITA"]}, profile_edition="0")
    old = ANSWERS | {"specialty": "Old tab", "networks": ["BOND"]}
    page = visitor.send(PROFILE, **old, profile_edition="0")
    assert (page.name, page.state) == ("complete-profile", "outdated")
    assert "Please open the profile again: it was completed meanwhile" in page.text
    assert page.value_of("specialty") == "Old tab"
    assert 'value="BOND" checked' in page.html
    assert re.search(r'href="[^"]*/screen/profile">Open the profile again</a>', page.html)
    kept = profile_of(world, NORA.uid)
    assert kept is not None
    assert (kept.edition, kept.answers["specialty"]) == (1, "Paediatric oncology")
    assert [asked.network for asked in requests(world, uid=NORA.uid)] == ["PaedCAN", "RITA"]
    assert draft_of(world, NORA.uid) is None
    assert visitor.send(PROFILE, **old, profile_edition="0").state == "outdated"
    assert visitor.send(PROFILE, **old, profile_edition="1").name == "access-request"


def test_the_same_page_sent_twice_counts_once(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    for _ in range(2):
        assert visitor.send(PROFILE, **ANSWERS, profile_edition="0").name == "access-request"
    kept = profile_of(world, NORA.uid)
    assert kept is not None
    assert kept.edition == 1
    assert [asked.network for asked in requests(world, uid=NORA.uid)] == ["PaedCAN"]


def test_what_is_as_it_was_sent_is_no_draft_any_more(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    visitor.send(PROFILE, **ANSWERS)
    visitor.send(DRAFT, **ANSWERS | {"specialty": "x"}, profile_edition="1")
    assert draft_of(world, NORA.uid) is not None
    visitor.send(DRAFT, **ANSWERS, profile_edition="1")
    assert draft_of(world, NORA.uid) is None


def test_a_draft_holds_what_the_form_asks_and_nothing_else(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    visitor.send(DRAFT, email="x@else.example", foreign="1", specialty="y" * 10_000, networks=["RITA", "NOPE"])
    kept = draft_of(world, NORA.uid)
    assert kept is not None
    assert kept.answers.keys() == {"title", "phone", "country", "hospital", "role", "specialty", "terms"}
    assert kept.answers["specialty"] == "y" * 10_000
    assert kept.networks == ["RITA"]


@pytest.mark.parametrize(
    "act",
    [
        lambda world: save_draft(world, "nobody", networks=[], answers={}, edition=0),
        lambda world: send_profile(world, "nobody", networks=[], answers={}),
        lambda world: discard_draft(world, "nobody"),
        lambda world: complete_profile(world, "nobody", networks=["RITA"]),
        lambda world: submit_request(world, "nobody"),
    ],
)
def test_somebody_unknown_has_no_profile_and_asks_nothing(world: World, act: Callable[[World], object]) -> None:
    with refused("cpms.person_unknown", "Sign in to CPMS first"):
        act(world)


def test_discarding_twice_is_told_once(world: World, nora: str) -> None:
    save_draft(world, nora, networks=["RITA"], answers={}, edition=0)
    for _ in range(2):
        discard_draft(world, nora)
    types = [event.type for event in world.journal.events() if event.type.startswith("profile.")]
    assert types == ["profile.draft_saved", "profile.draft_discarded"]
