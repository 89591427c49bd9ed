"""What `[tool.eulogin-harness]` of a project's pyproject.toml says."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

OPTIONS = frozenset(
    {"port", "host", "profile", "url", "tls", "compat", "ca", "verbose", "log_format", "state", "smtp_port"}
)
GRADE = "grade."  # names of the table of the command `grade`, which checks them


def from_pyproject(folder: Path) -> dict[str, Any]:
    """The table `[tool.eulogin-harness]` of a folder, its names dotted. Raises ValueError with a sentence."""
    file = folder / "pyproject.toml"
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ValueError(f"{file.name} cannot be read: {error}") from None
    options = dict(_dotted(_table(_table(document, "tool"), "eulogin-harness")))
    for name in options.keys() - OPTIONS:
        if not name.startswith(GRADE):
            _check_setting(name)
    return options


def _check_setting(name: str) -> None:
    """Raises ValueError with a sentence."""
    from eulogin_harness.client.names import SettingName  # which takes a while, and most projects set none
    from mock_world.unknown_setting import unknown_setting

    if name not in get_args(SettingName):
        raise ValueError(unknown_setting(name, get_args(SettingName)))


def _table(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise ValueError(f"expected {name} to be a table; got {table!r}")  # noqa: TRY004 - the caller reports ValueErrors
    return table


def _dotted(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
