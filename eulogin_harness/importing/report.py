"""What an import changed and what it could not take over, grouped: a thousand users make no thousand lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field

_SHOWN = 3  # examples of a group


class ImportFileError(ValueError):
    """A file cannot be imported: where, what was expected, what came, what to do; one line for each place."""


@dataclass
class Report:
    """Notes of one import, in the order in which they came first."""

    _changed: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _left: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def changed(self, what: str, why: str, example: str) -> None:
        self._changed.setdefault((what, why), []).append(example)

    def left(self, what: str, why: str, whose: str) -> None:
        self._left.setdefault((what, why), []).append(whose)

    def lines(self) -> Iterator[str]:
        for title, notes in (("Changed:", self._changed), ("Not taken over:", self._left)):
            if notes:
                yield title
                yield from (_shown(f"  {what} - {why} ({_few(whose)})") for (what, why), whose in notes.items())


def _few(examples: list[str]) -> str:
    distinct = list(dict.fromkeys(examples))
    more = len(distinct) - _SHOWN
    return ", ".join(distinct[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _shown(line: str) -> str:
    """What no terminal should get, and half signs that no encoding knows, by their numbers."""
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in line)
