"""Clients out of a JSON file (setting oidc.clients), also in the form of the official mock-up's configuration."""

import difflib
import json
import logging
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mock_idp.common import settings as s
from mock_idp.oidc.client_metadata import NewClient, first_problem, sort_known
from mock_idp.oidc.clients import register_client, wrong_addresses
from mock_world import RefusalKind, World
from mock_world import settings as shared
from mock_world.file_input import problem_of, read_file
from mock_world.fixtures import stamp
from mock_world.i18n import N_
from mock_world.worlds import at_beginning

UNREADABLE = RefusalKind(
    "client.file_unreadable",
    message=N_("Please mend the file of setting oidc.clients: {problem}."),
    expected="a JSON file with a list of clients, each an object by the names of RFC 7591",
    remedy="mend the file, or set oidc.clients to nothing",
    status=500,
)
_IN_PART = ("grant_types", "response_types")  # all else that is not mocked has to be mended


@at_beginning
def register_first_clients(world: World) -> None:
    """Register the clients that every new world begins with. Raises Refusal (client.file_unreadable)."""
    path = world.settings[s.OIDC_CLIENTS]
    if not path:
        return
    try:
        clients = read_clients(path, world.settings[shared.ALLOWED_TARGETS])
    except ValueError as error:
        raise world.refuse(UNREADABLE, got=path, problem=str(error)) from None
    for client in clients:
        register_client(world, client)


def read_clients(path: str, allowed: list[str]) -> tuple[NewClient, ...]:
    """The clients of a file. allowed: domains besides loopback and reserved ones that their addresses may have.

    Names that are not known are left aside, with a line in the log. Raises ValueError with the place and a sentence.
    """
    file = Path(path)
    try:
        changed = stamp(file)
    except (OSError, ValueError) as error:
        raise ValueError(f"{file.name}: it cannot be read ({type(error).__name__})") from None
    return _read(file, changed, tuple(allowed))


@lru_cache(maxsize=8)
def _read(file: Path, _changed: tuple[int, int, int], allowed: tuple[str, ...]) -> tuple[NewClient, ...]:
    """The clients of a file, read once for each stamp: new worlds begin with what was read."""
    try:
        document = json.loads(read_file(file).decode())
    except json.JSONDecodeError as error:
        raise ValueError(f"{file.name}, line {error.lineno}: it is no JSON ({error.msg})") from None
    except (OSError, ValueError, RecursionError) as error:
        reason = problem_of(error) if isinstance(error, OSError) else type(error).__name__
        raise ValueError(f"{file.name}: it cannot be read ({reason})") from None
    if not isinstance(document, list) or not all(isinstance(each, dict) for each in document):
        raise ValueError(f"{file.name}: it is no list of clients; begin it with [ and write each in braces")
    clients = tuple(_client(f"{file.name}, client {place}", each) for place, each in enumerate(document, 1))
    _check(file.name, clients, allowed)
    return clients


def _client(place: str, entry: dict[str, Any]) -> NewClient:
    named = f"{place} ({entry.get('client_id') or entry.get('client_name') or 'without a name'})"
    try:
        return NewClient.model_validate(_known_part(named, entry))
    except ValidationError as error:
        raise ValueError(f"{named}, {first_problem(error)}") from None


def _known_part(place: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """What a registration says that is known and mocked; the log has a line about the rest, with `place`."""
    known, rest = sort_known(entry, _IN_PART)
    if rest:
        left = ", ".join(_perhaps(name) if value is None else f"{name} {value}" for name, value in rest)
        logging.getLogger(__name__).warning("%s: left aside, since not known here: %s", place, left)
    return known


def _perhaps(name: str) -> str:
    near = difflib.get_close_matches(name, NewClient.model_fields, n=1, cutoff=0.8)
    return f"{name} (did you mean {near[0]}?)" if near else name


def _check(name: str, clients: tuple[NewClient, ...], allowed: tuple[str, ...]) -> None:
    """Check beforehand what only shows when a world registers the clients. Raises ValueError."""
    ids = [client.client_id for client in clients if client.client_id]
    if twice := next((each for each in ids if ids.count(each) > 1), None):
        raise ValueError(f"{name}: client_id {twice} stands there twice")
    for place, client in enumerate(clients, 1):
        for field, url, problem in wrong_addresses(client, [*allowed]):
            hint = "mend it, or add its host to setting allowed_targets if it is yours"
            raise ValueError(f"{name}, client {place}, {field} {url[:200]}: {problem}; {hint}")
