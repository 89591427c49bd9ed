"""Data files: worlds, profile form, networks, hospitals. In the wheel they lie inside this package."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from mock_world.file_input import read_file
from mock_world.yaml_input import load_yaml

_PACKAGED = Path(__file__).with_name("fixtures")
FOLDER = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parent.parent / "fixtures"


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a CSV file with a header."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def document(path: str | Path) -> Any:
    """A YAML file, by its name in the folder of fixtures or by an own path."""
    return load_yaml(read_file(FOLDER / path).decode())


def stamp(file: Path) -> tuple[int, int, int]:
    """A mark of the file, another one when it was changed or replaced. Raises OSError, ValueError."""
    status = file.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino


def line_not_utf8(file: Path) -> int:
    """The first line that is no UTF-8; 1 where all are."""
    content = read_file(file)
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return content.count(b"\n", 0, error.start) + 1
    return 1
