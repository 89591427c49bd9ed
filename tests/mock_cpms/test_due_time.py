"""Guide, G26: decided within 24 hours, weekends not counted."""

from datetime import UTC, datetime, timedelta
from operator import add
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_cpms.access.due_time import due_at

BRUSSELS = ZoneInfo("Europe/Brussels")
NAMES = "UTC Europe/Lisbon Europe/Athens America/New_York Asia/Kolkata Australia/Sydney Africa/Cairo Asia/Tehran"
ZONES = st.sampled_from([BRUSSELS, *map(ZoneInfo, NAMES.split())])  # the last two change their clocks at a midnight
CHANGES = [
    datetime(year, month, 25, tzinfo=UTC) for year in (2020, 2024, 2026) for month in (3, 10)
]  # near all of them
MOMENTS = st.one_of(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - UTC is given
    st.builds(add, st.sampled_from(CHANGES), st.timedeltas(timedelta(days=-9), timedelta(days=9))),
)
HOURS = st.one_of(st.just(24), st.integers(0, 200))
SATURDAY = 5


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        ("2026-11-24T09:30", "2026-11-25T09:30"),
        ("2026-11-27T17:00", "2026-11-30T17:00"),
        ("2026-11-27T00:00", "2026-11-30T00:00"),
        ("2026-11-28T12:00", "2026-12-01T00:00"),
        ("2026-11-29T23:59", "2026-12-01T00:00"),
        ("2026-11-30T00:00", "2026-12-01T00:00"),
        ("2026-03-27T17:00", "2026-03-30T17:00"),  # summer time begins on that Sunday
        ("2026-10-23T17:00", "2026-10-26T17:00"),  # and ends on that one
    ],
)
def test_a_request_is_due_24_hours_of_weekdays_later(submitted: str, due: str) -> None:
    moment = datetime.fromisoformat(submitted).replace(tzinfo=BRUSSELS)
    assert due_at(moment, 24, BRUSSELS) == datetime.fromisoformat(due).replace(tzinfo=BRUSSELS)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_weekend_is_that_of_the_helpdesk_wherever_it_is(zone: str) -> None:
    friday = datetime(2026, 11, 27, 17, tzinfo=ZoneInfo(zone))
    assert due_at(friday, 24, ZoneInfo(zone)).astimezone(ZoneInfo(zone)) == friday + timedelta(days=3)


def test_no_hours_are_due_at_once_or_when_the_weekend_is_over() -> None:
    friday = datetime(2026, 11, 27, 23, 59, tzinfo=BRUSSELS)
    monday = datetime(2026, 11, 30, tzinfo=BRUSSELS)
    assert (due_at(friday, 0, BRUSSELS), due_at(friday + timedelta(minutes=1), 0, BRUSSELS)) == (friday, monday)


def test_hours_are_real_ones_where_the_clocks_change_on_a_weekday() -> None:
    cairo = ZoneInfo("Africa/Cairo")  # Friday 26 April 2024, 00:00 became 01:00
    thursday = datetime(2024, 4, 25, 12, tzinfo=cairo)
    assert due_at(thursday, 20, cairo) == datetime(2024, 4, 26, 9, tzinfo=cairo)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)), HOURS, ZONES)
@settings(deadline=None)
def test_all_hours_are_counted_to_a_weekday_and_a_later_request_is_never_due_earlier(
    moment: datetime, later: timedelta, hours: int, zone: ZoneInfo
) -> None:
    due = due_at(moment, hours, zone)
    assert due.astimezone(zone).weekday() < SATURDAY
    assert due <= due_at(moment + later, hours, zone)
    step = timedelta(minutes=15)
    begin = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    span = (due_at(begin, hours, zone) - begin) // step
    weekdays = sum((begin + step * n).astimezone(zone).weekday() < SATURDAY for n in range(span))
    assert weekdays * step == timedelta(hours=hours)
