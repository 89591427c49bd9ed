"""Worlds side by side."""

import math
from dataclasses import replace
from datetime import timedelta

from eulogin_harness.api.frame import api, call
from eulogin_harness.api.problems import wrong_value
from eulogin_harness.api.settings import check_settings
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.worlds import ActorAddresses, Addresses, NewWorldBody, WorldAnswer, WorldBody
from mock_world import World, WorldSpec
from mock_world.addresses import ACTORS
from mock_world.clock import real_now
from mock_world.settings import WORLDS_TTL
from mock_world.web import current_world
from mock_world.web.context import current_site


def addresses_of(world: World) -> Addresses:
    """Where browsers find each actor in this world, and where servers do."""
    internal = ActorAddresses(**{actor: world.addresses.internal(actor) for actor in ACTORS})
    return Addresses(**{actor: world.addresses.public(actor) for actor in ACTORS}, internal=internal)


def internal_addresses_of(world: World) -> dict[str, str]:
    """Where servers find an actor, for those where browsers are sent elsewhere."""
    addresses = world.addresses
    return {
        actor: addresses.internal(actor) for actor in ACTORS if addresses.internal(actor) != addresses.public(actor)
    }


def _answer(world: World) -> WorldAnswer:
    return WorldAnswer(
        name=world.name,
        now=world.clock.now(),
        frozen=world.clock.frozen,
        addresses=addresses_of(world),
        expires_at=real_now() + timedelta(seconds=world.life_left) if world.life_left < math.inf else None,
    )


def _check_ttl(ttl: timedelta | None) -> None:
    """Raises Problem."""
    try:
        WORLDS_TTL.parse(ttl or timedelta(0))
    except ValueError as error:
        raise wrong_value("how long a world may be unused", str(error)) from None


def _spec(body: WorldBody) -> WorldSpec:
    check_settings(body.settings)
    return WorldSpec(now=body.now, frozen=body.frozen, seed=body.seed, profile=body.profile, settings=body.settings)


@api.get("/api/worlds")
@call("worlds", Items[WorldAnswer])
def list_worlds() -> Items[WorldAnswer]:
    """The worlds of this process"""
    site = current_site()
    return Items[WorldAnswer](items=[_answer(site.worlds.get(name)) for name in site.worlds.names()])


@api.post("/api/worlds")
@call("worlds", WorldAnswer, status=201)
def create_world(json: NewWorldBody) -> tuple[WorldAnswer, int]:
    """A new world, with its own clock, people and mails, under its own prefix"""
    _check_ttl(json.ttl)
    return _answer(current_site().worlds.create(json.name, replace(_spec(json), ttl=json.ttl))), 201


@api.delete("/api/worlds/<name>")
@call("worlds", None, status=204)
def delete_world(name: str) -> tuple[str, int]:
    """End a world; the default one stays"""
    current_site().worlds.delete(name)
    return "", 204


@api.post("/api/reset")
@call("worlds", WorldAnswer)
def reset_world(json: WorldBody) -> WorldAnswer:
    """This world as new; EU Login goes on signing by its keys, which applications hold"""
    world = current_world()
    current_site().worlds.reset(world, _spec(json))
    world.signals.wake_all()
    return _answer(world)
