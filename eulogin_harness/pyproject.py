"""What `[tool.eulogin-harness]` of a project's pyproject.toml says."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

OPTIONS = frozenset({"port", "host", "profile", "url", "tls", "compat", "ca", "verbose"})


def from_pyproject(folder: Path) -> dict[str, Any]:
    """The table `[tool.eulogin-harness]` of a folder, its names dotted. Raises ValueError with a sentence."""
    file = folder / "pyproject.toml"
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ValueError(f"{file.name} cannot be read: {error}") from None
    found = dict(_dotted(_table(_table(document, "tool"), "eulogin-harness")))
    for name in found.keys() - OPTIONS:
        from eulogin_harness.settings import known  # which takes a while, and most projects set none

        known(name)
    return found


def _table(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name, {})
    if not isinstance(found, dict):
        raise ValueError(f"expected {name} to be a table; got {found!r}")  # noqa: TRY004 - the caller tells ValueErrors
    return found


def _dotted(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
