"""Guide, G01, G25 to G27: asking for access, the helpdesk's decision, the mails."""

from datetime import timedelta

import pytest

from mock_cpms.access.rules import draft_requests, requests
from mock_cpms.helpdesk.rules import appoint_helpdesk
from mock_cpms.people import know_person
from mock_cpms.profile.rules import complete_profile
from mock_world import World
from tests.mock_cpms.asking import put_request
from tests.mock_cpms.visitor import ANSWERS, HELGA, NORA, Visitor, known


@pytest.fixture
def helpdesk(world: World, visitor: Visitor) -> Visitor:
    """Somebody of the PaedCAN helpdesk, while Nora's request waits as number 1."""
    appoint_helpdesk(world, HELGA.uid, "PaedCAN")
    visitor.ask_for_access()
    visitor.sign_out()
    visitor.sign_in(HELGA)
    return visitor


def test_a_request_is_sent_to_each_chosen_network(visitor: Visitor, world: World) -> None:
    page = visitor.ask_for_access("PaedCAN", "ERN-LUNG")
    assert page.name == "access-status"
    made = requests(world, uid=NORA.uid)
    assert [(asked.network, asked.state, asked.comment) for asked in made] == [
        ("PaedCAN", "submitted", "Please."),
        ("ERN-LUNG", "submitted", "Please."),
    ]


@pytest.fixture
def nora(world: World, visitor: Visitor) -> Visitor:
    """Nora, with a profile for PaedCAN and a draft of its request, not yet signed in."""
    known(world)
    complete_profile(world, NORA.uid, networks=["PaedCAN"], country="AT", hospital="St. Anna")
    return visitor


def put(world: World, **states: str) -> None:
    """Requests of Nora by network and state."""
    for network, state in states.items():
        put_request(world, NORA.uid, network=network, state=state, since=world.clock.now())


def test_the_request_page_says_what_is_asked_for_and_as_whom(nora: Visitor) -> None:
    page = nora.sign_in()
    assert (page.name, 'data-state="ready"' in page.html) == ("access-request", True)
    for words in ("ERN PaedCan", "Nora Vásquez", NORA.email, "St. Anna, Austria", "Change my profile"):
        assert words in page.text
    assert "decides by itself" not in page.text


def test_a_comment_from_a_second_tab_is_not_lost(nora: Visitor, world: World) -> None:
    nora.sign_in()
    nora.send("/screen/access-request")
    page = nora.send("/screen/access-request", comment="I am <new>.")
    assert (page.name, 'data-state="sent"' in page.html) == ("access-request", True)
    assert "Please look at your requests: they were sent before, from another window." in page.text
    assert "I am &lt;new&gt;.</textarea>" in page.html
    assert '/screen/access-status">See my requests</a>' in page.html
    assert '<button class="button--main"' not in page.html
    assert [asked.comment for asked in requests(world)] == [""]


def test_networks_changed_in_another_tab_are_shown_before_they_are_asked(nora: Visitor, world: World) -> None:
    assert nora.sign_in().value_of("networks") == "PaedCAN"
    complete_profile(world, NORA.uid, networks=["RITA", "CRANIO"], country="AT", hospital="St. Anna")
    page = nora.send("/screen/access-request", networks="PaedCAN", comment="Please.")
    assert "Please check what you ask for: the networks were changed in another window." in page.text
    assert "Please.</textarea>" in page.html
    assert "ERN RITA" in page.text
    assert {asked.state for asked in requests(world)} == {"draft"}
    assert page.value_of("networks") == "RITA CRANIO"
    nora.send("/screen/access-request", networks="RITA CRANIO", comment="Please.")
    assert {asked.state for asked in requests(world)} == {"submitted"}


def test_a_comment_has_at_most_2000_characters(nora: Visitor, world: World) -> None:
    nora.sign_in()
    page = nora.send("/screen/access-request", comment="ж" * 2001)
    assert '<a href="#comment">Please write at most 2000 characters: this is 2001 long.</a>' in page.html
    assert f"{'ж' * 2001}</textarea>" in page.html
    assert requests(world)[0].state == "draft"
    nora.send("/screen/access-request", comment="ж" * 2000)
    assert requests(world)[0].comment == "ж" * 2000


@pytest.mark.parametrize(
    ("states", "page"),
    [
        ({"PaedCAN": "withdrawn", "RITA": "draft"}, "access-status"),
        ({"PaedCAN": "expired", "RITA": "approved"}, "dashboard"),
        ({"PaedCAN": "submitted", "RITA": "approved", "CRANIO": "draft"}, "dashboard"),
    ],
)
def test_the_way_leads_to_what_is_next(nora: Visitor, world: World, states: dict[str, str], page: str) -> None:
    put(world, **states)
    assert nora.sign_in().name == page
    assert nora.open("/screen/dashboard").name == page


def test_with_a_profile_but_no_request_the_way_leads_to_the_profile(nora: Visitor, world: World) -> None:
    draft_requests(world, requests(world)[0].person, [])
    assert nora.sign_in().name == "complete-profile"
    for path in ("dashboard", "access-request", "access-status"):
        assert nora.open(f"/screen/{path}").name == "complete-profile"


def test_somebody_of_a_helpdesk_can_ask_for_access_too(nora: Visitor, world: World) -> None:
    appoint_helpdesk(world, NORA.uid, "RITA")
    assert nora.sign_in().name == "helpdesk"
    assert nora.open("/screen/access-status").name == "access-request"
    assert nora.send("/screen/access-request").name == "access-status"
    put(world, PaedCAN="approved")
    assert nora.open("/screen/access-status").name == "access-status"
    assert nora.open("/screen/dashboard").name == "dashboard"
    assert nora.sign_in().name == "helpdesk"


def test_without_a_decision_the_dashboard_leads_to_the_status(visitor: Visitor) -> None:
    visitor.ask_for_access()
    assert visitor.open("/screen/dashboard").name == "access-status"
    assert visitor.open("/screen/access-request").name == "access-status"


def test_a_further_network_is_asked_on_the_way_of_the_first(helpdesk: Visitor, world: World) -> None:
    helpdesk.send("/screen/helpdesk/1", decision="approve")
    helpdesk.sign_out()
    helpdesk.sign_in(NORA)
    assert helpdesk.send("/screen/profile", **ANSWERS | {"networks": ["PaedCAN", "RITA"]}).name == "access-request"
    for path in ("dashboard", "access-status"):
        page = helpdesk.open(f"/screen/{path}")
        assert page.name == path
        assert "Not yet submitted: ERN RITA." in page.text
        assert '/screen/access-request">Submit Access Request</a>' in page.html
        assert '/screen/profile">Change my profile</a>' in page.html
    assert "Not yet submitted" not in helpdesk.send("/screen/access-request", comment="Also this one.").text
    assert [asked.state for asked in requests(world, uid=NORA.uid)] == ["approved", "submitted"]
    assert helpdesk.send("/screen/profile", **ANSWERS | {"networks": ["PaedCAN", "RITA"]}).name == "dashboard"


def test_a_draft_is_not_there_for_the_helpdesk(helpdesk: Visitor, world: World) -> None:
    uid = "n00draft"
    know_person(world, uid=uid, email="dora@hospital.example", first_name="Dora", last_name="Draft")
    draft = put_request(world, uid, network="PaedCAN", state="draft", since=world.clock.now())
    page = helpdesk.open(f"/screen/helpdesk/{draft.id}")
    assert (page.status, page.name) == (404, "error")
    assert "there is no such request" in page.text
    assert helpdesk.send(f"/screen/helpdesk/{draft.id}", decision="approve").status == 404


def test_the_helpdesk_begins_with_its_list_on_which_late_ones_are_marked(helpdesk: Visitor, world: World) -> None:
    for late in (False, True):
        page = helpdesk.open("/screen/helpdesk")
        for words in ("ERN PaedCan Helpdesk", "Nora Vásquez", "Monday 30 November 2026, 17:00"):
            assert words in page.text
        assert ("Overdue" in page.text) == late
        world.move_clock(world.clock.now() + timedelta(days=3, seconds=1))


def test_a_question_is_answered_and_an_approval_lets_in(helpdesk: Visitor, world: World) -> None:
    helpdesk.send("/screen/helpdesk/1", decision="ask", reason="Which ward?")
    helpdesk.sign_out()
    page = helpdesk.sign_in(NORA)
    assert "ERN PaedCan Helpdesk asks: Which ward?" in page.text
    assert "write to cpms-helpdesk@paedcan.ern.example" in page.text
    assert '/screen/profile">Change my profile</a>' in page.html
    helpdesk.send("/screen/access-status/1", step="reply", reply="Ward 7")
    helpdesk.sign_out()
    helpdesk.sign_in(HELGA)
    assert "Ward 7" in helpdesk.open("/screen/helpdesk/1").text
    helpdesk.send("/screen/helpdesk/1", decision="approve")
    helpdesk.sign_out()
    assert helpdesk.sign_in(NORA).name == "dashboard"
    (asked,) = requests(world)
    assert [(step.state, step.by) for step in asked.history] == [
        ("submitted", NORA.email),
        ("info_requested", HELGA.email),
        ("submitted", NORA.email),
        ("approved", HELGA.email),
    ]
    types = [event.type for event in world.journal.events(person=NORA.email)]
    acts = ["access.requested", "access.question", "access.replied", "access.approved"]
    assert types[:2] == ["cpms.signed_in", "profile.completed"]
    assert [name for name in types if name.startswith("access.")] == acts
