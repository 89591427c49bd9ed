"""How the default world of `serve` begins: from a state, a prepared world or a time, and with whom."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import click

from mock_world import Refusal, WorldSpec
from mock_world.worlds import DEFAULT

if TYPE_CHECKING:
    from datetime import datetime

    from eulogin_harness.prepared_worlds.schema import PreparedWorld
    from mock_world.server import Site


class BeginningError(Exception):
    """What the world should begin with cannot be had; a sentence."""


@dataclass(frozen=True)
class Beginning:
    """What `serve` was given. state: the file in which the world is kept. prepared: what a new one is loaded with, by
    its name. now, frozen: its clock. imports: files of people, users or clients to begin with.
    """

    state: Path | None = None
    prepared: "tuple[str, PreparedWorld] | None" = None
    now: "datetime | None" = None
    frozen: bool = False
    imports: tuple[Path, ...] = ()


@contextmanager
def begun(site: "Site", beginning: Beginning) -> Iterator[str]:
    """The default world as it is to begin, and kept where that is wished; where its problem opens, if it has one.

    What was imported is printed. Raises BeginningError, StateFileError.
    """
    from eulogin_harness.prepared_worlds.opening import address_of, loaded
    from eulogin_harness.state_file import saving, take_up

    world = site.worlds.get(DEFAULT)
    if site.worlds.taken_up or (beginning.state and take_up(world, beginning.state)):
        if beginning != Beginning(state=beginning.state):
            left = "--world, --now, --frozen and --import are left aside"
            click.echo(
                f"eulogin-harness: the clock and people of {beginning.state or 'the database'} count; {left}", err=True
            )
    else:
        _begin(site, beginning)
    row = loaded(world)
    with saving(world, beginning.state) if beginning.state else nullcontext():
        yield address_of(world, row.name) if row is not None else ""


def _begin(site: "Site", beginning: Beginning) -> None:
    if beginning.prepared:
        _load(site, *beginning.prepared, beginning)
    elif beginning.now or beginning.frozen:
        site.worlds.reset(site.worlds.get(DEFAULT), WorldSpec(now=beginning.now, frozen=beginning.frozen))
    if beginning.imports:
        _import(site, beginning.imports)


def _load(site: "Site", name: str, prepared: "PreparedWorld", beginning: Beginning) -> None:
    from eulogin_harness.prepared_worlds.building import load

    given = {"now": beginning.now} if beginning.now else {}
    changed = prepared.model_copy(update={"frozen": beginning.frozen or prepared.frozen, **given})
    try:
        load(site.worlds, site.worlds.get(DEFAULT), name, changed)
    except Refusal as refusal:
        raise BeginningError(f"{refusal.code}: {refusal}") from None
    except ValueError as error:
        raise BeginningError(str(error)) from None


def _import(site: "Site", files: tuple[Path, ...]) -> None:
    """Take over users and clients through the control API, as the command `import` does."""
    from eulogin_harness.importing.command import Options, import_files
    from eulogin_harness.importing.report import ImportFileError

    with NamedTemporaryFile("w", suffix=".pem", encoding="ascii") as ca:
        ca.write(site.authority.pem if site.authority else "")
        ca.flush()
        options = Options(files, site.listeners["desk"], ca=ca.name if site.authority else None)
        try:
            for line in import_files(options):
                click.echo(line)
        except ImportFileError as error:
            raise BeginningError(str(error)) from None
