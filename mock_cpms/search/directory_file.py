"""The file of the directory (setting cpms.directory): its rows read, each checked, errors reported by their line."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from mock_cpms.countries import CODES
from mock_cpms.networks import networks
from mock_cpms.search.model import FULL_MEMBER, HUB, NATIONAL_CENTRE, Hospital, Membership
from mock_cpms.search.spelling import find_networks
from mock_world.file_input import problem_of, read_file
from mock_world.fixtures import line_not_utf8

COLUMNS = ("hospital", "city", "country_code", "networks", "memberships_note")

# The note says "(a)" affiliated and "(h)" hub behind a code (facts, CPMS 11). An affiliated partner is either an
# Associated National Centre or a National Coordination Hub (facts, CPMS 9), so "(a)" is read as the first. No mark is
# read as Full Member, though only some of the sources say so.
_KINDS = {"a": NATIONAL_CENTRE, "h": HUB}
_MARK = re.compile(r"([\w-]+)\s*\(\s*(\w)\s*\)")

_Row = Mapping[str | None, str | None]


class BrokenFileError(ValueError):
    """Says which line is wrong and what to do about it."""


def read_hospitals(path: Path) -> tuple[Hospital, ...]:
    """All hospitals of the file, as they stand in it. Raises BrokenFileError."""
    try:
        text = io.StringIO(read_file(path).decode("utf-8-sig"), newline="")
        return tuple(_hospitals(csv.DictReader(text, strict=True)))
    except OSError as error:
        raise BrokenFileError(f"it cannot be read ({problem_of(error)}); check that it exists and is a file") from None
    except UnicodeDecodeError:
        raise BrokenFileError(f"line {line_not_utf8(path)} is not UTF-8; save the file in that encoding") from None


def _hospitals(reader: "csv.DictReader[str]") -> Iterator[Hospital]:
    lines: dict[tuple[str, str, str], int] = {}
    try:
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            raise BrokenFileError(f"line 1: no column {missing[0]}; begin the file with {','.join(COLUMNS)}")
        for row in reader:
            hospital = _hospital(row, reader.line_num)
            same = (hospital.name, hospital.city, hospital.country)
            if same in lines:
                raise BrokenFileError(
                    f"line {reader.line_num}: {hospital.name} stands in line {lines[same]} already; join them"
                )
            lines[same] = reader.line_num
            yield hospital
    except csv.Error as error:
        raise BrokenFileError(f"line {reader.line_num + 1}: {error}; check the quotation marks there") from None


def _hospital(row: _Row, line: int) -> Hospital:
    if None in row:
        raise BrokenFileError(f"line {line}: more cells than columns; put a name that has a comma into quotation marks")
    cells = {name: (row[name] or "").strip() for name in COLUMNS}
    for name in COLUMNS[:-1]:
        if not cells[name]:
            raise BrokenFileError(f"line {line}: {name} is empty; fill it in, or take the line out")
    if cells["country_code"] not in CODES:
        raise BrokenFileError(
            f"line {line}: country_code {cells['country_code']!r} is none of the European Union or Norway; "
            "take one such as AT or GR"
        )
    return Hospital(cells["hospital"], cells["city"], cells["country_code"], _memberships(cells, line))


def _memberships(cells: Mapping[str, str], line: int) -> tuple[Membership, ...]:
    codes = dict.fromkeys(code.strip() for code in cells["networks"].split(";") if code.strip())
    marks = [(code, mark.lower()) for code, mark in _MARK.findall(cells["memberships_note"])]
    kinds = {code: _KINDS[mark] for code, mark in marks if mark in _KINDS}
    if not codes:
        raise BrokenFileError(f"line {line}: networks names none; take codes such as BOND;PaedCAN")
    for code in (*codes, *kinds):
        if code not in networks():
            meant = next((network.code for network in find_networks(code)), "PaedCAN")
            raise BrokenFileError(f"line {line}: {code!r} is none of the 24 networks; take a code such as {meant}")
    if strange := [code for code in kinds if code not in codes]:
        raise BrokenFileError(
            f"line {line}: memberships_note tells of {strange[0]}, which is not among the networks; add it there"
        )
    if wrong := [f"{code} ({mark})" for code, mark in marks if mark not in _KINDS and code in networks()]:
        raise BrokenFileError(f"line {line}: memberships_note has {wrong[0]}; take (a), (h) or no mark")
    return tuple(
        Membership(code, kinds.get(code, FULL_MEMBER), _coordinates(cells["hospital"], code)) for code in codes
    )


def _coordinates(hospital: str, code: str) -> bool | None:
    """Whether it is the network's coordinating hospital; None where nobody knows for certain which one is."""
    coordinator = networks()[code].coordinator
    return None if coordinator is None else hospital == coordinator
