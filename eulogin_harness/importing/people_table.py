"""People in a table, as spreadsheets write it: one a line, below the names of the fields."""

import codecs
import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eulogin_harness.documents.people import PersonaFields
from mock_world.fixtures import line_not_utf8

_DELIMITERS = (";", ",", "\t")
_BETWEEN = ";"  # several values in one cell


class PeopleFileError(ValueError):
    """A file of people cannot be read: where, what was expected, what came, what to do; one line for each place."""


@dataclass(frozen=True)
class Entry:
    """One person as the file has it. place: where, for messages (`line 3`)."""

    place: str
    fields: dict[str, Any]


def text_of(path: Path) -> str:
    """A file's text: UTF-8 with or without mark, or UTF-16 with it. Raises PeopleFileError, OSError."""
    content = path.read_bytes()
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        line = line_not_utf8(path) if encoding == "utf-8-sig" else 1
        raise PeopleFileError(
            f'{path.name}: line {line}: expected text in UTF-8; got another encoding; save it as "CSV UTF-8"'
        ) from None


def read_table(path: Path) -> list[Entry]:
    """The people of a CSV file; empty cells are left out. Raises PeopleFileError, OSError."""
    text = text_of(path)
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep="):  # how Excel is told the delimiter
        lines = _lines(path, rest, first.strip()[4:], skipped=1)
    else:
        lines = _lines(path, text, _delimiter(text), skipped=0)
    header = _header(path, next(lines, (1, []))[1])
    return [_entry(path, header, number, cells) for number, cells in lines]


def _delimiter(body: str) -> str:
    """The names of fields hold none, so the header tells."""
    header = body.lstrip().partition("\n")[0]
    return max(_DELIMITERS, key=header.count)


def _lines(path: Path, body: str, delimiter: str, *, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Lines that are not empty, with the number of their first one in the file."""
    try:
        reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    except TypeError:
        raise PeopleFileError(f"{path.name}: line 1: expected one sign behind `sep=`; leave the line out") from None
    number = skipped + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield number, [cell.strip() for cell in cells]
            number = skipped + reader.line_num + 1
    except csv.Error as error:
        raise PeopleFileError(
            f'{path.name}: line {number}: expected cells with quotes only around them; got {error}; write "" for a '
            "quote within a quoted cell"
        ) from None


def _header(path: Path, cells: Sequence[str]) -> list[str]:
    names = [cell.lower() for cell in cells]
    unknown = [name for name in names if name not in PersonaFields.model_fields]
    if not names or unknown:
        got = ", ".join(repr(name[:40]) for name in unknown) or "nothing"
        known = ", ".join(PersonaFields.model_fields)
        raise PeopleFileError(f"{path.name}: first line: expected names of fields; got {got}; known are {known}")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise PeopleFileError(f"{path.name}: first line: expected each column once; got {', '.join(twice)} twice")
    return names


def _entry(path: Path, header: Sequence[str], number: int, cells: Sequence[str]) -> Entry:
    if len(cells) > len(header):
        raise PeopleFileError(
            f"{path.name}: line {number}: expected {len(header)} cells as in the first line; got {len(cells)}; put "
            "quotes around a cell that holds the delimiter"
        )
    return Entry(
        f"line {number}", {name: _value(name, cell) for name, cell in zip(header, cells, strict=False) if cell}
    )


def _value(name: str, cell: str) -> object:
    """A cell as JSON would have it; numbers and yes or no are read later."""
    read = _SEVERAL.get(name)
    return cell if read is None else read([part.strip() for part in cell.split(_BETWEEN) if part.strip()])


def _pairs(parts: Sequence[str]) -> list[tuple[str, str]]:
    return [(name.strip(), value.strip()) for name, _, value in (part.partition("=") for part in parts)]


def _versions(parts: Sequence[str]) -> object:
    return [{"level": level, "value": value} for level, value in _pairs(parts)]


def _attributes(parts: Sequence[str]) -> object:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in _pairs(parts):
        found[name].append(value)
    return dict(found)


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
