"""One request on the helpdesk's page: what is read, what is decided, what is refused (guide, G26, G27)."""

import re
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path

import pytest

from mock_cpms.access.deciding import decide
from mock_cpms.access.model import AccessRequest
from mock_cpms.access.rules import ask_again, reply, request_of, submit_request, withdraw
from mock_cpms.helpdesk.rules import (
    appoint_helpdesk,
    decide_as,
    end_of_day,
    guest_day,
)
from mock_cpms.people import Person, person_of
from mock_cpms.profile.rules import complete_profile
from mock_world import World
from tests.mock_cpms.asking import put_request, refused, use_own_form
from tests.mock_cpms.fake_eulogin import Somebody
from tests.mock_cpms.visitor import HELGA, NORA, Answer, Page, Visitor, known

REQUEST = "/screen/helpdesk/1"
LONG = "Ж" * 10_000
BOND_ONLY = "Istituto Ortopedico Rizzoli"


@pytest.fixture
def helga(world: World) -> Person:
    """Somebody of the helpdesk of PaedCAN, while Nora's request waits as number 1."""
    appoint_helpdesk(world, HELGA.uid, "PaedCAN")
    known(world)
    complete_profile(world, NORA.uid, networks=["PaedCAN", "RITA"], country="AT", hospital="St. Anna")
    submit_request(world, NORA.uid, comment="Please <b>let</b> me in.")
    return known(world, HELGA)


@pytest.fixture
def desk(visitor: Visitor, helga: Person) -> Visitor:
    assert helga.uid == HELGA.uid
    visitor.sign_in(HELGA)
    return visitor


def now_of(world: World) -> AccessRequest:
    return request_of(world, 1)


def seen_in(page: Page) -> str:
    (steps,) = re.findall(r'id="seen"[^>]*value="(\d+)"', page.html)
    return str(steps)


def error_at(page: Page, field: str) -> str:
    (message,) = re.findall(rf'id="{field}-error">([^<]*)<', page.html)
    return str(message)


# What is read.


def test_the_page_tells_who_asks_with_every_answer_as_labelled(desk: Visitor) -> None:
    page = desk.open(REQUEST)
    assert page.state == "ready"
    assert 'data-network="PaedCAN" data-state="submitted"' in page.html
    for words in (
        "Nora Vásquez",
        NORA.email,
        "Country Austria",
        "Hospital St. Anna",
        "Comment Please <b>let</b> me in.",
        "Decision by Monday 30 November 2026, 17:00",
    ):
        assert words in page.text
    assert "RITA" not in page.text


def test_answers_of_an_own_form_have_its_labels_and_its_order(desk: Visitor, world: World, tmp_path: Path) -> None:
    use_own_form(
        world,
        tmp_path / "profile.yaml",
        "{name: ward, label: Ward <1>, type: text}",
        "{name: night, label: Works at night, type: tick}",
        "{name: sure, label: I am sure, type: tick, mandatory: true}",
        "{name: clinic, label: Clinic, type: hospital}",
    )
    answers = {"clinic": BOND_ONLY, "ward": "7 & up", "night": "yes", "sure": "yes", "old": "gone"}
    complete_profile(world, NORA.uid, networks=["PaedCAN"], **answers)
    text = desk.open(REQUEST).text
    assert "Ward <1> 7 & up Works at night yes Clinic Istituto Ortopedico Rizzoli" in text
    assert "I am sure" not in text
    assert "gone" not in text
    assert "The hospital is not listed for ERN PaedCan, but for BOND" in text


def test_without_a_profile_the_request_can_be_read_all_the_same(desk: Visitor, world: World) -> None:
    known(world, Somebody("n1", "bea@hospital.example", "Bea", "Bare"))
    asked = put_request(world, "n1", network="PaedCAN", state="submitted", since=world.clock.now())
    text = desk.open(f"/screen/helpdesk/{asked.id}").text
    assert "Bea Bare" in text
    assert "In the directory" not in text


@pytest.mark.parametrize(
    ("hospital", "country", "words"),
    [
        ("ST ANNA CHILDRENS HOSPITAL / CCRI", "AT", "The hospital is listed for ERN PaedCan."),
        (BOND_ONLY, "IT", "The hospital is not listed for ERN PaedCan, but for BOND"),
        (BOND_ONLY, "AT", "The hospital is not listed. Not listed does not mean not a member."),
    ],
)
def test_the_page_says_whether_the_hospital_is_in_the_directory(
    desk: Visitor, world: World, hospital: str, country: str, words: str
) -> None:
    complete_profile(world, NORA.uid, networks=["PaedCAN"], country=country, hospital=hospital)
    assert f"In the directory {words}" in desk.open(REQUEST).text


def test_question_and_answer_stand_together_before_the_history(desk: Visitor, world: World) -> None:
    desk.send(REQUEST, decision="ask", reason="Which ward?")
    text = desk.open(REQUEST).text
    assert "Question Which ward? Answer none yet" in text
    assert "Decision by" not in text
    world.move_clock(world.clock.now() + timedelta(hours=1))
    reply(world, NORA.uid, 1, answer="Ward 7.\n<i>Really.</i>")
    desk.send(REQUEST, decision="ask", reason="Since when?")
    text = desk.open(REQUEST).text
    assert "Question Which ward? Answer Ward 7. <i>Really.</i>" in text
    assert "Question Since when? Answer none yet" in text
    desk.send(REQUEST, decision="reject", reason="No answer.")
    text = desk.open(REQUEST).text
    assert "Question Since when? Answer none" in text
    for words in (
        f"Submitted Friday 27 November 2026, 17:00 {NORA.email}",
        f"Information requested Friday 27 November 2026, 17:00 {HELGA.email}",
        f"Submitted Friday 27 November 2026, 18:00 {NORA.email}",
        f"Rejected Friday 27 November 2026, 18:00 {HELGA.email}",
    ):
        assert words in text[text.index("History") :]


def test_what_is_over_has_no_form(desk: Visitor, world: World) -> None:
    for state in ("approved", "rejected", "withdrawn", "expired"):
        put_request(world, NORA.uid, network="PaedCAN", state=state, since=world.clock.now())
        page = desk.open(REQUEST)
        assert f'data-network="PaedCAN" data-state="{state}"' in page.html
        assert "Your decision" not in page.text


# What is decided.


@pytest.mark.parametrize(
    ("decision", "state", "sentence"),
    [
        ("approve", "approved", "Approved: Nora Vásquez may use CPMS for ERN PaedCan now, and was told by e-mail."),
        ("reject", "rejected", "Rejected: Nora Vásquez was told why by e-mail."),
        ("ask", "info_requested", "Asked: Nora Vásquez has your question in an e-mail."),
    ],
)
def test_a_decision_is_said_on_the_list_with_a_way_to_the_next_request(
    desk: Visitor, world: World, decision: str, state: str, sentence: str
) -> None:
    known(world, Somebody("n1", "bea@hospital.example", "Bea <b>Next</b>", "Test"))
    following = put_request(world, "n1", network="PaedCAN", state="submitted", since=world.clock.now())
    page = desk.send(f"{REQUEST}?person=nora", decision=decision, reason="So.", seen="1")
    assert page.url.endswith("/screen/helpdesk?person=nora")
    assert sentence in page.text
    assert f'/screen/helpdesk/{following.id}">Next request: Bea &lt;b&gt;Next&lt;/b&gt; Test</a>' in page.html
    assert (now_of(world).state, now_of(world).history[-1].by) == (state, HELGA.email)
    assert "Next request" not in desk.send(f"/screen/helpdesk/{following.id}", decision="approve").text


@pytest.mark.parametrize(
    ("day", "zone", "end"),
    [
        ("2026-11-27", "Europe/Brussels", datetime(2026, 11, 27, 23, tzinfo=UTC)),  # today
        ("2027-03-28", "Europe/Brussels", datetime(2027, 3, 28, 22, tzinfo=UTC)),  # a day of 23 hours
        ("  2026-11-29  ", "Asia/Tokyo", datetime(2026, 11, 29, 15, tzinfo=UTC)),
    ],
)
def test_a_guests_last_day_ends_at_midnight_of_the_helpdesk(
    desk: Visitor, world: World, day: str, zone: str, end: datetime
) -> None:
    world.settings.change({"helpdesk.time_zone": zone})
    desk.send(REQUEST, decision="approve", guestUntil=day)
    assert now_of(world).guest_until == end
    assert f"Access to the end of {date.fromisoformat(day.strip()):%A}" in desk.open(REQUEST).text


def test_the_usual_end_is_proposed_in_the_helpdesks_zone_and_never_set_by_itself(desk: Visitor, world: World) -> None:
    text = desk.open(REQUEST).text
    assert "Leave empty for access without an end. Usual for guests: until Thursday 25 February 2027." in text
    world.settings.change({"helpdesk.time_zone": "Asia/Tokyo", "guest.life": "P7D"})  # where Saturday has begun
    page = desk.open(REQUEST)
    assert "Usual for guests: until Saturday 5 December 2026." in page.text
    assert page.value_of("guestUntil") == ""
    desk.send(REQUEST, decision="approve", guestUntil="")
    assert now_of(world).guest_until is None


# What is refused.

Sent = dict[str, Answer]
REFUSED: list[tuple[Sent, str, str]] = [
    ({"decision": "ask", "reason": " \n "}, "reason", "Please write what the person should know"),
    ({"decision": "approve", "reason": LONG}, "reason", "Please write at most 2000 characters: this is 10000 long."),
    ({"decision": "approve", "guestUntil": "2026-11-26"}, "guestUntil", "Please choose a later day"),
    ({"decision": "approve", "guestUntil": "9999-12-31"}, "guestUntil", "Please give the last day by year"),
    ({"decision": "approve", "guestUntil": "2026-02-30"}, "guestUntil", "such as 2027-02-25."),
    ({"decision": "approve", "guestUntil": "٢٠٢٧-٠٢-٢٥ <b>"}, "guestUntil", "Please give the last day by year"),
    ({"decision": "reject", "reason": "No.", "guestUntil": "2027-01-01"}, "guestUntil", "only when you approve"),
]


@pytest.mark.parametrize(("sent", "field", "message"), REFUSED)
def test_a_wrong_decision_is_said_at_its_field_and_nothing_typed_is_lost(
    desk: Visitor, world: World, sent: Sent, field: str, message: str
) -> None:
    mails = len(world.mailbox.mails())
    page = desk.send(REQUEST, **sent, seen="1")
    assert page.state == "ready"
    assert message in error_at(page, field)
    assert f'href="#{field}"' in page.html
    assert escape(str(sent.get("reason", ""))).strip() in page.html
    assert page.value_of("guestUntil") == str(sent.get("guestUntil", ""))
    assert now_of(world).state == "submitted"
    assert len(world.mailbox.mails()) == mails
    mended = {"decision": "reject", "reason": "Now it is right.", "seen": seen_in(page)}
    assert "Rejected: Nora Vásquez" in desk.send(REQUEST, **mended).text


def test_a_decision_is_one_of_the_three_buttons(desk: Visitor, world: World) -> None:
    page = desk.send(REQUEST, decision="", reason="Hm.")
    assert "Please choose to approve, to reject, or to ask for information." in page.text
    assert ">\r\nHm.</textarea>" in page.html
    assert now_of(world).state == "submitted"


def test_refusals_tell_clients_what_to_do(world: World, helga: Person) -> None:
    with refused("helpdesk.changed", remedy="open the request again, then decide") as told:
        decide_as(world, helga, 1, decision="approve", reason="", seen=2)
    assert told.value.expected == "a decision on the request as it is now, after 1 steps"
    assert told.value.got == "one on its state after 2"
    with refused("helpdesk.no_day", remedy="guestUntil, or nothing") as told:
        end_of_day(world, "31/12/2026", member=helga)
    assert told.value.expected == f"a day as in ISO 8601, such as {guest_day(world)}"
    assert told.value.got == "'31/12/2026'"


@pytest.mark.parametrize(
    ("member", "network", "code", "got", "remedy"),
    [
        (HELGA, None, "helpdesk.not_a_member", "somebody of no helpdesk", "appoint this person"),
        (HELGA, "RITA", "helpdesk.not_a_member", "who is not of the helpdesk of PaedCAN", "appoint this person"),
        (NORA, "PaedCAN", "helpdesk.own_request", "who made it", "decide as another member"),
    ],
)
def test_who_may_not_decide_is_told_who_may(
    visitor: Visitor, world: World, member: Somebody, network: str | None, code: str, got: str, remedy: str
) -> None:
    visitor.ask_for_access()
    known(world, member)
    if network:
        appoint_helpdesk(world, member.uid, network)
    with refused(code, remedy=remedy) as told:
        decide_as(world, person_of(world, member.uid), 1, decision="approve", reason="")
    assert (told.value.kind.status, got in told.value.got) == (403, True)
    assert now_of(world).state == "submitted"


# Two at once.


def test_a_colleague_who_decided_first_is_named_and_what_was_typed_is_kept(desk: Visitor, world: World) -> None:
    seen = seen_in(desk.open(REQUEST))
    decide(world, 1, decision="reject", reason="Not our hospital.", by="colleague@paedcan.ern.example")
    page = desk.send(REQUEST, decision="approve", reason="Welcome, <b>Nora</b>.", guestUntil="2027-01-31", seen=seen)
    assert page.state == "changed"
    assert "Please read first what happened meanwhile" in page.text
    meanwhile = page.text[page.text.index("Meanwhile") :]
    assert "Rejected Friday 27 November 2026, 17:00 , colleague@paedcan.ern.example Not our hospital." in meanwhile
    assert "What you had written It was not sent. Copy it if you need it. Welcome, <b>Nora</b>." in page.text
    assert "Last day of a guest's access: 2027-01-31" in page.text
    assert "Your decision" not in page.text
    assert now_of(world).state == "rejected"


def test_a_question_of_a_colleague_is_read_before_the_decision_counts(desk: Visitor, world: World) -> None:
    seen = seen_in(desk.open(REQUEST))
    decide(world, 1, decision="ask", reason="Which ward?", by="colleague@paedcan.ern.example")
    page = desk.send(REQUEST, decision="reject", reason="Unclear.", seen=seen)
    assert page.state == "changed"
    assert "colleague@paedcan.ern.example Which ward?" in page.text
    assert ">\r\nUnclear.</textarea>" in page.html
    assert now_of(world).state == "info_requested"
    assert "Rejected: Nora" in desk.send(REQUEST, decision="reject", reason="Unclear.", seen=seen_in(page)).text


def test_what_the_person_did_meanwhile_is_told_with_every_step(desk: Visitor, world: World) -> None:
    seen = seen_in(desk.open(REQUEST))
    withdraw(world, NORA.uid, 1)
    page = desk.send(REQUEST, decision="approve")
    assert page.state == "changed"
    assert "it is not open (any more)" in page.text
    assert "What you had written" not in page.text
    ask_again(world, NORA.uid, 1, comment="Again.")
    page = desk.send(REQUEST, decision="approve", seen=seen)
    meanwhile = page.text[page.text.index("Meanwhile") : page.text.index("Asks ERN PaedCan")]
    assert re.findall(r"Withdrawn|Submitted", meanwhile)[:2] == ["Withdrawn", "Submitted"]
    assert now_of(world).state == "submitted"


@pytest.mark.parametrize("seen", ["99", "<b>"])
def test_a_wrong_count_of_steps_decides_nothing_or_counts_as_none(desk: Visitor, world: World, seen: str) -> None:
    page = desk.send(REQUEST, decision="approve", seen=seen)
    assert now_of(world).state == ("submitted" if seen == "99" else "approved")
    assert page.status == 200


# Whose request it is.


def test_nobody_decides_their_own_request(desk: Visitor, world: World) -> None:
    own = put_request(world, HELGA.uid, network="PaedCAN", state="submitted", since=world.clock.now())
    assert "Your own" in desk.open("/screen/helpdesk").text
    path = f"/screen/helpdesk/{own.id}"
    page = desk.open(path)
    assert page.state == "own"
    assert "This is your own request: somebody else of your helpdesk decides it." in page.text
    assert "Your decision" not in page.text
    page = desk.send(path, decision="approve")
    assert "Please leave this request to somebody else of your helpdesk: it is your own." in page.text
    assert request_of(world, own.id).state == "submitted"
    appoint_helpdesk(world, "n00otto", "PaedCAN")
    otto = known(world, Somebody("n00otto", "otto@paedcan.ern.example", "Otto", "Desk"))
    decide_as(world, otto, own.id, decision="approve", reason="")
    assert request_of(world, own.id).state == "approved"
    assert desk.open(path).state == "ready"
