"""The state of one's requests, and what one can do there (guide, G25 to G27): reply, withdraw, ask again."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mock_cpms.access.deciding import decide
from mock_cpms.access.model import AccessRequest
from mock_cpms.access.rules import own_request
from mock_cpms.networks import networks
from mock_cpms.profile.rules import complete_profile
from mock_world import World
from tests.mock_cpms.asking import put_request
from tests.mock_cpms.visitor import HELGA, NORA, Page, Visitor, known

FRIDAY_17 = "Friday 27 November 2026, 17:00"
MONDAY_17 = "Monday 30 November 2026, 17:00"
GUEST_END = "Thursday 25 February 2027, 17:00"
NO_QUESTION = "Please look at your request again: the helpdesk does not wait for an answer (any more)."
NOT_OPEN = "it is not open (any more)."
NOT_OVER = "Please look at your request again: it cannot be asked again while it is open or approved."
STATES = ("submitted", "info_requested", "approved", "rejected", "withdrawn", "expired")

Put = Callable[..., AccessRequest]


@pytest.fixture
def put(world: World, visitor: Visitor) -> Put:
    """Brings a request of Nora, who is signed in, into a state."""
    known(world)
    complete_profile(world, NORA.uid, networks=["PaedCAN"], country="AT", hospital="St. Anna")
    visitor.sign_in()

    def put(state: str, network: str = "PaedCAN", **more: Any) -> AccessRequest:
        return put_request(world, NORA.uid, network=network, state=state, since=world.clock.now(), **more)

    return put


def one(asked: AccessRequest) -> str:
    return f"/screen/access-status/{asked.id}"


def state_of(world: World, asked: AccessRequest) -> str:
    return own_request(world, NORA.uid, asked.id).state


def way(page: Page) -> list[str]:
    """The time line, an entry a step, without its labels' markup."""
    timeline = page.html.partition('<ol class="timeline">')[2].partition("</ol>")[0]
    steps = re.findall(r"<li[^>]*>(.*?)</li>", timeline, re.DOTALL)
    return [html.unescape(" ".join(re.sub(r"<[^>]*>", " ", step).split())) for step in steps]


@pytest.mark.parametrize(
    ("state", "word", "says", "button", "offers"),
    [
        ("submitted", "Submitted", "when it has decided or has a question.", "Withdraw", ["withdraw"]),
        ("info_requested", "Information requested", "Helpdesk asks: Which ward?", "Reply", ["reply", "withdraw"]),
        ("approved", "Approved", "CPMS 2.0 is open for you in ERN PaedCan.", "Open the dashboard", []),
        ("rejected", "Rejected", "ERN PaedCan Helpdesk writes: Which ward?", "Ask again", ["again"]),
        ("withdrawn", "Withdrawn", "You withdrew this request", "Ask again", ["again"]),
        ("expired", "Expired", f"for a limited time. Access: until {FRIDAY_17}", "Ask again", ["again"]),
    ],
)
def test_each_state_says_what_it_means_and_how_to_go_on_and_offers_nothing_that_would_be_refused(
    visitor: Visitor, put: Put, state: str, word: str, says: str, button: str, offers: list[str]
) -> None:
    put(state, reason="Which ward?")
    page = visitor.open("/screen/access-status")
    assert (page.status, page.name) == (200, "access-status")
    assert f'data-network="PaedCAN" data-state="{state}"' in page.html
    assert word in page.text
    assert says in page.text
    assert re.search(rf"<(button|a) [^>]*>{button}</", page.html)
    assert re.findall(r'name="step" value="(\w+)"', page.html) == offers
    assert ("mend it first if something in it is wrong or old. Change my profile" in page.text) == ("again" in offers)
    assert "Back to all my requests" not in page.text


def test_a_question_or_a_rejection_without_words_says_so(visitor: Visitor, put: Put) -> None:
    page = visitor.open(one(put("rejected")))
    assert "did not approve your request, and gave no reason here" in page.text
    page = visitor.open(one(put("info_requested")))
    assert "The helpdesk has a question, but did not write it here. Your answer" in page.text
    assert '<p class="said"></p>' not in page.html
    put("submitted", "RITA")
    assert "Question not written here" in visitor.open("/screen/access-status").text


def test_the_time_line_tells_what_happened_who_did_it_and_what_is_to_come(
    visitor: Visitor, put: Put, world: World
) -> None:
    asked = put("submitted")
    assert way(visitor.open(one(asked))) == [f"Submitted {FRIDAY_17} You", f"Decision by {MONDAY_17}"]
    decide(world, asked.id, decision="ask", reason="Which ward?", by=HELGA.email)
    world.move_clock(world.clock.now() + timedelta(days=4))
    page = visitor.open(one(asked))
    assert way(page)[1:] == [
        f"Information requested {FRIDAY_17} ERN PaedCan Helpdesk Question Which ward?",
        "Your answer With it the helpdesk's time for the decision begins anew.",
    ]
    assert "Overdue" not in page.text
    assert HELGA.email not in page.html  # the helpdesk answers, not one of its people
    page = visitor.send(one(asked), step="reply", reply=" Ward 7,\r\nsince March ")
    assert page.url.endswith(one(asked))
    assert "ERN PaedCan Helpdesk has your answer." in page.text
    tuesday_17 = "Tuesday 1 December 2026, 17:00"
    assert way(page)[2:] == [
        f"Submitted {tuesday_17} You Answer Ward 7, since March",
        "Decision by Wednesday 2 December 2026, 17:00",
    ]
    end = world.clock.now() + timedelta(days=86)
    decide(world, asked.id, decision="approve", reason="Welcome.", guest_until=end, by=HELGA.email)
    assert way(visitor.open(one(asked)))[3:] == [
        f"Approved {tuesday_17} ERN PaedCan Helpdesk Message Welcome.",
        f"Access until {GUEST_END}",
    ]
    world.move_clock(end)
    assert way(visitor.open(one(asked)))[4:] == [f"Expired {GUEST_END} ERN PaedCan Helpdesk"]


def test_an_empty_reply_is_refused_at_the_field(visitor: Visitor, put: Put, world: World) -> None:
    asked = put("info_requested", reason="Which ward?")
    page = visitor.send(one(asked), step="reply", reply="  \n ")
    assert '<a href="#reply">Please write your answer: the helpdesk waits for it.</a>' in page.html
    assert 'id="reply-error"' in page.html
    assert state_of(world, asked) == "info_requested"
    (event,) = world.journal.events(types=["access.reply_missing"])
    assert (event.fields["expected"], event.fields["got"]) == ("an answer to the helpdesk's question", "nothing")
    assert "as reply" in event.fields["remedy"]


@pytest.mark.parametrize(
    ("state", "step", "field"), [("info_requested", "reply", "reply"), ("rejected", "again", "comment")]
)
def test_a_text_has_at_most_2000_characters(
    visitor: Visitor, put: Put, world: World, state: str, step: str, field: str
) -> None:
    asked = put(state, reason="Which ward?")
    page = visitor.send(one(asked), **{"step": step, field: "ж" * 2001})
    assert f'<a href="#{field}">Please write at most 2000 characters: this is 2001 long.</a>' in page.html
    assert f"{'ж' * 2001}</textarea>" in page.html
    assert page.html.count(f'id="{field}"') == 1
    assert "This text was not sent" not in page.text
    assert state_of(world, asked) == state
    visitor.send(one(asked), **{"step": step, field: "ж" * 2000})
    assert state_of(world, asked) == "submitted"


def test_words_of_any_kind_are_shown_as_they_were_written(visitor: Visitor, put: Put) -> None:
    page = visitor.send(one(put("info_requested")), step="reply", reply="<b>Ward</b> & 'seven' 病棟 \u202e")
    assert '<p class="said">&lt;b&gt;Ward&lt;/b&gt; &amp; &#39;seven&#39; 病棟 \u202e</p>' in page.html


def test_a_request_is_withdrawn_and_asked_again(visitor: Visitor, put: Put, world: World) -> None:
    asked = put("submitted")
    page = visitor.send(one(asked), step="withdraw")
    assert "You withdrew your request: ERN PaedCan Helpdesk does not decide about it." in page.text
    assert state_of(world, asked) == "withdrawn"
    assert world.mailbox.mails(to=NORA.email) == []
    page = visitor.send(one(asked), step="again", comment="Now with the right hospital.")
    assert "ERN PaedCan Helpdesk has your request again, and you a message by e-mail." in page.text
    assert way(page)[1:] == [
        f"Withdrawn {FRIDAY_17} You",
        f"Submitted {FRIDAY_17} You Comment Now with the right hospital.",
        f"Decision by {MONDAY_17}",
    ]
    assert len(world.mailbox.mails(to=NORA.email)) == 1


@pytest.mark.parametrize(
    ("step", "field", "message"),
    [("reply", "reply", NO_QUESTION), ("withdraw", "", NOT_OPEN), ("again", "comment", NOT_OVER)],
)
def test_a_step_from_an_old_page_says_how_things_are_and_gives_the_words_back(
    visitor: Visitor, put: Put, world: World, step: str, field: str, message: str
) -> None:
    """Which states allow which step is held by the rules' tests, and by the table of who may do what."""
    asked = put("approved")
    page = visitor.send(one(asked), **{"step": step, field: "What <I> typed"})
    assert message in page.text
    assert 'data-network="PaedCAN" data-state="approved"' in page.html
    assert ("This text was not sent. Copy it where you still need it." in page.text) == bool(field)
    assert ("What &lt;I&gt; typed</textarea>" in page.html) == bool(field)
    assert state_of(world, asked) == "approved"
    assert world.mailbox.mails(to=NORA.email) == []


@pytest.mark.parametrize(
    ("state", "step", "message"),
    [
        ("info_requested", "reply", "ERN PaedCan Helpdesk has your answer."),
        ("submitted", "withdraw", "You withdrew your request"),
        ("rejected", "again", "ERN PaedCan Helpdesk has your request again"),
    ],
)
def test_what_is_sent_twice_counts_once(
    visitor: Visitor, put: Put, world: World, state: str, step: str, message: str
) -> None:
    asked = put(state)
    for _ in range(2):
        assert message in visitor.send(one(asked), step=step, reply="Ward 7").text
        assert len(own_request(world, NORA.uid, asked.id).history) == len(asked.history) + 1
        assert len(world.mailbox.mails(to=NORA.email)) == (step == "again")
    if step == "reply":
        page = visitor.send(one(asked), step="reply", reply="Ward 8")
        assert NO_QUESTION in page.text
        assert "Ward 8</textarea>" in page.html
        assert own_request(world, NORA.uid, asked.id).history[-1].reason == "Ward 7"


@pytest.mark.parametrize("step", [{}, {"step": "approve"}])
def test_only_the_buttons_of_the_page_do_something(
    visitor: Visitor, put: Put, world: World, step: dict[str, str]
) -> None:
    asked = put("info_requested")
    page = visitor.send(f"{one(asked)}?step=withdraw", reply="Ward 7", **step)
    assert "Please use one of the buttons of this page." in page.text
    (event,) = world.journal.events(types=["access.step_unknown"])
    assert (event.fields["expected"], event.fields["got"]) == ("reply, withdraw or again", repr(step.get("step", "")))
    assert "Ward 7</textarea>" in page.html
    assert state_of(world, asked) == "info_requested"


def test_what_is_not_ones_own_is_not_there(visitor: Visitor, put: Put, world: World) -> None:
    put("submitted")
    known(world, HELGA)
    foreign = put_request(world, HELGA.uid, network="RITA", state="info_requested", since=world.clock.now())
    path = one(foreign)
    for page in (
        visitor.open(path),
        visitor.send(path, step="reply", reply="x"),
        visitor.open(one(put("draft", "BOND"))),
    ):
        assert (page.status, page.name) == (404, "error")
        assert "Please go back to the list: there is no such request." in page.text
        assert '/screen/access-status">See my requests</a>' in page.html
    assert own_request(world, HELGA.uid, foreign.id).state == "info_requested"
    for wrong in ("-1", "99999999999999999999", "Ω"):
        page = visitor.open(f"/screen/access-status/{wrong}")
        assert (page.status, page.name) == (404, "error")
        assert "Go to the first page" in page.text


def test_several_requests_are_short_cards_those_first_that_wait(visitor: Visitor, put: Put) -> None:
    for state, network in zip(STATES, networks(), strict=False):
        put(state, network, reason="Which ward?")
    page = visitor.open("/screen/access-status")
    shown = ["info_requested", "submitted", "approved", "rejected", "withdrawn", "expired"]
    assert re.findall(r'<section [^>]*data-state="(\w+)"', page.html) == shown
    assert "timeline" not in page.html
    assert "Decision by" in page.text
    assert "Question Which ward?" in page.text
    for path in re.findall(r'<h2 [^>]*><a href="[^"]*(/screen/access-status/\d+)"', page.html):
        whole = visitor.open(path)
        assert '<ol class="timeline">' in whole.html
        assert '/screen/access-status">Back to all my requests</a>' in whole.html


def test_the_helpdesk_is_late_one_second_after_its_time(visitor: Visitor, put: Put, world: World) -> None:
    asked = put("submitted")
    world.move_clock(world.clock.now() + timedelta(days=3))
    assert "The helpdesk is late" not in visitor.open(one(asked)).text
    world.move_clock(world.clock.now() + timedelta(seconds=1))
    page = visitor.open(one(asked))
    assert "Overdue" in page.text
    assert "The helpdesk is late with its decision. You can also write to cpms-helpdesk@paedcan" in page.text


def test_a_guest_reads_until_when_and_afterwards_how_to_go_on(visitor: Visitor, put: Put, world: World) -> None:
    end = world.clock.now() + timedelta(days=90)
    page = visitor.open(one(put("approved", guest_until=end)))
    assert f"You are a guest: your access ends by itself. Access: until {GUEST_END}" in page.text
    world.move_clock(end)
    page = visitor.open("/screen/dashboard")
    assert page.name == "access-status"
    ended = "Your access as a guest has ended. Guests get access for a limited time. Access: until "
    assert f"{ended}{GUEST_END}" in page.text
    assert "Ask again" in page.text
