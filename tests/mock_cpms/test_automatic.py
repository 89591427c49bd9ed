"""The automatic helpdesk (settings helpdesk.automatic, helpdesk.automatic_after, helpdesk.automatic_reason)."""

from datetime import timedelta

import pytest

from mock_cpms.access.deciding import decide
from mock_cpms.access.rules import ask_again, reply, request_of, withdraw
from mock_world import World
from tests.killing import Killed, kill_after_job
from tests.mock_cpms.asking import ANNA, DESK, EMAIL, asks, chooses, put_request, states, story

HOUR = timedelta(hours=1)


def automatic(world: World, answers: str, after: timedelta = HOUR, reason: str = "Not here.") -> None:
    names = ("helpdesk.automatic", "helpdesk.automatic_after", "helpdesk.automatic_reason")
    world.settings.change(dict(zip(names, (answers, after, reason), strict=True)))


@pytest.mark.parametrize(
    ("answers", "state", "reason"),
    [("approve", "approved", ""), ("reject", "rejected", "Not here."), ("ask", "info_requested", "Not here.")],
)
def test_it_answers_after_its_time_and_not_before(world: World, answers: str, state: str, reason: str) -> None:
    automatic(world, answers)
    asked = asks(world)
    world.advance_clock(HOUR - timedelta.resolution)
    assert states(world) == {"PaedCAN": "submitted"}
    world.advance_clock(timedelta.resolution)
    step = request_of(world, asked).history[-1]
    assert (step.state, step.by, step.reason, step.at) == (state, "automatic helpdesk", reason, world.clock.now())
    assert len(world.mailbox.mails(to=EMAIL)) == 2


def test_it_takes_turns_for_each_request_and_the_last_answer_is_for_good(world: World) -> None:
    """With no time to take it answers at once, even while the clock stands."""
    automatic(world, "ask,  reject ,approve", timedelta(0))
    asked = asks(world)
    reply(world, ANNA, asked, answer="Ward 7.")
    asks(world, "PaedCAN", "RITA")
    assert states(world) == {"PaedCAN": "rejected", "RITA": "info_requested"}
    ask_again(world, ANNA, asked)
    assert story(request_of(world, asked))[1::2] == ["info_requested", "rejected", "approved"]
    automatic(world, "ask", timedelta(0))
    other = asks(world, uid="n00other")
    for _ in range(3):
        reply(world, "n00other", other, answer="Ward 7.")
    assert states(world, "n00other") == {"PaedCAN": "info_requested"}


def test_it_stays_silent_by_a_fault_and_the_request_is_overdue(world: World) -> None:
    automatic(world, "approve")
    world.faults.arm("helpdesk.silent", person=EMAIL)
    asks(world)
    other = asks(world, uid="n00other")
    world.advance_clock(timedelta(days=5))
    assert states(world) == {"PaedCAN": "submitted"}
    assert request_of(world, other).state == "approved"
    assert [event.person for event in world.journal.events(types=["access.overdue"])] == [EMAIL]
    (struck,) = world.journal.events(types=["fault.struck"])
    assert struck.person == EMAIL


def test_requests_are_reported_as_overdue_once_though_the_mock_is_killed_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks(world)
    world.advance_clock(HOUR)
    asks(world, uid="n00other")
    kill_after_job(monkeypatch, "access.overdue")
    with pytest.raises(Killed):
        world.advance_clock(timedelta(days=3))
    world.load()
    world.advance_clock(timedelta(days=3))
    assert len(world.journal.events(types=["access.overdue"])) == 2


def test_it_is_silent_once_somebody_else_acted(world: World) -> None:
    automatic(world, "approve")
    decided = asks(world, "PaedCAN", "RITA")
    decide(world, decided, decision="reject", reason="No.", by=DESK)
    withdraw(world, ANNA, decided + 1)
    world.advance_clock(HOUR)
    assert states(world) == {"PaedCAN": "rejected", "RITA": "withdrawn"}
    assert world.journal.events(types=["access.not_open", "due.failed"]) == []


def test_an_answer_meant_for_a_request_that_was_asked_again_waits_for_the_new_time(world: World) -> None:
    automatic(world, "approve")
    asked = asks(world)
    withdraw(world, ANNA, asked)
    world.advance_clock(HOUR / 2)
    ask_again(world, ANNA, asked)
    world.advance_clock(HOUR / 2)
    assert states(world) == {"PaedCAN": "submitted"}
    world.advance_clock(HOUR / 2)
    assert states(world) == {"PaedCAN": "approved"}


@pytest.mark.parametrize(("later", "state"), [("off", "submitted"), ("reject", "rejected")])
def test_changed_meanwhile_it_gives_the_answer_of_now_at_the_time_of_then(world: World, later: str, state: str) -> None:
    automatic(world, "approve")
    asks(world)
    automatic(world, later, HOUR * 50)
    world.advance_clock(HOUR)
    assert states(world) == {"PaedCAN": state}


def test_turned_on_it_answers_what_comes_from_then_on(world: World) -> None:
    asks(world)
    automatic(world, "approve", timedelta(0))
    asks(world, "PaedCAN", "RITA")
    world.advance_clock(HOUR)
    assert states(world) == {"PaedCAN": "submitted", "RITA": "approved"}


def test_what_was_put_into_a_state_stays_there(world: World) -> None:
    automatic(world, "approve", timedelta(0))
    chooses(world)
    put_request(world, ANNA, network="PaedCAN", state="submitted", since=world.clock.now())
    world.advance_clock(HOUR)
    assert states(world) == {"PaedCAN": "submitted"}


@pytest.mark.parametrize("answers", ["", "ask approve", "off, approve", "Approve"])
def test_wrong_answers_are_refused_in_words(world: World, answers: str) -> None:
    with pytest.raises(ValueError, match=r"helpdesk\.automatic: .*write off, or one or more of approve, reject"):
        world.settings.change({"helpdesk.automatic": answers})
    assert world.settings.by_name("helpdesk.automatic") == "off"


@pytest.mark.parametrize("reason", [" \n\t", "x" * 2001])
def test_a_reason_that_no_mail_can_quote_is_refused(world: World, reason: str) -> None:
    world.settings.change({"helpdesk.automatic_reason": "x" * 2000})
    with pytest.raises(ValueError, match=r"helpdesk\.automatic_reason: .*character"):
        world.settings.change({"helpdesk.automatic_reason": reason})
    assert world.settings.by_name("helpdesk.automatic_reason") == "x" * 2000
