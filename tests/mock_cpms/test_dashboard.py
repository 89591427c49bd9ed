"""The inside: one is in, as whom, with which networks (guide, G01; facts, CPMS 2)."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from mock_cpms.people import know_person
from mock_cpms.profile.rules import complete_profile
from mock_world import World
from tests.mock_cpms.asking import put_request
from tests.mock_cpms.visitor import NORA, Page, Visitor

Inside = Callable[..., Page]
MENU = {
    "patient-record": ("Patient Record", "No patients. This mock ends where patients' data would begin."),
    "add-new-patient": ("Add New Patient", "Not in this mock: nobody should enter a patient here."),
    "meetings": ("Meetings", "No meetings are planned."),
}


@pytest.fixture
def inside(world: World, visitor: Visitor) -> Inside:
    """Nora signs in, with PaedCAN approved and further requests by network and state."""
    know_person(world, uid=NORA.uid, email=NORA.email, first_name=NORA.first_name, last_name=NORA.last_name)
    complete_profile(world, NORA.uid, networks=["PaedCAN"], country="AT", hospital="St. <Anna>")

    def inside(guest_until: datetime | None = None, **states: str) -> Page:
        for network, state in ({"PaedCAN": "approved"} | states).items():
            put_request(world, NORA.uid, network=network, state=state, since=world.clock.now(), guest_until=guest_until)
        return visitor.sign_in()

    return inside


def networks_of(page: Page) -> list[str]:
    return re.findall(r'<li data-network="([^"]*)"', page.html)


def test_one_is_in_as_whom_and_with_which_networks(inside: Inside) -> None:
    page = inside(RITA="approved", CRANIO="rejected", ITHACA="submitted")
    assert page.name == "dashboard"
    assert "Welcome, Nora Vásquez" in page.text
    assert f"Signed in with EU Login as {NORA.email}. St. <Anna>, Austria." in page.text
    assert networks_of(page) == ["PaedCAN", "RITA"]
    assert "Guest" not in page.text
    assert "Access:" not in page.text


def test_the_menu_leads_to_lists_that_say_honestly_that_they_are_empty(inside: Inside) -> None:
    page = inside()
    for place, (word, says) in MENU.items():
        assert f'<a href="#{place}">{word}</a>' in page.html
        assert page.html.count(f'<h2 id="{place}" tabindex="-1">{word}</h2>') == 1
        assert says in page.text


@pytest.mark.parametrize(
    ("state", "says", "leads"),
    [
        ("submitted", "Not yet decided: ERN RITA.", 'access-status">See my requests</a>'),
        ("info_requested", "ERN RITA Helpdesk waits for your answer.", '/2">Read the question and reply</a>'),
        ("expired", "Your access to ERN RITA as a guest has ended.", '/2">Ask again</a>'),
        ("draft", "Not yet submitted: ERN RITA.", 'access-request">Submit Access Request</a>'),
    ],
)
def test_what_is_pending_is_said_with_the_way_on(inside: Inside, state: str, says: str, leads: str) -> None:
    page = inside(RITA=state)
    assert says in page.text
    assert leads in page.html
    assert networks_of(page) == ["PaedCAN"]


def test_a_guest_sees_until_when_and_is_out_afterwards(inside: Inside, visitor: Visitor, world: World) -> None:
    end = world.clock.now() + timedelta(days=3)
    assert "Guest European" in inside(end).text
    world.move_clock(end - timedelta(seconds=1))
    page = visitor.open("/screen/dashboard")
    assert (page.name, "Access: until Monday 30 November 2026, 17:00" in page.text) == ("dashboard", True)
    world.move_clock(end)
    assert visitor.open("/screen/dashboard").name == "access-status"


def test_who_was_approved_without_a_profile_completes_it_first(visitor: Visitor, world: World) -> None:
    know_person(world, uid=NORA.uid, email=NORA.email, first_name=NORA.first_name, last_name=NORA.last_name)
    put_request(world, NORA.uid, network="PaedCAN", state="approved", since=world.clock.now())
    assert visitor.sign_in().name == "complete-profile"
    assert visitor.open("/screen/dashboard").name == "complete-profile"
