"""When a request is due (guide, G26)."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

_SATURDAY = 5  # as date.weekday() counts


def due_at(submitted: datetime, hours: int, zone: tzinfo) -> datetime:
    """The end of `hours` counted hours, in UTC; Saturdays and Sundays of `zone` are not counted.

    Friday 17:00 is due Monday 17:00. What would end at Saturday 00:00 is due Monday 00:00, where the count
    continues; a request of a weekend counts from there. Hours are real ones, whatever summer time does.
    """
    left = timedelta(hours=hours)
    begin = submitted.astimezone(UTC)
    while True:
        saturday, monday = _weekend(begin, zone)
        counted = max(saturday - begin, timedelta(0))
        if left < counted:
            return begin + left
        left -= counted
        begin = monday


def _weekend(moment: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Begin and end, in UTC, of the weekend of the week (Monday to Sunday) that `moment` is in."""
    day = moment.astimezone(zone).date()
    saturday = day + timedelta(days=_SATURDAY - day.weekday())
    return _midnight(saturday, zone), _midnight(saturday + timedelta(days=2), zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
