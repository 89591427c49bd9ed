"""The types of events: each is declared once, by the module that records it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

_FRACTION = re.compile(r"(T\d\d:\d\d:\d\d)\.\d+")  # of seconds, which nobody reads
OPTIONAL = re.compile(r"\[([^]]*)\]")


@dataclass(frozen=True)
class EventType:
    """An event as data: its name `subject.what` and one sentence. Declared once, found in CATALOGUE.

    sentence: `{names}` are filled with fields of the event, or its `person`; a part in `[brackets]` is left out where
    one of its names is empty, false or missing. renames: the person had the address in field `former` before. logged:
    it explains why something is not as the developer of an application expects, and is a line of the log too; where it
    says so only beside what went well, the fields by which a line is another one than those before.
    """

    name: str
    sentence: str
    renames: bool = False
    logged: bool | tuple[str, ...] = False

    def __post_init__(self) -> None:
        known = CATALOGUE.setdefault(self.name, self)
        if known != self:
            raise ValueError(f"the event {self.name} is declared twice")

    def filled(self, fields: Mapping[str, object]) -> str:
        """The sentence with the values of an event."""
        values = {name: "yes" if value is True else value for name, value in fields.items()}

        def part(match: re.Match[str]) -> str:
            return match[1] if all(values.get(name) for name in names_in(match[1])) else ""

        whole = OPTIONAL.sub(part, self.sentence)
        filled = whole.format_map({name: _shown(values.get(name)) for name in names_in(whole)})
        return _FRACTION.sub(r"\1", filled)


def names_in(sentence: str) -> list[str]:
    """The names in braces."""
    return [name for _, name, _, _ in Formatter().parse(sentence) if name]


def _shown(value: object) -> object:
    return "nothing" if value is None or value == "" else "no" if value is False else value


CATALOGUE: dict[str, EventType] = {}
