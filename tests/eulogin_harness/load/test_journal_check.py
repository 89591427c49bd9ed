"""Journeys that were counted as done are compared with the journal: none may be missing there, none double."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

from eulogin_harness.client import World
from eulogin_harness.documents.events import Event
from eulogin_harness.load.journal_check import DROPPED, Completed, JournalCheck, JournalReader
from eulogin_harness.load.journeys import Trace

ANNA, BERT = "anna@hospital.example", "bert@hospital.example"
_ids = count(1)


def event(kind: str, person: str, sign_in: str | None = "signin-1") -> Event:
    return Event(
        id=next(_ids), at=datetime.now(UTC), actor="idp", type=kind, person=person, request_id=None,
        correlation_id=sign_in, sentence="",
    )  # fmt: skip


def completed_journey(person: str = ANNA, sign_in: str = "signin-1", *events: str) -> Completed:
    return Completed("pin", Trace(person, sign_in), events or ("session.signed_in", "ticket.validated"))


def signed_in(person: str = ANNA, sign_in: str = "signin-1") -> Iterator[Event]:
    yield event("session.signed_in", person, sign_in)
    yield event("ticket.validated", person, sign_in)


def test_each_journey_once_in_the_journal_is_good() -> None:
    check = JournalCheck()
    for sign_in in ("signin-1", "signin-2"):
        check.expect(completed_journey(ANNA, sign_in))
        check.record(signed_in(ANNA, sign_in))
    result = check.result()
    assert result.is_good
    assert str(result) == "2 journeys: 2 in the journal, 0 missing, 0 double"


def test_a_journey_without_one_of_its_events_is_missing() -> None:
    check = JournalCheck()
    check.expect(completed_journey())
    check.expect(completed_journey(BERT, "signin-2"))
    check.record([*signed_in(), event("session.signed_in", BERT, "signin-2")])
    result = check.result()
    assert not result.is_good
    assert str(result) == "2 journeys: 1 in the journal, 1 missing, 0 double"
    assert result.sentences == (f"pin of {BERT}: expected 1 ticket.validated in sign-in signin-2, got 0",)


def test_a_journey_with_an_event_too_many_is_double() -> None:
    check = JournalCheck()
    check.expect(completed_journey())
    check.record([*signed_in(), event("ticket.validated", ANNA)])
    result = check.result()
    assert (result.is_good, result.missing, result.double) == (False, 0, 1)
    assert result.sentences == (f"pin of {ANNA}: expected 1 ticket.validated in sign-in signin-1, got 2",)


def test_an_event_that_was_read_twice_counts_once() -> None:
    check = JournalCheck()
    check.expect(completed_journey())
    events = [*signed_in()]
    check.record(events)
    check.record(events)
    assert check.result().is_good


def test_an_event_can_be_expected_twice() -> None:
    check = JournalCheck()
    check.expect(completed_journey(ANNA, "signin-1", "token.issued", "token.issued"))
    check.record([event("token.issued", ANNA)])
    assert check.result().missing == 1
    check.record([event("token.issued", ANNA)])
    assert check.result().is_good


def test_without_a_sign_in_all_events_of_the_person_count() -> None:
    check = JournalCheck()
    check.expect(completed_journey(ANNA, "", "session.signed_in", "device.added"))
    check.record([event("session.signed_in", ANNA, "signin-7"), event("device.added", ANNA, None)])
    assert check.result().is_good


def test_a_journal_that_dropped_events_is_named_as_a_reason() -> None:
    check = JournalCheck()
    check.expect(completed_journey())
    check.record([event(DROPPED, "", None)])
    assert "journal.limit" in check.result().sentences[-1]


def test_the_reader_takes_only_what_came_after_it_and_finds_the_rest_by_person(world: World) -> None:
    anna = world.personas.create("registered")
    world.personas.session(anna)  # before the reader
    check = JournalCheck()
    reader = JournalReader(world, ["persona.signed_in"], check)
    bert = world.personas.create("registered")
    world.personas.session(bert)
    check.expect(completed_journey(bert.email, "", "persona.signed_in"))
    reader.read()
    assert check.result().is_good
    check.expect(completed_journey(anna.email, "", "persona.signed_in"))
    assert check.result().missing == 1
    assert reader.settle().is_good
    assert {anna.email, bert.email} == {person.email for person in world.personas.list(stage="registered")}
