"""Fixtures for a test, all of its own world."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from eulogin_harness.pytest_plugin.keeping import keeps_world
from eulogin_harness.pytest_plugin.seeds import seeds_of
from eulogin_harness.pytest_plugin.worlds import made_as_new, marked, own_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eulogin_harness.client import Harness, Phone, World
    from eulogin_harness.client.events import Clock, Events, Mails
    from eulogin_harness.client.faults import Faults
    from eulogin_harness.client.people import MakePersona
    from eulogin_harness.client.urls import CpmsUrls, EuLoginUrls
    from eulogin_harness.documents.grades import GradeReport

WORLD: "pytest.StashKey[World]" = pytest.StashKey()  # of a test: its world


@pytest.fixture
def eulogin_settings() -> dict[str, Any]:
    """Settings of a test's world, by dotted name, to be overridden: before those of ini, behind those of markers."""
    return {}


@pytest.fixture
def world(
    request: pytest.FixtureRequest,
    eulogin_harness: "Harness",
    eulogin_settings: dict[str, Any],
    _eulogin_defaults: dict[str, Any],
) -> "Iterator[World]":
    """A fresh world, gone after the test; with `eulogin_scope = session` that of all tests, made as new."""
    spec = marked(request.node)
    spec["settings"] = _eulogin_defaults | eulogin_settings | spec["settings"]
    with ExitStack() as stack:
        if request.config.getini("eulogin_scope") == "session":
            world: World = request.getfixturevalue("eulogin_session_world")
            made_as_new(world, spec)
        else:
            world = stack.enter_context(own_world(eulogin_harness, spec, lambda: keeps_world(request.node)))
        request.node.stash[WORLD] = world
        world.personas.seeds = None if "seed" in spec else seeds_of(request.config, request.node.nodeid)
        yield world


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
def persona(world: "World") -> "MakePersona":
    """Makes people."""
    return world.personas.create


@pytest.fixture
def eulogin_grade(world: "World") -> "Callable[..., GradeReport]":
    """Grades an application that signs its users in at the test's world: `grades.grade` of the client.

    `assert eulogin_grade("http://localhost:5000/").grade <= "B"`; a red test then shows what failed.
    """
    return world.grades.grade


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
