"""Commands for worlds: side by side, prepared, and in a file."""

import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import click

from eulogin_harness.output import Output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

    from eulogin_harness.client import World
    from eulogin_harness.client.names import PreparedWorldName
    from eulogin_harness.documents.prepared_worlds import LoadedAnswer, PreparedWorldAnswer
    from eulogin_harness.prepared_worlds.schema import PreparedWorld


def world_list(world: "World | None", out: Output, *, running: bool, prepared: bool) -> None:
    """List the worlds that run, and the prepared ones that can be loaded; --prepared alone needs no mock."""
    from eulogin_harness.documents.common import Items
    from eulogin_harness.documents.worlds import WorldAnswer

    listed: list[BaseModel] = []
    if world is not None:
        listed += world.connection.ask(Items[WorldAnswer], "GET", "/api/worlds").items
    if prepared or not running:
        listed += _prepared_worlds(world)
    out.many(listed, _line_of_world)


def _prepared_worlds(world: "World | None") -> "Sequence[PreparedWorldAnswer]":
    """Those of the mock that runs; without one those of this package."""
    if world is not None:
        return world.prepared.list()
    from eulogin_harness.prepared_worlds.listing import answers

    return answers()


def _line_of_world(answer: Any) -> str:
    if hasattr(answer, "addresses"):
        return f"{answer.name}  {answer.now:%Y-%m-%d %H:%M:%S}  {answer.addresses.desk}"
    return f"{answer.name:<27} {answer.title}"


def world_show(_: "World | None", out: Output, named: str) -> None:
    """Show a prepared world: how to reproduce it, what the person sees, the way out. Needs no mock."""
    from eulogin_harness.prepared_worlds.listing import answer_of, as_text

    name, prepared = prepared_of(named)
    answer = answer_of(name, prepared)
    out.one(answer, as_text(answer))


def prepared_of(name_or_file: str) -> "tuple[str, PreparedWorld]":
    """A prepared world with its name. Raises UsageError."""
    from eulogin_harness.prepared_worlds import catalogue
    from eulogin_harness.prepared_worlds.reading import PreparedWorldError

    try:
        return catalogue.name_or_file(name_or_file)
    except (catalogue.UnknownPreparedWorldError, PreparedWorldError) as error:
        raise click.UsageError(str(error)) from None


def world_new(world: "World", out: Output, named: str) -> None:
    """Make a world of that name, below /w/NAME."""
    from eulogin_harness.documents.worlds import WorldAnswer

    answer = world.connection.ask(WorldAnswer, "POST", "/api/worlds", json={"name": named})
    out.one(answer, f"{answer.name}  {answer.addresses.desk}")


def world_reset(world: "World", out: Output) -> None:
    """Make the world as new."""
    world.reset()
    out.done(f"{world.name} is as new")


def world_export(world: "World", out: Output, file: IO[str]) -> None:  # noqa: ARG001 - prints the state alone
    """Write the state of the world, which holds the mock's secrets."""
    file.write(json.dumps(world.state()) + "\n")


def world_load(world: "World", out: Output, named: str) -> None:
    """Load a prepared world by NAME, an own one from a .yaml file, or a state as `world export` wrote it (- is input).

    What the world was is gone.
    """
    if named == "-" or (Path(named).is_file() and not named.endswith((".yaml", ".yml"))):
        _load_state(world, out, named)
        return
    if named.endswith((".yaml", ".yml")):
        name, prepared = prepared_of(named)
        loaded = world.prepared.load(prepared, name=name)
    else:
        loaded = _load_by_name(world, named)
    out.one(loaded, f"{world.name} is prepared: {loaded.title}\nThe problem: {loaded.url}")


def _load_by_name(world: "World", name: str) -> "LoadedAnswer":
    """Of the mock that runs, which may know others than this package. Raises UsageError."""
    from eulogin_harness.client import ProblemError

    try:
        return world.prepared.load(cast("PreparedWorldName", name))
    except ProblemError as error:
        if error.type == "not-found":
            raise click.UsageError(str(error)) from None
        raise


def _load_state(world: "World", out: Output, named: str) -> None:
    try:
        with click.open_file(named, encoding="utf-8") as file:
            state = json.load(file)
    except (OSError, ValueError) as error:
        raise click.ClickException(f"expected the state of a world in {named}; got no JSON: {error}") from None
    world.load_state(state)
    out.done(f"{world.name} goes on where {named} left it")


def world_bundle(world: "World", out: Output, file: Path, person: str | None) -> None:
    """Write the world into FILE, with what led there, for `replay`; it holds the mock's secrets."""
    from eulogin_harness.bundle.archive import write

    try:
        write(file, world.bundle(person=person))
    except OSError as error:
        problem = f"expected a file that can be written, but {file} cannot ({error.strerror}); name another"
        raise click.ClickException(problem) from None
    out.done(f"{world.name} is in {file}; `eulogin-harness replay {file}` opens it")


def prepared_names(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """For the shell's completion."""
    try:
        from eulogin_harness.prepared_worlds.catalogue import names
    except ImportError:  # without the extra `server`
        return []
    return [name for name in names() if name.startswith(begun)]
