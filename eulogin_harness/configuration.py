"""How a process is started: command line, environment, `[tool.eulogin-harness]` of pyproject.toml, default."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mock_world.settings import from_environment, known

OPTIONS = frozenset({"port", "host", "profile", "url"})


def from_pyproject(folder: Path) -> dict[str, Any]:
    """The table `[tool.eulogin-harness]` of a folder, its names dotted. Raises ValueError with a sentence."""
    file = folder / "pyproject.toml"
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ValueError(f"{file.name} cannot be read: {error}") from None
    found = dict(_dotted(document.get("tool", {}).get("eulogin-harness", {})))
    for name in found.keys() - OPTIONS:
        known(name)
    return found


def _dotted(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def gather_settings(command_line: Iterable[str], project: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of all sources, parsed; `command_line` holds `name=value`. Raises ValueError with a sentence."""
    own = {name: value for name, value in project.items() if name not in OPTIONS}
    given = own | from_environment() | dict(_pairs(command_line))
    return {name: known(name).dump(known(name).parse(value)) for name, value in given.items()}


def _pairs(items: Iterable[str]) -> Iterator[tuple[str, object]]:
    for item in items:
        name, sign, value = item.partition("=")
        if not sign:
            raise ValueError(f"expected name=value, such as password.min_length=10; got {item!r}")
        is_list = isinstance(known(name).default, list)
        yield name, [part.strip() for part in value.split(",") if part.strip()] if is_list else value
