"""What a person may do with requests (guide, G25 to G27): ask, answer, withdraw, ask again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mock_cpms.access.deciding import decide
from mock_cpms.access.model import OPEN, OVER, STATES
from mock_cpms.access.rules import ask_again, own_request, reply, request_of, submit_request, withdraw
from mock_world import World
from tests.mock_cpms.asking import ANNA, DESK, EMAIL, asks, chooses, events, put_request, refused, states, story

SENT = [state for state in STATES if state != "draft"]
MONDAY_17 = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
HOSTILE = ["x" * 2000, "<b>bold</b> & 'quoted'\nΩ日 🏥 {{ 7 * 7 }} %(name)s {state}"]


def has(world: World, state: str) -> int:
    """Anna's request is in that state: its id."""
    (draft,) = chooses(world)
    return put_request(world, ANNA, network=draft.network, state=state, since=world.clock.now()).id


def test_each_network_is_asked_and_answers_by_itself(world: World) -> None:
    first = asks(world, "PaedCAN", "RITA", "BOND")
    decide(world, first, decision="approve", by=DESK)
    decide(world, first + 1, decision="reject", reason="No.", by=DESK)
    assert states(world) == {"PaedCAN": "approved", "RITA": "rejected", "BOND": "submitted"}


def test_asking_twice_makes_one_request_and_one_mail(world: World) -> None:
    asks(world)
    with refused("access.nothing_to_ask", "Please choose a network in your profile first", remedy="further network"):
        submit_request(world, ANNA)
    assert (states(world), len(world.mailbox.mails(to=EMAIL))) == ({"PaedCAN": "submitted"}, 1)


def test_an_answer_gives_the_helpdesk_its_hours_anew(world: World) -> None:
    asked = asks(world)
    due = request_of(world, asked).due_at
    decide(world, asked, decision="ask", reason="Which ward?", by=DESK)
    world.advance_clock(timedelta(days=10))
    assert not request_of(world, asked).overdue(world.clock.now())
    answered = reply(world, ANNA, asked, answer="  Ward 7.\n")
    assert story(answered) == ["submitted", "info_requested", "submitted"]
    assert [step.reason for step in answered.history] == ["Please.", "Which ward?", "Ward 7."]
    assert (answered.comment, answered.reason) == ("Please.", "Ward 7.")
    assert (due, answered.due_at) == (MONDAY_17, MONDAY_17 + timedelta(days=8))
    assert answered.submitted_at == answered.history[0].at
    assert events(world) == ["access.requested", "access.question", "access.replied"]


@pytest.mark.parametrize("state", [state for state in SENT if state != "info_requested"])
def test_only_an_open_question_is_answered(world: World, state: str) -> None:
    asked = has(world, state)
    with refused("access.no_question", "the helpdesk does not wait for an answer", remedy=f"this request is {state}"):
        reply(world, ANNA, asked, answer="Ward 7.")
    assert states(world) == {"PaedCAN": state}


@pytest.mark.parametrize("state", SENT)
def test_what_is_open_may_be_withdrawn_and_nothing_else(world: World, state: str) -> None:
    asked = has(world, state)
    if state in OPEN:
        assert withdraw(world, ANNA, asked).history[-1].by == EMAIL
        assert (states(world), events(world)) == ({"PaedCAN": "withdrawn"}, ["access.withdrawn"])
        return
    if state == "withdrawn":
        assert withdraw(world, ANNA, asked).state == "withdrawn"
        assert events(world) == []
        return
    with refused("access.not_open", "Please look at the request again", remedy=f"this one is {state}"):
        withdraw(world, ANNA, asked)
    assert states(world) == {"PaedCAN": state}


@pytest.mark.parametrize("state", SENT)
def test_what_is_over_may_be_asked_again_and_nothing_else(world: World, state: str) -> None:
    asked = has(world, state)
    if state in OVER:
        again = ask_again(world, ANNA, asked, comment=" Now with a letter. ")
        assert (again.id, again.state, again.comment) == (asked, "submitted", "Now with a letter.")
        assert (again.submitted_at, again.guest_until) == (world.clock.now(), None)
        assert [mail.subject for mail in world.mailbox.mails(to=EMAIL)] == [
            "Your access request to ERN PaedCan has arrived"
        ]
        return
    with refused("access.not_over", "cannot be asked again while it is open", remedy=f"this request is {state}"):
        ask_again(world, ANNA, asked)
    assert states(world) == {"PaedCAN": state}


@pytest.mark.parametrize("does", [reply, withdraw, ask_again, own_request])
def test_nobody_reaches_a_request_that_is_not_theirs_or_not_sent(world: World, does: object) -> None:
    (draft,) = chooses(world)
    others, unknown, huge = asks(world, uid="n00other"), 99, 2**63 - 1
    more = {"answer": "Ward 7."} if does is reply else {}
    for number in (others, draft.id, unknown, huge):
        with refused("access.unknown", "Please go back to the list", remedy="GET /api/access-requests"):
            does(world, ANNA, number, **more)  # type: ignore[operator]
    assert states(world, "n00other") == {"PaedCAN": "submitted"}


@pytest.mark.parametrize("shown", [["PaedCAN"], ["RITA", "PaedCAN"], []])
def test_a_network_that_was_not_shown_is_not_asked(world: World, shown: list[str]) -> None:
    chooses(world, "PaedCAN", "RITA")
    with refused("access.networks_changed", "Please check what you ask for", remedy="access-request again") as told:
        submit_request(world, ANNA, shown=shown)
    assert (told.value.expected[-13:], told.value.got) == (" PaedCAN RITA", " ".join(shown) or "none")
    assert states(world) == {"PaedCAN": "draft", "RITA": "draft"}
    submit_request(world, ANNA, shown=["PaedCAN", "RITA"])
    assert states(world) == {"PaedCAN": "submitted", "RITA": "submitted"}


def test_whatever_is_handed_in_is_at_most_2000_characters_long(world: World) -> None:
    text, (draft,) = "ж" * 2001, chooses(world)

    def too_long(field: str, deed: Callable[..., object], *given: object, **more: object) -> None:
        with refused("access.text_too_long", "2000 characters: this is 2001 long.", remedy="shorten the text") as told:
            deed(world, *given, **more)
        assert told.value.field == field

    too_long("comment", submit_request, ANNA, comment=text)
    submit_request(world, ANNA)
    for decision in ("approve", "reject", "ask"):
        too_long("reason", decide, draft.id, decision=decision, reason=text, by=DESK)
    decide(world, draft.id, decision="ask", reason="Why?", by=DESK)
    too_long("reply", reply, ANNA, draft.id, answer=text)
    withdraw(world, ANNA, draft.id)
    too_long("comment", ask_again, ANNA, draft.id, comment=text)
    assert states(world) == {"PaedCAN": "withdrawn"}


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_written_is_kept_to_the_letter(world: World, text: str) -> None:
    asked = asks(world, comment=text)
    decide(world, asked, decision="ask", reason=text, by=DESK)
    reply(world, ANNA, asked, answer=text)
    assert [step.reason for step in request_of(world, asked).history] == [text] * 3
    assert "<b>" not in str(world.mailbox.mails(to=EMAIL)[-1].html)


def test_a_double_click_counts_once(world: World) -> None:
    asked = asks(world)
    with refused("access.not_over"):
        ask_again(world, ANNA, asked, comment="Please.")  # of the first form: no double click
    for _ in range(2):
        assert withdraw(world, ANNA, asked).state == "withdrawn"
    for comment in ("Again.", " Again. "):
        assert ask_again(world, ANNA, asked, comment=comment).state == "submitted"
    assert story(request_of(world, asked)) == ["submitted", "withdrawn", "submitted"]
    assert (events(world).count("access.withdrawn"), len(world.mailbox.mails(to=EMAIL))) == (1, 2)
    with refused("access.not_over"):
        ask_again(world, ANNA, asked, comment="Another comment.")


def test_a_request_is_overdue_right_after_its_time(world: World) -> None:
    asked = request_of(world, asks(world))
    assert asked.due_at is not None
    assert not asked.overdue(asked.due_at)
    assert asked.overdue(asked.due_at + timedelta.resolution)
