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

DUE = "Monday 30 November 2026, 17:00"


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


def test_the_status_page_says_until_when_the_helpdesk_decides(visitor: Visitor) -> None:
    page = visitor.ask_for_access()
    assert f"Decision by {DUE}" in page.text
    assert "ERN PaedCan Helpdesk" in page.text
    assert 'data-network="PaedCAN" data-state="submitted"' in page.html


def test_a_mail_says_that_the_request_arrived(visitor: Visitor, world: World) -> None:
    visitor.ask_for_access()
    (mail,) = world.mailbox.mails(to=NORA.email)
    assert mail.sender == "ERN PaedCan Helpdesk <cpms-helpdesk@paedcan.ern.example>"
    assert mail.subject == "Your access request to ERN PaedCan has arrived"
    assert mail.html is not None
    for form in (mail.text, mail.html):
        assert "Dear Nora Vásquez," in form
        assert f"We decide by {DUE} at the latest" in form
    assert mail.links == [{"text": "See my request", "url": world.addresses.public("cpms", "/screen/access-status/1")}]


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


def test_a_form_sent_twice_is_one_request_and_one_mail(nora: Visitor, world: World) -> None:
    nora.sign_in()
    for _ in range(2):
        page = nora.send("/screen/access-request", comment="Please.")
        assert page.url.endswith("/screen/access-status")
    assert [len(asked.history) for asked in requests(world)] == [1]
    assert len(world.mailbox.mails(to=NORA.email)) == 1


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
    for length in (2001, 10_000):
        page = nora.send("/screen/access-request", comment="ж" * length)
        assert f'<a href="#comment">Please write at most 2000 characters: this is {length} long.</a>' in page.html
        assert f"{'ж' * length}</textarea>" in page.html
    assert requests(world)[0].state == "draft"
    nora.send("/screen/access-request", comment="ж" * 2000)
    assert requests(world)[0].comment == "ж" * 2000


@pytest.mark.parametrize(
    ("states", "page"),
    [
        ({"PaedCAN": "draft"}, "access-request"),
        ({"PaedCAN": "submitted"}, "access-status"),
        ({"PaedCAN": "info_requested"}, "access-status"),
        ({"PaedCAN": "rejected", "RITA": "withdrawn", "CRANIO": "expired"}, "access-status"),
        ({"PaedCAN": "expired"}, "access-status"),
        ({"PaedCAN": "rejected", "RITA": "draft"}, "access-status"),
        ({"PaedCAN": "expired", "RITA": "approved"}, "dashboard"),
        ({"PaedCAN": "submitted", "RITA": "approved", "CRANIO": "draft"}, "dashboard"),
    ],
)
def test_the_way_leads_to_what_is_next(nora: Visitor, world: World, states: dict[str, str], page: str) -> None:
    put(world, **states)
    assert nora.sign_in().name == page
    assert nora.open("/screen/dashboard").name == page


@pytest.mark.parametrize("path", ["dashboard", "access-request", "access-status"])
def test_with_a_profile_but_no_request_the_way_leads_to_the_profile(nora: Visitor, world: World, path: str) -> None:
    draft_requests(world, requests(world)[0].person, [])
    assert nora.sign_in().name == "complete-profile"
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


@pytest.mark.parametrize("path", ["dashboard", "access-request", "access-status"])
def test_without_a_profile_every_page_leads_to_the_profile(visitor: Visitor, path: str) -> None:
    visitor.sign_in()
    assert visitor.open(f"/screen/{path}").name == "complete-profile"


@pytest.mark.parametrize("path", ["dashboard", "access-status"])
def test_without_a_request_every_page_leads_to_the_request(visitor: Visitor, path: str) -> None:
    visitor.sign_in()
    visitor.send("/screen/profile", **ANSWERS)
    assert visitor.open(f"/screen/{path}").name == "access-request"


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


def test_a_draft_is_no_request_for_the_helpdesk(helpdesk: Visitor, world: World) -> None:
    uid = "n00draft"
    know_person(world, uid=uid, email="dora@hospital.example", first_name="Dora", last_name="Draft")
    draft = put_request(world, uid, network="PaedCAN", state="draft", since=world.clock.now())
    assert "Draft" not in helpdesk.open("/screen/helpdesk").text
    page = helpdesk.open(f"/screen/helpdesk/{draft.id}")
    assert (page.status, page.name) == (404, "error")
    assert "there is no such request" in page.text
    assert helpdesk.send(f"/screen/helpdesk/{draft.id}", decision="approve").status == 404


def test_the_helpdesk_begins_with_its_list(helpdesk: Visitor) -> None:
    page = helpdesk.open("/screen/helpdesk")
    assert "ERN PaedCan Helpdesk" in page.text
    assert "Nora Vásquez" in page.text
    assert DUE in page.text
    assert "Overdue" not in page.text


def test_what_is_late_is_marked(helpdesk: Visitor, world: World) -> None:
    world.move_clock(world.clock.now() + timedelta(days=3))
    assert "Overdue" not in helpdesk.open("/screen/helpdesk").text
    world.move_clock(world.clock.now() + timedelta(seconds=1))
    assert "Overdue" in helpdesk.open("/screen/helpdesk").text


def test_an_approval_lets_in_and_is_mailed(helpdesk: Visitor, world: World) -> None:
    page = helpdesk.send("/screen/helpdesk/1", decision="approve")
    assert page.name == "helpdesk"
    assert "Approved: Nora Vásquez may use CPMS for ERN PaedCan now" in page.text
    mail = world.mailbox.mails(to=NORA.email)[-1]
    assert mail.subject == "Welcome to CPMS 2.0: your request to ERN PaedCan is approved"
    helpdesk.sign_out()
    page = helpdesk.sign_in(NORA)
    assert page.name == "dashboard"
    for words in ("Nora Vásquez", "ERN PaedCan", "Patient Record", "Add New Patient", "Meetings"):
        assert words in page.text


def test_a_question_can_be_answered(helpdesk: Visitor) -> None:
    helpdesk.send("/screen/helpdesk/1", decision="ask", reason="Which ward?")
    helpdesk.sign_out()
    page = helpdesk.sign_in(NORA)
    assert "ERN PaedCan Helpdesk asks: Which ward?" in page.text
    assert "write to cpms-helpdesk@paedcan.ern.example" in page.text
    assert '/screen/profile">Change my profile</a>' in page.html
    page = helpdesk.send("/screen/access-status/1", step="reply", reply="Ward 7")
    assert "ERN PaedCan Helpdesk has your answer." in page.text
    helpdesk.sign_out()
    helpdesk.sign_in(HELGA)
    assert "Ward 7" in helpdesk.open("/screen/helpdesk/1").text


def test_a_rejection_gives_its_reason_on_page_and_in_mail(helpdesk: Visitor, world: World) -> None:
    helpdesk.send("/screen/helpdesk/1", decision="reject", reason="Not <your> hospital.\nAsk CRANIO.")
    mail = world.mailbox.mails(to=NORA.email)[-1]
    assert mail.subject == "Your access request to ERN PaedCan was not approved"
    assert "Not <your> hospital.\nAsk CRANIO." in mail.text
    assert "Not &lt;your&gt; hospital.<br>Ask CRANIO.<br>" in str(mail.html)
    helpdesk.sign_out()
    page = helpdesk.sign_in(NORA)
    assert page.name == "access-status"
    assert "Rejected" in page.text
    assert "Not <your> hospital. Ask CRANIO." in page.text


def test_a_question_is_asked_on_page_and_in_mail_and_the_request_stays_open(helpdesk: Visitor, world: World) -> None:
    helpdesk.send("/screen/helpdesk/1", decision="ask", reason="Which ward?")
    mail = world.mailbox.mails(to=NORA.email)[-1]
    assert mail.subject == "A question about your access request to ERN PaedCan"
    assert "Which ward?" in mail.text
    assert world.addresses.public("cpms", "/screen/access-status/1") in mail.text
    assert helpdesk.send("/screen/helpdesk/1", decision="approve").name == "helpdesk"
    (asked,) = requests(world)
    assert [step.state for step in asked.history] == ["submitted", "info_requested", "approved"]
    assert [step.by for step in asked.history] == [NORA.email, HELGA.email, HELGA.email]


@pytest.mark.parametrize("decision", ["reject", "ask"])
def test_no_and_a_question_need_words(helpdesk: Visitor, world: World, decision: str) -> None:
    page = helpdesk.send("/screen/helpdesk/1", decision=decision, reason="  ")
    assert page.name == "helpdesk-request"
    assert 'id="reason-error">Please write what the person should know' in page.html
    assert requests(world)[0].state == "submitted"


def test_a_decision_needs_its_button(helpdesk: Visitor) -> None:
    page = helpdesk.send("/screen/helpdesk/1", reason="Hm.")
    assert "Please choose to approve, to reject, or to ask for information." in page.text


def test_a_request_is_decided_once(helpdesk: Visitor, world: World) -> None:
    helpdesk.send("/screen/helpdesk/1", decision="approve")
    page = helpdesk.send("/screen/helpdesk/1", decision="reject", reason="No.")
    assert "it is not open (any more)" in page.text
    assert requests(world)[0].state == "approved"
    assert len(world.mailbox.mails(to=NORA.email)) == 2


def test_nobody_else_sees_or_decides(visitor: Visitor, world: World) -> None:
    visitor.ask_for_access()
    assert visitor.open("/screen/helpdesk").status == 403
    assert visitor.send("/screen/helpdesk/1", decision="approve").status == 403
    visitor.sign_out()
    appoint_helpdesk(world, HELGA.uid, "ERN-LUNG")
    assert "Nora" not in visitor.sign_in(HELGA).text
    assert visitor.open("/screen/helpdesk/1").status == 403
    assert visitor.send("/screen/helpdesk/1", decision="approve").status == 403
    assert requests(world)[0].state == "submitted"


def test_an_unknown_request_is_said(helpdesk: Visitor) -> None:
    page = helpdesk.open("/screen/helpdesk/99")
    assert page.status == 404
    assert "there is no such request" in page.text


def test_the_journal_tells_the_story(helpdesk: Visitor, world: World) -> None:
    helpdesk.send("/screen/helpdesk/1", decision="approve")
    types = [event.type for event in world.journal.events(person=NORA.email)]
    story = ["cpms.signed_in", "profile.completed", "access.requested", "cpms.signed_out", "access.approved"]
    assert [name for name in types if not name.startswith("mail.")] == story
