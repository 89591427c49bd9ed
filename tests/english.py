"""English that is left where another language is spoken."""

import re
from functools import cache

from mock_world.i18n import translations
from tools.texts import PAGES, extracted, texts_of

_GAPS = r"%\(\w+\)s|{\w+}|<[^>]+>"


in_sources = cache(extracted)


@cache
def _phrases(language: str) -> frozenset[str]:
    """Parts of two words and more of what is said otherwise in that language."""
    say, found = translations(language).ugettext, set()
    for message in texts_of(in_sources(PAGES)):
        for text in [message.id] if isinstance(message.id, str) else message.id:
            parts = {part.strip(" .,:;()") for part in re.split(_GAPS, text)}
            found |= {part for part in parts if " " in part and part not in say(text)}
    return frozenset(found)


def english_in(text: str, language: str) -> list[str]:
    """English phrases of the sources that stand in a text."""
    plain = f" {' '.join(text.split())} "
    near = (phrase for phrase in _phrases(language) if phrase in plain)  # which is quicker than the expression
    return sorted(phrase for phrase in near if re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", plain))
