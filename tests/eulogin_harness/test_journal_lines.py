"""The control room's journal: several alike are one line, and the day is said where it changes."""

from datetime import UTC, datetime, timedelta

from eulogin_harness.desk.journal import lines
from mock_world.journal import Event

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def event(number: int, at: datetime, kind: str = "mail.sent") -> Event:
    return Event(id=number, at=at, actor="idp", type=kind, person="ada@hospital.example", fields={})


def test_events_alike_within_a_second_are_one_line_with_their_number() -> None:
    newest_first = [event(number, NOON - timedelta(milliseconds=200 * number)) for number in range(5)]
    newest_first.append(event(5, NOON - timedelta(seconds=5)))
    newest_first.append(event(6, NOON - timedelta(seconds=5), "mail.failed"))
    assert [(line.event.id, line.count) for line in lines(newest_first)] == [(0, 5), (5, 1), (6, 1)]


def test_the_day_is_said_at_the_top_and_where_it_changes() -> None:
    hours = (0, 11, 14, 40)  # midnight in Brussels is 23:00 UTC
    shown = lines([event(number, NOON - timedelta(hours=hour), f"a.b{number}") for number, hour in enumerate(hours)])
    assert [line.day and line.day.day for line in shown] == [27, None, 26, 25]
    assert lines([]) == []
