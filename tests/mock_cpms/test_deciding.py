"""What a helpdesk decides (guide, G26, G27), and the end of a guest's access."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from eulogin_harness.state import dump_state, load_state
from mock_cpms.access.deciding import decide
from mock_cpms.access.model import OPEN, STATES
from mock_cpms.access.rules import ask_again, request_of, withdraw
from mock_world import Refusal, World
from mock_world.server import Site
from tests.mock_cpms.asking import ANNA, DESK, EMAIL, asks, chooses, events, put_request, refused, states, story

END = datetime(2026, 12, 4, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("decision", "state", "event"),
    [
        ("approve", "approved", "access.approved"),
        ("reject", "rejected", "access.rejected"),
        ("ask", "info_requested", "access.question"),
    ],
)
def test_a_decision_is_a_step_an_event_and_a_mail(world: World, decision: str, state: str, event: str) -> None:
    asked = decide(world, asks(world), decision=decision, reason=" As it is. ", by=DESK)
    step = asked.history[-1]
    assert (step.at, step.state, step.by, step.reason) == (world.clock.now(), state, DESK, "As it is.")
    assert events(world) == ["access.requested", event]
    assert world.journal.events(types=[event])[-1].fields["by"] == DESK
    assert len(world.mailbox.mails(to=EMAIL)) == 2


@pytest.mark.parametrize("decision", ["", "withdraw"])
def test_a_decision_is_one_of_three(world: World, decision: str) -> None:
    asked = asks(world)
    with refused("access.decision_unknown", "Please choose to approve, to reject, or to ask", remedy="as decision"):
        decide(world, asked, decision=decision, reason="Hm.", by=DESK)
    assert states(world) == {"PaedCAN": "submitted"}


@pytest.mark.parametrize("decision", ["reject", "ask"])
def test_no_and_a_question_need_words(world: World, decision: str) -> None:
    asked = asks(world)
    with refused("access.reason_missing", "Please write what the person should know", remedy="as reason"):
        decide(world, asked, decision=decision, reason=" \n\t", by=DESK)
    assert (states(world), len(world.mailbox.mails(to=EMAIL))) == ({"PaedCAN": "submitted"}, 1)


@pytest.mark.parametrize("state", [state for state in STATES if state not in OPEN])
def test_only_what_is_open_is_decided(world: World, state: str) -> None:
    chooses(world)
    asked = put_request(world, ANNA, network="PaedCAN", state=state, since=world.clock.now())
    for decision in ("approve", "reject", "ask"):
        with refused("access.not_open", "it is not open (any more)", remedy=f"this one is {state}"):
            decide(world, asked.id, decision=decision, reason="Hm.", by=DESK)
    assert (states(world), world.mailbox.mails(to=EMAIL)) == ({"PaedCAN": state}, [])


def test_an_unknown_request_is_not_decided(world: World) -> None:
    with refused("access.unknown", "there is no such request", remedy="GET /api/access-requests"):
        decide(world, 99, decision="approve", by=DESK)


def test_of_two_at_once_the_first_counts(world: World) -> None:
    """Two colleagues and the person press their buttons in the same moment."""
    asked, together = asks(world), threading.Barrier(3)
    outcomes: list[str] = []

    def press(*, colleague: str = "") -> None:
        together.wait()
        try:
            done = decide(world, asked, decision="approve", by=colleague) if colleague else withdraw(world, ANNA, asked)
            outcomes.append(done.state)
        except Refusal as refusal:
            outcomes.append(refusal.code)

    people = [threading.Thread(target=press, kwargs={"colleague": name}) for name in ("a@x.test", "b@x.test", "")]
    for person in people:
        person.start()
    for person in people:
        person.join()
    final = request_of(world, asked)
    assert sorted(outcomes) == ["access.not_open", "access.not_open", final.state]
    assert len(final.history) == 2
    assert len(world.mailbox.mails(to=EMAIL)) == (2 if final.state == "approved" else 1)


# Guests.


def test_a_guest_is_in_until_the_end_and_not_longer(world: World) -> None:
    asked = decide(world, asks(world), decision="approve", guest_until=END, by=DESK).id
    world.move_clock(END - timedelta.resolution)
    assert states(world) == {"PaedCAN": "approved"}
    world.advance_clock(timedelta(days=400))  # one great step: told at its time
    ended = request_of(world, asked)
    assert (ended.state, ended.guest_until, ended.history[-1].at) == ("expired", END, END)
    assert ended.history[-1].by == "ERN PaedCan Helpdesk"
    assert events(world)[-1] == "access.expired"
    mail = world.mailbox.mails(to=EMAIL)[-1]
    assert (mail.subject, mail.sent_at) == ("Your guest access to ERN PaedCan has ended", END)


def test_a_guests_end_lies_in_the_future(world: World) -> None:
    asked, now = asks(world), world.clock.now()
    with refused("access.guest_ended", "Please choose a later day", remedy="a later guest_until, or none"):
        decide(world, asked, decision="approve", guest_until=now, by=DESK)
    assert states(world) == {"PaedCAN": "submitted"}
    assert decide(world, asked, decision="approve", guest_until=now + timedelta.resolution, by=DESK)


@pytest.mark.parametrize("decision", ["reject", "ask"])
def test_only_who_is_approved_gets_an_end(world: World, decision: str) -> None:
    asked = asks(world)
    with refused("access.guest_only_approved", "only when you approve", remedy="leave it out, or approve"):
        decide(world, asked, decision=decision, reason="Hm.", guest_until=END, by=DESK)
    assert states(world) == {"PaedCAN": "submitted"}


def test_a_guest_who_asked_again_is_not_ended_by_the_former_end(world: World) -> None:
    asked = decide(world, asks(world), decision="approve", guest_until=END, by=DESK).id
    world.move_clock(END)
    ask_again(world, ANNA, asked)
    decide(world, asked, decision="approve", by=DESK)
    world.advance_clock(timedelta(days=400))
    assert story(request_of(world, asked)) == ["submitted", "approved", "expired", "submitted", "approved"]
    assert events(world).count("access.expired") == 1


def test_a_guest_who_was_given_another_end_stays_until_that_one(world: World) -> None:
    asked = decide(world, asks(world), decision="approve", guest_until=END, by=DESK).id
    later = END + timedelta(days=30)
    put_request(world, ANNA, network="PaedCAN", state="approved", since=world.clock.now(), guest_until=later)
    world.move_clock(END)
    assert states(world) == {"PaedCAN": "approved"}
    world.move_clock(later)
    assert request_of(world, asked).history[-1].at == later
    assert events(world).count("access.expired") == 1


def test_an_end_meets_no_other_request_than_its_own(world: World) -> None:
    """A request that was deleted leaves its end on the agenda; nobody later has its number."""
    asked = decide(world, asks(world), decision="approve", guest_until=END, by=DESK)
    with world.database.session() as db:
        db.delete(db.merge(asked))
    other = asks(world, uid="n00other")
    decide(world, other, decision="approve", guest_until=END + timedelta(days=1), by=DESK)
    world.move_clock(END)
    assert other != asked.id
    assert states(world, "n00other") == {"PaedCAN": "approved"}
    assert world.journal.events(types=["due.failed"]) == []


def test_what_is_on_the_agenda_survives_export_and_import(world: World, site: Site) -> None:
    world.settings.change({"helpdesk.automatic": "approve", "helpdesk.automatic_after": "PT1H"})
    asks(world, "RITA")
    guest = put_request(world, ANNA, network="BOND", state="approved", since=world.clock.now(), guest_until=END)
    other = site.worlds.create()
    load_state(other, dump_state(world))
    other.advance_clock(timedelta(hours=1))
    assert states(other) == {"RITA": "approved", "BOND": "approved"}
    other.move_clock(END)
    assert states(other) == {"RITA": "approved", "BOND": "expired"}
    assert request_of(other, guest.id).history[-1].at == END
    assert states(world) == {"RITA": "submitted", "BOND": "approved"}
    site.worlds.delete(other.name)
