"""How a process is started: command line, environment, `[tool.eulogin-harness]` of pyproject.toml, default."""

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from eulogin_harness.pyproject import OPTIONS
from eulogin_harness.settings import TABLE, from_environment, known, variable
from mock_idp.common.settings import OIDC_CLIENTS
from mock_world.settings import ALLOWED_TARGETS

_PREFIX = "EULOGIN_"


def misspelt(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Variables that look like one of ours and are none, each with the one that was probably meant."""
    ours = [variable(name).removeprefix(_PREFIX) for name in (*TABLE, *sorted(OPTIONS), "token")]
    given = [name.removeprefix(_PREFIX) for name in environ if name.startswith(_PREFIX)]
    near = {name: difflib.get_close_matches(name, ours, n=1, cutoff=0.8) for name in given}
    return {_PREFIX + name: _PREFIX + matches[0] for name, matches in near.items() if matches and matches[0] != name}


def gather_settings(command_line: Iterable[str], project: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of all sources, parsed; `command_line` holds `name=value`. Raises ValueError with a sentence."""
    own = {name: value for name, value in project.items() if name not in OPTIONS}
    given = own | from_environment() | dict(_pairs(command_line))
    parsed = {name: known(name).parse(value) for name, value in given.items()}
    check_clients(parsed, parsed.get(ALLOWED_TARGETS.name, []))
    return {name: known(name).dump(value) for name, value in parsed.items()}


def check_clients(settings: Mapping[str, Any], allowed: list[str]) -> None:
    """Report a broken file before it is needed. settings: parsed. allowed: domains that clients' addresses may have.

    Raises ValueError with its place and a sentence.
    """
    if path := settings.get(OIDC_CLIENTS.name):
        from mock_idp.oidc.client_file import read_clients

        read_clients(path, allowed)


def _pairs(items: Iterable[str]) -> Iterator[tuple[str, object]]:
    for item in items:
        name, sign, value = item.partition("=")
        if not sign:
            raise ValueError(f"expected name=value, such as password.min_length=10; got {item!r}")
        yield name, known(name).from_text(value)
