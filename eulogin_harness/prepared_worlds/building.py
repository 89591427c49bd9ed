"""Loading a prepared world: the world as new, then faults, people and steps, while its time stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete

from eulogin_harness.prepared_worlds.calls import browser_call, server_call
from eulogin_harness.prepared_worlds.model import PreparedWorldRow
from eulogin_harness.prepared_worlds.names import all_filled, filled, mistakes, texts
from eulogin_harness.prepared_worlds.people import make
from eulogin_harness.prepared_worlds.steps import DEEDS, Loading
from eulogin_harness.prepared_worlds.tls import handshake, untrusted_server
from mock_world import Refusal, RefusalKind, World, WorldSpec
from mock_world.correlation import follow_none
from mock_world.events import EventType
from mock_world.i18n import N_
from mock_world.journal import ACTOR, REQUEST_ID
from mock_world.world import CLOCK_TOPIC

if TYPE_CHECKING:
    from eulogin_harness.personas.model import PersonaRow
    from eulogin_harness.prepared_worlds.schema import Opens, PreparedWorld
    from mock_world.worlds import Worlds

LOADED = EventType(
    "prepared.loaded",
    "The prepared world {name} was loaded: {title}.",
)
NEEDS_TLS = RefusalKind(
    "prepared.needs_tls",
    message=N_("Start the mock with --tls: the problem {name} shows only by https."),
    expected="a mock that speaks https, since {name} is a problem of TLS",
    remedy="start it with `eulogin-harness serve --world {name}`, which switches TLS on, or with --tls",
    status=409,
)
STEP_FAILED = RefusalKind(
    "prepared.step_failed",
    message=N_("The prepared world {name} cannot be loaded: {place} does not work. The world is as new."),
    expected="that {place} of {name} works",
    remedy="mend {place} in the file; the world was reset and holds nothing of it",
    status=422,
)
_DEEDS = DEEDS | {"browser": browser_call, "server": server_call, "handshake": handshake}
_UNTRUSTED = "untrusted"


def load(worlds: "Worlds", world: World, name: str, prepared: "PreparedWorld") -> dict[str, "PersonaRow"]:
    """Replace everything in a world by the prepared one; its people by their names.

    The same file with the same seed gives the same journal: time stands still meanwhile, and requests are numbered.
    Raises Refusal (prepared.*), after which the world is as new, ValueError for what `mistakes` finds.
    """
    for place, expected, got in mistakes(prepared):
        raise ValueError(f"{'.'.join(map(str, place))}: expected {expected}; got {got}")
    if prepared.tls and not world.authority:
        raise world.refuse(NEEDS_TLS, got="http", name=name)
    with world.replacing:
        return copy_context().run(_load, worlds, world, name, prepared)


def _load(worlds: "Worlds", world: World, name: str, prepared: "PreparedWorld") -> dict[str, "PersonaRow"]:
    ACTOR.set("desk")
    REQUEST_ID.set("prepared")
    worlds.reset(world, _spec(prepared))
    loading = Loading(world, {})
    with _untrusted(loading, prepared), _as_new_where_it_fails(worlds, world, name) as at:
        for number, fault in enumerate(prepared.faults):
            at.place = f"faults.{number}"
            world.faults.arm(fault.name, person=fault.for_, **fault.model_dump(exclude={"for_", "name"}))
        for person, fields in prepared.people.items():
            at.place = f"people.{person}"
            loading.rows[person] = make(world, fields)
        for number, step in enumerate(prepared.steps):
            deed, value = step.deed
            at.place = f"steps.{number}.{deed}"
            follow_none()
            _DEEDS[deed](loading, value)
        at.place = "opens"
        opens = _resolved(prepared.opens, loading) if prepared.opens else None
    _finish(world, PreparedWorldRow(id=1, name=name, title=prepared.title, opens=opens), frozen=prepared.frozen)
    return loading.rows


def _spec(prepared: "PreparedWorld") -> WorldSpec:
    return WorldSpec(
        now=prepared.now, frozen=True, seed=prepared.seed, profile=prepared.profile, settings=prepared.settings
    )


@contextmanager
def _untrusted(loading: Loading, prepared: "PreparedWorld") -> Iterator[None]:
    """A server of an authority that nobody trusts, where a step names it."""
    if not any(f"{{{_UNTRUSTED}}}" in text for _, text in texts(prepared)):
        yield
        return
    with untrusted_server(loading.world.addresses.internal("desk")) as loading.answers[_UNTRUSTED]:
        yield


@dataclass
class _Place:
    """Where in the file the loading is."""

    place: str = ""


@contextmanager
def _as_new_where_it_fails(worlds: "Worlds", world: World, name: str) -> Iterator[_Place]:
    """Nothing half loaded stays. Raises Refusal (prepared.step_failed)."""
    at = _Place()
    try:
        yield at
    except Exception as error:
        worlds.reset(world)
        if not isinstance(error, Refusal | ValueError):
            raise
        raise world.refuse(STEP_FAILED, got=str(error), name=name, place=at.place) from None


def _resolved(opens: "Opens", loading: Loading) -> dict[str, object]:
    """Where the problem shows, with all values filled in."""
    values = loading.values
    path = filled(opens.path, values)
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"the path {path[:80]!r}, where one slash was expected at the beginning")
    return {
        "actor": opens.actor,
        "path": path,
        "query": all_filled(opens.query, values),
        "form": all_filled(opens.form, values),
        "person": loading.rows[opens.person].id if opens.person else None,
        "strength": opens.strength,
        "ticket": opens.ticket,
    }


def _finish(world: World, row: PreparedWorldRow, *, frozen: bool) -> None:
    """Time goes on without a line in the journal, which would tell how long the loading took."""
    follow_none()
    with world.database.session() as db:
        db.execute(delete(PreparedWorldRow))
        db.add(row)
        world.journal.record(LOADED, name=row.name, title=row.title)
    if not frozen:
        world.clock.run()
        world.signals.notify(CLOCK_TOPIC)
        world.scheduler.look_again()
