"""Texts of pages and mails in the person's language, by gettext."""

from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.support import NullTranslations, Translations

ZONE = ZoneInfo("Europe/Brussels")  # EU Login's time zone (facts, address map)
FOLDER = Path(__file__).with_name("locale")
DEFAULT = "en"


@cache
def languages() -> dict[str, str]:
    """Languages with a catalogue, code -> own name; English needs none."""
    from babel import Locale

    codes = [DEFAULT, *sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/messages.mo"))]
    return {code: (Locale(code).get_language_name(code) or code).capitalize() for code in codes}


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; one without a catalogue speaks English."""
    return Translations.load(FOLDER, [language])


def written_out(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """A moment in words: "Friday 27 November 2026, 17:00"."""
    from babel.dates import format_datetime

    return format_datetime(moment.astimezone(zone), "EEEE d MMMM y, HH:mm", locale=language)


def clock_time(moment: datetime) -> str:
    """The time of day in EU Login's zone: "17:00"."""
    return moment.astimezone(ZONE).strftime("%H:%M")


def N_(text: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a text for extraction; it is translated where it is shown."""
    return text
