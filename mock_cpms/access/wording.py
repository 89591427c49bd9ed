"""Days, and the end of a guest's access, in words."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from mock_world.i18n import N_, spoken, translations, with_ordinal, with_zone, written_out

DAY = N_("EEEE d MMMM y")  # letters of CLDR's date patterns, such as "Friday 27 November 2026"
UNTIL = N_("until {moment}")
TO_THE_END = N_("to the end of {day}")


def day_in_words(day: date, language: str) -> str:
    pattern = with_ordinal(translations(language).ugettext(DAY), day, spoken(language))
    return str(format_date(day, pattern, locale=spoken(language)))


def until(end: datetime, zone: ZoneInfo, language: str) -> str:
    """Until when there is access: "to the end of Thursday 31 December 2026" where that is midnight in `zone`."""
    say, there = translations(language).ugettext, end.astimezone(zone)
    if there.time() != time():
        return str(say(UNTIL)).format(moment=written_out(end, zone, language))
    last = day_in_words(there.date() - timedelta(days=1), language)
    return with_zone(str(say(TO_THE_END)).format(day=last), zone)
