"""New passwords and secrets of an import: out of a table, and into one."""

import csv
import io
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from eulogin_harness.importing.report import ImportFileError
from eulogin_harness.importing.tables import table_of
from mock_world.file_input import read_file

_MOST = 5  # names that one error reports


def read_table(file: Path, columns: tuple[str, str], known: Iterable[str]) -> dict[str, str]:
    """New values that a CSV file gives, by name. columns: those of its header, such as uid and password.

    Raises ImportFileError for what is no such table, for a name twice, empty values, and names that are not `known`.
    """
    try:
        content = read_file(file)
    except OSError as error:
        raise ImportFileError(f"{file.name}: it cannot be read ({error.strerror}); check its name") from None
    table = table_of(file, content)
    if not set(columns) <= set(table.header):
        raise ImportFileError(f"{file.name}: expected the header {','.join(columns)} in line 1; write it there")
    values: dict[str, str] = {}
    for number, row in table.rows:
        whose, secret = row.get(columns[0], "").strip(), row.get(columns[1], "")
        if not whose or not secret:
            raise ImportFileError(f"{file.name}, line {number}: expected {' and '.join(columns)}; fill it in")
        if whose in values:
            raise ImportFileError(f"{file.name}, line {number}: {whose[:64]} stands there already; take one out")
        values[whose] = secret
    _check_known(file, values, set(known))
    return values


def _check_known(file: Path, names: Iterable[str], known: set[str]) -> None:
    unknown = [whose[:64] for whose in names if whose not in known]
    if unknown:
        more = f" and {len(unknown) - _MOST} more" if len(unknown) > _MOST else ""
        raise ImportFileError(
            f"{file.name}: {', '.join(unknown[:_MOST])}{more} is in none of the imported files; mend it, or take it out"
        )


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
    if stat.S_ISREG(os.fstat(descriptor).st_mode):  # a device belongs to everybody
        os.fchmod(descriptor, 0o600)  # it may have been there, readable for all
    return descriptor
