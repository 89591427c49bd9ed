"""Dates as people of a language write them."""

from datetime import date

from mock_world.i18n import with_ordinal


def long_date(day: date, language: str) -> str:
    """A day in words: "1 December 2026", "1er décembre 2026"."""
    from babel.dates import format_date

    pattern = {"en": "d MMMM y", "fr": "d MMMM y"}.get(language)
    return format_date(day, with_ordinal(pattern, day, language) if pattern else "long", locale=language)
