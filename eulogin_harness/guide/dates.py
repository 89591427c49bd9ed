"""Dates as people of a language write them."""

from datetime import date


def long_date(day: date, language: str) -> str:
    """A day in words: "1 December 2026", "1er décembre 2026"."""
    from babel.dates import format_date

    pattern = {"en": "d MMMM y", "fr": "d'er' MMMM y" if day.day == 1 else "d MMMM y"}.get(language)
    return format_date(day, pattern or "long", locale=language)
