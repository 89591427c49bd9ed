"""How a process is started: command line, environment, `[tool.eulogin-harness]` of pyproject.toml, default."""

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eulogin_harness.pyproject import OPTIONS
from eulogin_harness.settings import TABLE, from_environment, known, parse_all, variable
from mock_idp.common.settings import OIDC_CLIENTS
from mock_world.file_input import read_file
from mock_world.settings import ALLOWED_TARGETS, BACK_CHANNEL_CA

if TYPE_CHECKING:
    from mock_world import World

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


def use_settings(world: "World", values: Mapping[str, object]) -> None:
    """Change settings of a world, all or none. Raises ValueError with a sentence.

    A file that is named and cannot be used is refused at once: later nobody would look for it there.
    """
    parsed = parse_all(values)
    check_clients(parsed, parsed.get(ALLOWED_TARGETS.name, world.settings[ALLOWED_TARGETS]))
    check_authority(parsed)
    world.settings.change(values)
    world.signals.wake_all()
    world.scheduler.look_again()  # worlds.ttl may be shorter


def check_authority(settings: Mapping[str, Any]) -> None:
    """Report a file of authorities that cannot be used before it is needed. Raises ValueError."""
    from mock_world.tls import trusting

    file = settings.get(BACK_CHANNEL_CA.name, "")
    try:
        if file:
            trusting(read_file(Path(file)).decode("ascii"))
    except OSError as error:
        raise ValueError(f"{file} cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from None


def _pairs(items: Iterable[str]) -> Iterator[tuple[str, object]]:
    for item in items:
        name, sign, value = item.partition("=")
        if not sign:
            raise ValueError(f"expected name=value, such as password.min_length=10; got {item!r}")
        yield name, known(name).from_text(value)
