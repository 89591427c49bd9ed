"""The prepared worlds that come with the mock, by their names."""

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from eulogin_harness.prepared_worlds.reading import read_file
from eulogin_harness.prepared_worlds.schema import GROUPS, PreparedWorld
from mock_world.fixtures import FOLDER

BEGINNING = "default"  # the first people of every world, which is no problem
_FOLDER = FOLDER / "worlds"
_LAST = 10_000  # behind all ranks


class UnknownPreparedWorldError(KeyError):
    """There is no prepared world of that name. near: names that were probably meant."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.near = difflib.get_close_matches(name, names(), n=3, cutoff=0.4)
        self.hint = f"perhaps {' or '.join(self.near)}" if self.near else "`world list --prepared` lists them"
        self.sentence = f"expected the name of a prepared world; got {name[:80]!r}; {self.hint}"
        super().__init__(self.sentence)

    def __str__(self) -> str:
        return self.sentence


@cache
def names() -> tuple[str, ...]:
    """All names, without reading a file."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.yaml") if file.stem != BEGINNING))


@cache
def prepared_worlds() -> Mapping[str, PreparedWorld]:
    """All by name: by group, in each by rank. Read once a process."""
    worlds = {name: prepared_world(name) for name in names()}
    return dict(sorted(worlds.items(), key=lambda each: (GROUPS.index(each[1].group), each[1].rank or _LAST)))


@cache
def prepared_world(name: str) -> PreparedWorld:
    """The one of that name. Raises UnknownPreparedWorldError."""
    if name not in names():
        raise UnknownPreparedWorldError(name)
    return read_file(_FOLDER / f"{name}.yaml")


def name_or_file(text: str) -> tuple[str, PreparedWorld]:
    """A prepared world by its name, or an own one by its file. Raises UnknownPreparedWorldError, PreparedWorldError."""
    if text.endswith((".yaml", ".yml")):
        return Path(text).stem, read_file(Path(text))
    return text, prepared_world(text)


def first_people() -> PreparedWorld:
    """Whom every new world begins with."""
    return read_file(_FOLDER / f"{BEGINNING}.yaml")
