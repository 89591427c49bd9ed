from string import Formatter

import pytest

from mock_world import Refusal, RefusalKind, World
from mock_world.events import CATALOGUE, EventType
from mock_world.journal import COMMON
from mock_world.mailbox import ARRIVED
from mock_world.post_office import SENT
from mock_world.world import CLOCK_BACK
from tools.reference import declared

from .conftest import NOON, rolled_back


def test_events_come_in_order_with_time_actor_and_fields(world: World) -> None:
    world.journal.record(SENT, person="ada@hospital.example")
    world.journal.record(ARRIVED, person="ada@hospital.example", subject="Hello")
    sent, arrived = world.journal.events()
    assert (sent.type, arrived.type) == ("mail.sent", "mail.arrived")
    assert (arrived.at, arrived.actor, arrived.fields) == (NOON, "world", {"subject": "Hello"})


def test_events_are_found_by_person_type_and_what_came_before(world: World) -> None:
    world.journal.record(SENT, person="ada@hospital.example")
    world.journal.record(SENT, person="bob@hospital.example")
    world.journal.record(ARRIVED, person="bob@hospital.example", subject="Hello")
    first = world.journal.events()[0]
    assert [e.type for e in world.journal.events(person="bob@hospital.example")] == ["mail.sent", "mail.arrived"]
    assert [e.person for e in world.journal.events(types=["mail.arrived"])] == ["bob@hospital.example"]
    assert len(world.journal.events(after=first.id)) == 2
    assert [e.type for e in world.journal.events(newest=1)] == ["mail.arrived"]


def test_an_event_goes_with_the_transaction_that_it_belongs_to(world: World) -> None:
    with rolled_back(world):
        world.journal.record(SENT)
    assert world.journal.events() == []


def test_a_refusal_survives_the_rollback_that_it_causes(world: World) -> None:
    sentence = "expected a time after today; got yesterday; reset the world"
    with pytest.raises(Refusal, match=sentence), world.database.session():
        raise world.refuse(CLOCK_BACK, got="yesterday", person="ada@hospital.example", now="today")
    (event,) = world.journal.events()
    assert (event.type, event.person) == ("clock.back", "ada@hospital.example")
    assert event.fields == {
        "now": "today",
        "expected": "a time after today",
        "got": "yesterday",
        "remedy": "reset the world or make a new one with `now`",
    }


def test_a_refusal_is_one_line_of_the_log_that_nothing_from_outside_breaks(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.refuse(CLOCK_BACK, got="one\nworld w9: forged \x1b[31m", now="today", client="Portal")
    world.begin_sign_in()
    world.refuse(CLOCK_BACK, got="yesterday", now="today")
    first, second = caplog.messages
    advice = "expected a time after today. What to do: reset the world or make a new one with `now`"
    assert first == f"world {world.name}: clock.back (Portal): got one world w9: forged [31m; {advice}"
    assert second == f"world {world.name} signin-1: clock.back: got yesterday; {advice}"


def test_events_are_logged_where_they_are_declared_so_and_those_of_success_once(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    warning = EventType("test.warning", "{person} lost it.", logged=True)
    remark = EventType("test.remark", "{service} left {what} out for {person}.", logged=("service", "what"))
    for person in ("ada", "bob"):
        world.journal.record(SENT, person=person)
        world.journal.record(warning, person=person)
        for what in ("one", "two"):
            world.journal.record(remark, person=person, service="portal", what=what)
    said = [line.removeprefix(f"world {world.name}: ") for line in caplog.messages]
    assert said == ["ada lost it.", "portal left one out for ada.", "portal left two out for ada.", "bob lost it."]
    assert [event.type for event in world.journal.events() if event.is_warning] == ["test.warning"] * 2
    del CATALOGUE["test.warning"], CATALOGUE["test.remark"]


def test_an_event_is_declared_once() -> None:
    with pytest.raises(ValueError, match=r"mail\.sent is declared twice"):
        EventType("mail.sent", "Another sentence.")
    assert CATALOGUE["mail.sent"] is SENT


def test_a_field_cannot_hide_one_that_each_event_has(world: World) -> None:
    for name in ("id", "at", "actor", "type", "request_id"):
        with pytest.raises(ValueError, match=f"a field that each event has: {name}"):
            world.journal.record(SENT, **{name: "x"})
    with pytest.raises(ValueError, match="a field that each event has: type"):
        world.refuse(CLOCK_BACK, got="yesterday", now="today", type="x")


def test_no_refusal_needs_such_a_field() -> None:
    for kind in (kind for kinds in declared(RefusalKind).values() for kind in kinds):
        texts = f"{kind.message}{kind.expected}{kind.remedy}"
        assert COMMON.isdisjoint(name for _, name, _, _ in Formatter().parse(texts) if name), kind.code


def test_a_sentence_has_the_values_of_its_event_and_leaves_out_what_is_empty() -> None:
    event = EventType("test.sentence", "{person} read {page}[, by {way}][; alone: {alone}]. Late: {late}.")
    values = {"person": "ada", "page": "one", "way": "mail", "alone": True, "late": False}
    assert event.filled(values) == "ada read one, by mail; alone: yes. Late: no."
    assert event.filled({"page": None, "way": "", "late": True}) == "nothing read nothing. Late: yes."
    del CATALOGUE["test.sentence"]


def test_braces_and_brackets_of_values_are_no_parts_of_the_sentence(world: World) -> None:
    world.journal.record(ARRIVED, person="ada@hospital.example", subject="[{person}] {0.__class__}")
    (event,) = world.journal.events()
    assert event.sentence == "A mail reached the mailbox of ada@hospital.example: [{person}] {0.__class__}."
