"""Passwords and secrets that an import gives anew: out of a table, and into one."""

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from eulogin_harness.importing.report import ImportFileError

_MOST = 5  # names that one error tells


def read_table(file: Path, columns: tuple[str, str], known: Iterable[str]) -> dict[str, str]:
    """What a CSV file gives anew, by name. columns: those of its header, such as uid and password.

    Raises ImportFileError for what is no such table, for a name twice, empty values, and names that are not `known`.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ImportFileError(f"{file.name}: expected a CSV file in UTF-8; got {type(error).__name__}") from None
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",")
    if not set(columns) <= set(reader.fieldnames or ()):
        raise ImportFileError(f"{file.name}: expected the header {','.join(columns)} in line 1; write it there")
    return _rows(file.name, reader, columns, set(known))


def _rows(name: str, reader: "csv.DictReader[str]", columns: tuple[str, str], known: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    unknown: list[str] = []
    try:
        for row in reader:
            whose, secret = (row.get(column) or "" for column in columns)
            if not whose.strip() or not secret:
                raise ImportFileError(f"{name}, line {reader.line_num}: expected {' and '.join(columns)}; fill it in")
            whose = whose.strip()
            if whose in found:
                raise ImportFileError(
                    f"{name}, line {reader.line_num}: {whose[:64]} stands there already; take one out"
                )
            found[whose] = secret
            unknown += [whose[:64]] if whose not in known else []
    except csv.Error as error:
        raise ImportFileError(f"{name}, line {reader.line_num}: expected CSV; {error}") from None
    if unknown:
        more = f" and {len(unknown) - _MOST} more" if len(unknown) > _MOST else ""
        raise ImportFileError(
            f"{name}: {', '.join(unknown[:_MOST])}{more} is in none of the imported files; mend it, or take it out"
        )
    return found


def table(columns: Sequence[str], rows: Iterable[Mapping[str, str | None]]) -> str:
    """A CSV text with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({column: row.get(column) or "" for column in columns} for row in rows)
    return text.getvalue()


def open_for_owner(file: Path) -> int:
    """A file descriptor to write secrets to, readable for its owner alone; what is there stays. Raises OSError."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    os.fchmod(descriptor, 0o600)  # it may have been there, readable for all
    return descriptor
