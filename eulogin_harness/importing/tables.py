"""Tables as spreadsheets write them, of people, passwords and secrets: rows below the names of their columns."""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eulogin_harness.importing.report import ImportFileError
from mock_world.fixtures import line_not_utf8

_DELIMITERS = (";", ",", "\t")


@dataclass(frozen=True)
class Table:
    """header: names of columns in small letters. rows: the line of each in the file, and its cells by column."""

    header: Sequence[str]
    rows: Iterator[tuple[int, Mapping[str, str]]]


def text_of(path: Path, content: bytes) -> str:
    """A file's text: UTF-8 with or without mark, or UTF-16 with it. Raises ImportFileError."""
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        line = line_not_utf8(path) if encoding == "utf-8-sig" else 1
        raise ImportFileError(
            f'{path.name}: line {line}: expected text in UTF-8; got another encoding; save it as "CSV UTF-8"'
        ) from None


def table_of(path: Path, content: bytes) -> Table:
    """The table in a CSV file, with `,`, `;`, tabs, or what a first line `sep=` says. Raises ImportFileError, rows too.

    Cells that are left out at the end of a line are missing in its row.
    """
    text = text_of(path, content)
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep="):  # how Excel is told the delimiter
        lines = _lines(path, rest, first.strip()[4:], skipped=1)
    else:
        lines = _lines(path, text, _delimiter(text), skipped=0)
    header = [cell.strip().lower() for cell in next(lines, (1, []))[1]]
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise ImportFileError(f"{path.name}: first line: expected each column once; got {', '.join(twice)[:200]} twice")
    return Table(header, ((number, _row(path, header, number, cells)) for number, cells in lines))


def _delimiter(body: str) -> str:
    """The names of columns hold none, so the header tells."""
    header = body.lstrip().partition("\n")[0]
    return max(_DELIMITERS, key=header.count)


def _lines(path: Path, body: str, delimiter: str, *, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Lines that are not empty, with the number of their first one in the file."""
    try:
        reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    except (TypeError, ValueError):
        raise ImportFileError(f"{path.name}: line 1: expected one sign behind `sep=`; leave the line out") from None
    number = skipped + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield number, cells
            number = skipped + reader.line_num + 1
    except csv.Error as error:
        raise ImportFileError(
            f'{path.name}: line {number}: expected cells with quotes only around them; got {error}; write "" for a '
            "quote within a quoted cell"
        ) from None


def _row(path: Path, header: Sequence[str], number: int, cells: Sequence[str]) -> Mapping[str, str]:
    if len(cells) > len(header):
        raise ImportFileError(
            f"{path.name}: line {number}: expected {len(header)} cells as in the first line; got {len(cells)}; put "
            "quotes around a cell that holds the delimiter"
        )
    return dict(zip(header, cells, strict=False))
