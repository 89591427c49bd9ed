"""YAML of a user, read within limits: a short text can stand for endless lists, and a deep one ends the process."""

from typing import Any

import yaml

MOST_CHARACTERS = 16_000_000
_DEEPEST = 50  # lists and names within each other
_MOST_REFERRED = 100_000  # values that all references together stand for
_LONGEST_NUMBER = 1000  # characters; some forms of numbers take the square of it to read
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as quick


class YamlLimitError(yaml.MarkedYAMLError):
    """A text beyond a limit; `problem` says which, `problem_mark` where."""


def load_yaml(text: str) -> Any:
    """What a YAML text says, with plain types alone. Raises yaml.YAMLError."""
    if len(text) > MOST_CHARACTERS:
        raise YamlLimitError(problem=f"more than {MOST_CHARACTERS:,} characters")
    _check(text)
    try:
        return yaml.load(text, LOADER)  # noqa: S506 - it is the safe one, or the same in C
    except (OverflowError, ValueError):
        raise YamlLimitError(problem="a number or a date that does not exist") from None


def _check(text: str) -> None:
    """Look at a text piece by piece, before anything is made of it. Raises yaml.YAMLError."""
    counts = _Counts()
    for event in yaml.parse(text, LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            counts.open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            counts.close()
        elif isinstance(event, yaml.ScalarEvent):
            _check_number(event)
            counts.add(event)
        elif isinstance(event, yaml.AliasEvent):
            counts.refer(event)


class _Counts:
    """How many values a text stands for, those behind its references too."""

    def __init__(self) -> None:
        self._values = 0
        self._referred = 0
        self._sizes: dict[str | None, int | None] = {}  # of what each reference stands for; None while it is open
        self._open: list[tuple[str | None, int]] = []  # reference, and the values that were there before

    def add(self, event: yaml.ScalarEvent) -> None:
        self._values += 1
        if event.anchor:
            self._sizes[event.anchor] = 1

    def open(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) == _DEEPEST:
            raise _beyond(event, f"lists or names more than {_DEEPEST} deep within each other")
        self._open.append((event.anchor, self._values))
        self._values += 1
        if event.anchor:
            self._sizes[event.anchor] = None

    def close(self) -> None:
        anchor, before = self._open.pop()
        if anchor:
            self._sizes[anchor] = self._values - before

    def refer(self, event: yaml.AliasEvent) -> None:
        size = self._sizes.get(event.anchor, 1)
        if size is None:
            raise _beyond(event, "a reference to what it stands in")
        self._values += size
        self._referred += size
        if self._referred > _MOST_REFERRED:
            raise _beyond(event, f"references that stand for more than {_MOST_REFERRED:,} values")


def _check_number(event: yaml.ScalarEvent) -> None:
    value = event.value
    if len(value) > _LONGEST_NUMBER and event.implicit[0] and value[0] in "+-0123456789." and len(value.split()) == 1:
        raise _beyond(event, f"a number of more than {_LONGEST_NUMBER} characters")


def _beyond(event: yaml.Event, problem: str) -> YamlLimitError:
    mark: Any = event.start_mark  # the one in C says the same
    return YamlLimitError(problem=problem, problem_mark=mark)
