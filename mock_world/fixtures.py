"""Data files: worlds, profile form, networks, hospitals. In the wheel they lie inside this package."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_PACKAGED = Path(__file__).with_name("fixtures")
FOLDER = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parent.parent / "fixtures"


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a CSV file with a header."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def document(path: str | Path) -> Any:
    """A YAML file, by its name in the folder of fixtures or by an own path."""
    with (FOLDER / path).open(encoding="utf-8") as file:
        return yaml.safe_load(file)
