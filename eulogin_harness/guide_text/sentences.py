"""Sentences of a guide in a language: labels as the pages have them, values and addresses of the guide."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from eulogin_harness.guide_text.catalogue import translated
from eulogin_harness.guide_text.content import Run, Sentence
from eulogin_harness.guide_text.document import Text, english
from eulogin_harness.guide_text.errors import GuideError
from mock_world.i18n import page_texts, translations

_PART = re.compile(r"\[(?P<label>[^\[\]]+)\]|\{(?P<value>[a-z0-9_.-]+)\}|\*\*(?P<bold>[^*]+)\*\*")
_FRENCH_SIGN = re.compile(r" (?=[:;?!»])|(?<=«) ")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")


def translation(text: Text, language: str) -> str | None:
    """A text of the guide's file in a language; None where neither the file nor the catalogue has it."""
    return text.get(language) if isinstance(text, dict) else translated(text, language)


def in_language(text: Text, language: str) -> str:
    """A text of the guide's file in a language, or in English where there is no translation."""
    return translation(text, language) or english(text)


@dataclass
class Speaker:
    """Says the sentences of a guide in one language, and counts what its catalogue lacks.

    values: what stands for `{name}` in a sentence; one that is an address becomes a link.
    """

    language: str
    values: Mapping[str, str]
    said: set[str] = field(default_factory=set)
    lacking: set[str] = field(default_factory=set)

    def sentence(self, text: Text, place: str) -> Sentence:
        """A sentence of the guide's file. place: where it stands, for errors. Raises GuideError."""
        return tuple(self._runs(self._translation(text), f"{place} ({english(text)!r})"))

    def line(self, text: Text, place: str) -> str:
        """A sentence without bold labels and links, such as a title. Raises GuideError."""
        return "".join(run.text for run in self.sentence(text, place))

    def label(self, english: str, place: str) -> str:
        """The label of a button or field, as the pages have it. Raises GuideError where no page has it."""
        if english not in page_texts():
            raise GuideError(
                f"{place}: expected [{english}] to be a label of a page, but no page has it; "
                "write it as the page does, or without brackets"
            )
        return str(translations(self.language).ugettext(english))

    def _translation(self, text: Text) -> str:
        own = translation(text, self.language)
        self._count(english(text), is_there=own is not None)
        return self._typeset(own or english(text))

    def _count(self, text: str, *, is_there: bool) -> None:
        if text:
            self.said.add(text)
            if not is_there:
                self.lacking.add(text)

    def _typeset(self, text: str) -> str:
        return _FRENCH_SIGN.sub("\N{NO-BREAK SPACE}", text) if self.language == "fr" else text

    def _runs(self, text: str, place: str) -> Iterator[Run]:
        end = 0
        for part in _PART.finditer(text):
            if part.start() > end:
                yield Run(text[end : part.start()])
            end = part.end()
            yield self._run(part, place)
        if end < len(text):
            yield Run(text[end:])

    def _run(self, part: re.Match[str], place: str) -> Run:
        if part["value"]:
            return self._value(part["value"], place)
        return Run(part["bold"] or self.label(part["label"], place), bold=True)

    def _value(self, name: str, place: str) -> Run:
        try:
            value = self.values[name]
        except KeyError:
            known = ", ".join(f"{{{each}}}" for each in sorted(self.values))
            raise GuideError(
                f"{place}: expected one of {known}, but got {{{name}}}; change the sentence that has it"
            ) from None
        if value.startswith(("http://", "https://")):
            return Run(value.removeprefix("https://").removesuffix("/"), address=value)
        return Run(value, address=f"mailto:{value}" if _MAIL.fullmatch(value) else "")
