"""Fixtures for a test, all of its own world."""

from typing import TYPE_CHECKING, Any, Protocol

import pytest

from eulogin_harness.pytest_plugin.keeping import keeps_world
from eulogin_harness.pytest_plugin.mock import CHECKPOINTS
from eulogin_harness.pytest_plugin.seeds import seeds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eulogin_harness.client import Harness, Phone, World
    from eulogin_harness.client.events import Clock, Events, Mails
    from eulogin_harness.client.faults import Faults
    from eulogin_harness.client.urls import CpmsUrls, EuLoginUrls
    from eulogin_harness.documents.people import Persona

WORLD: "pytest.StashKey[World]" = pytest.StashKey()  # of a test: its world


class MakePersona(Protocol):
    """Makes a person at a stage: `persona("enrolled", language="fr")`."""

    def __call__(self, stage: str = "enrolled", **fields: Any) -> "Persona": ...


@pytest.fixture
def world(
    request: pytest.FixtureRequest, _eulogin_harness: "Harness", _eulogin_addresses: dict[str, str]
) -> "Iterator[World]":
    """A fresh world, gone after the test."""
    mark = request.node.get_closest_marker("eulogin_world")
    spec = dict(mark.kwargs) if mark is not None else {}
    checkpoints = CHECKPOINTS if request.config.getoption("eulogin_url") else {}
    spec["settings"] = checkpoints | _eulogin_addresses | spec.get("settings", {})
    prepared = spec.pop("prepared", None)
    world = _eulogin_harness.worlds.create(**({} if prepared else spec))
    request.node.stash[WORLD] = world
    if "seed" not in spec:
        world.personas.seeds = seeds_of(request.config, request.node.nodeid)
    try:
        if prepared:
            world.prepared.load(prepared, **spec)
        yield world
    finally:
        if not keeps_world(request.node):
            world.delete()


@pytest.fixture
def eulogin(world: "World") -> "EuLoginUrls":
    """Addresses of EU Login's pages."""
    from eulogin_harness.client.urls import EuLoginUrls

    return EuLoginUrls(f"{world.addresses.idp}/cas")


@pytest.fixture
def cpms(world: "World") -> "CpmsUrls":
    """Addresses of CPMS's pages."""
    from eulogin_harness.client.urls import CpmsUrls

    return CpmsUrls(world.addresses.cpms)


@pytest.fixture
def persona(world: "World") -> MakePersona:
    """Makes people."""
    return world.personas.create


@pytest.fixture
def phone(world: "World") -> "Phone":
    """A new phone with the EU Login app."""
    return world.phones.create()


@pytest.fixture
def mailbox(world: "World") -> "Mails":
    """All mails: `mailbox.wait(to=, subject=)`."""
    return world.mails


@pytest.fixture
def clock(world: "World") -> "Clock":
    """World time: `clock.advance(minutes=5)`."""
    return world.clock


@pytest.fixture
def journal(world: "World") -> "Events":
    """What happened, refusals with their reason."""
    return world.events


@pytest.fixture
def faults(world: "World") -> "Faults":
    """What goes wrong, on demand: `faults.arm("mail.lost")`."""
    return world.faults
