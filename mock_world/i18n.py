"""Texts of pages and mails in the person's language, by gettext."""

from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.support import NullTranslations, Translations

ZONE = ZoneInfo("Europe/Brussels")  # EU Login's time zone (facts, address map)
FOLDER = Path(__file__).with_name("locale")
DEFAULT = "en"


def catalogue(language: str) -> Path:
    """The file that holds a language's translations."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


@cache
def languages() -> dict[str, str]:
    """Languages with a catalogue, code -> own name; English needs none."""
    from babel import Locale

    codes = [DEFAULT, *sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/messages.po"))]
    return {code: (Locale(code).get_language_name(code) or code).capitalize() for code in codes}


def spoken(language: str) -> str:
    """The language in which somebody who wishes `language` is answered."""
    return language if language in languages() else DEFAULT


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language, compiled once a process; one without a catalogue speaks English."""
    if spoken(language) == DEFAULT:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with catalogue(language).open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


@cache
def page_texts() -> frozenset[str]:
    """Every text of pages and mails in English, as the catalogues list them."""
    from babel.messages.pofile import read_po

    texts: set[str] = set()
    for language in languages().keys() - {DEFAULT}:
        with catalogue(language).open("rb") as file:
            texts.update(str(each.id if isinstance(each.id, str) else each.id[0]) for each in read_po(file) if each.id)
    return frozenset(texts)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a text for extraction; it is translated where it is shown."""
    return text


MOMENT = N_("EEEE d MMMM y, HH:mm")  # letters of CLDR's date patterns, such as "Friday 27 November 2026, 17:00"


def written_out(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """A moment in words: "Friday 27 November 2026, 17:00"; of another zone than EU Login's with the zone's name."""
    from babel.dates import format_datetime

    local, spoken_language = moment.astimezone(zone), spoken(language)
    pattern = with_ordinal(translations(language).ugettext(MOMENT), local, spoken_language)
    return with_zone(format_datetime(local, pattern, locale=spoken_language), zone)


def with_ordinal(pattern: str, day: date, language: str) -> str:
    """A pattern of CLDR for this day: French writes "1er décembre", and "2 décembre"."""
    return pattern.replace("d", "d'er'", 1) if language == "fr" and day.day == 1 else pattern


def with_zone(text: str, zone: ZoneInfo) -> str:
    """A time with its zone's name where that is not EU Login's: "Friday 27 November 2026, 11:00 (America/New_York)"."""
    return text if zone.key == ZONE.key else f"{text} ({zone.key})"


def clock_time(moment: datetime) -> str:
    """The time of day in EU Login's zone: "17:00"."""
    return moment.astimezone(ZONE).strftime("%H:%M")


def time_after(moment: datetime, now: datetime) -> str:
    """The first whole minute that is not before `moment`: "17:00", or "28/11/2026 17:00" where that is another day."""
    there = (moment + timedelta(minutes=1) - timedelta.resolution).astimezone(ZONE)
    return there.strftime("%H:%M" if there.date() == now.astimezone(ZONE).date() else "%d/%m/%Y %H:%M")
