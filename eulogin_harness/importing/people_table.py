"""People in a table, as spreadsheets write it: one a line, below the names of the fields."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eulogin_harness.documents.people import PersonaFields
from eulogin_harness.importing.report import ImportFileError
from eulogin_harness.importing.tables import table_of

_BETWEEN = ";"  # several values in one cell


@dataclass(frozen=True)
class Entry:
    """One person as the file has it. place: where, for messages (`line 3`)."""

    place: str
    fields: dict[str, Any]


def read_table(path: Path, content: bytes) -> list[Entry]:
    """The people of a CSV file; empty cells are left out. Raises ImportFileError."""
    table = table_of(path, content)
    unknown = [name for name in table.header if name not in PersonaFields.model_fields]
    if not table.header or unknown:
        got = ", ".join(repr(name[:40]) for name in unknown) or "nothing"
        known = ", ".join(PersonaFields.model_fields)
        raise ImportFileError(f"{path.name}: first line: expected names of fields; got {got}; known are {known}")
    return [
        Entry(f"line {number}", {name: _value(name, cell) for name, text in row.items() if (cell := text.strip())})
        for number, row in table.rows
    ]


def _value(name: str, cell: str) -> object:
    """A cell as JSON would have it; numbers and yes or no are read later."""
    read = _SEVERAL.get(name)
    return cell if read is None else read([part.strip() for part in cell.split(_BETWEEN) if part.strip()])


def _pairs(parts: Sequence[str]) -> list[tuple[str, str]]:
    return [(name.strip(), value.strip()) for name, _, value in (part.partition("=") for part in parts)]


def _versions(parts: Sequence[str]) -> object:
    return [{"level": level, "value": value} for level, value in _pairs(parts)]


def _attributes(parts: Sequence[str]) -> object:
    attributes: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in _pairs(parts):
        attributes[name].append(value)
    return dict(attributes)


def _requests(parts: Sequence[str]) -> object:
    return [{"network": code} | ({"state": state} if state else {}) for code, state in _pairs(parts)]


_SEVERAL: Mapping[str, Callable[[Sequence[str]], object]] = {
    "groups": list,
    "networks": list,
    "helpdesk_for": list,
    "registration_level_versions": _versions,
    "extended_attributes": _attributes,
    "requests": _requests,
}
