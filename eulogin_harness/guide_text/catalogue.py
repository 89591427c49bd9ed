"""Texts of guides in other languages: a catalogue of their own, apart from that of the pages."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from mock_world.i18n import DEFAULT

FOLDER = Path(__file__).with_name("locale")


def catalogue(language: str) -> Path:
    """The file that holds a language's translations of guides."""
    return FOLDER / language / "LC_MESSAGES" / "guide.po"


@cache
def languages() -> tuple[str, ...]:
    """Codes of languages in which guides can be built, some of them in part; English is the first."""
    return (DEFAULT, *sorted(file.parent.parent.name for file in FOLDER.glob("*/LC_MESSAGES/guide.po")))


def translated(text: str, language: str) -> str | None:
    """A text of a guide in a language; None where its catalogue lacks it."""
    return text if language == DEFAULT or not text else _texts(language).get(text)


@cache
def _texts(language: str) -> Mapping[str, str]:
    from babel.messages.pofile import read_po

    if not catalogue(language).exists():
        return {}
    with catalogue(language).open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file, locale=language) if each.id and each.string}
