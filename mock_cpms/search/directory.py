"""The directory: hospitals and their networks, of the file of setting cpms.directory."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path

from mock_cpms import settings as s
from mock_cpms.search.directory_file import BrokenFileError, read_hospitals
from mock_cpms.search.model import Hospital
from mock_cpms.search.spelling import spelling_keys
from mock_world import RefusalKind, World
from mock_world.fixtures import FOLDER, stamp
from mock_world.i18n import N_

UNREADABLE = RefusalKind(
    "directory.unreadable",
    message=N_("Please mend the file of setting cpms.directory: {problem}."),
    expected="a CSV file in UTF-8 with the columns of fixtures/hospitals.csv",
    remedy="mend the file as the message says, or set cpms.directory back to hospitals.csv",
    status=500,
)


class Directory:
    """Hospitals, ordered by country and name, with what finds them quickly."""

    def __init__(self, entries: Iterable[Hospital]) -> None:
        self.hospitals: tuple[Hospital, ...] = tuple(sorted(entries, key=lambda hospital: hospital.order))

    def times(self, word: str) -> int:
        """How often a word, or a part of one, stands in names and cities, in any spelling."""
        return max(self._text.count(key) for key in spelling_keys(word))

    @cached_property
    def _text(self) -> str:
        return "\n".join(hospital.haystack for hospital in self.hospitals)

    @cached_property
    def by_network(self) -> Mapping[str, tuple[Hospital, ...]]:
        """Members by the network's code."""
        members: defaultdict[str, list[Hospital]] = defaultdict(list)
        for hospital in self.hospitals:
            for code in hospital.networks:
                members[code].append(hospital)
        return {code: tuple(listed) for code, listed in members.items()}

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Hospital, ...]]:
        """Hospitals by the keys of their names."""
        named: defaultdict[str, list[Hospital]] = defaultdict(list)
        for hospital in self.hospitals:
            for key in hospital.name_keys:
                named[key].append(hospital)
        return {key: tuple(listed) for key, listed in named.items()}


def directory_of(world: World) -> Directory:
    """The world's directory; its file is read again when it has changed. Raises Refusal (directory.unreadable)."""
    path = world.settings[s.CPMS_DIRECTORY]
    try:
        return _directory(FOLDER / path)
    except BrokenFileError as error:
        raise world.refuse(UNREADABLE, got=path, problem=str(error)) from None


def _directory(path: Path) -> Directory:
    try:
        changed = stamp(path)
    except (OSError, ValueError) as error:
        raise BrokenFileError(f"it cannot be found ({type(error).__name__}); check its path") from None
    return _read(path, changed)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: tuple[int, int, int]) -> Directory:
    return Directory(read_hospitals(path))


def hospitals(world: World) -> tuple[Hospital, ...]:
    """All hospitals, ordered by country and name. Raises Refusal (directory.unreadable)."""
    return directory_of(world).hospitals


def hospitals_called(world: World, name: str) -> list[Hospital]:
    """Hospitals by their whole name, spelled as people do; by country. Raises Refusal (directory.unreadable)."""
    by_name = directory_of(world).by_name
    matches = {hospital for key in spelling_keys(name) for hospital in by_name.get(key, ())}
    return sorted(matches, key=lambda hospital: hospital.order)


def networks_of_hospital(world: World, name: str, country: str) -> tuple[str, ...]:
    """Codes of the networks of a hospital by its whole name; empty where it is not listed.

    country: its code; empty is any. Raises Refusal (directory.unreadable).
    """
    return codes_of(hospital for hospital in hospitals_called(world, name) if country in {"", hospital.country})


def codes_of(matches: Iterable[Hospital]) -> tuple[str, ...]:
    """Codes of the networks of some hospitals, each once."""
    return tuple(dict.fromkeys(code for hospital in matches for code in hospital.networks))
