"""A world of its own for each test, out of the product's own pytest plugin, and its control API raw."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from eulogin_harness.client import Harness, World
from tests.eulogin_harness.room import Room


class Api:
    """The control API of one world, without the client's help."""

    def __init__(self, base: str) -> None:
        self.base = base

    def send(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        if body is not None:
            more["json"] = body
        return requests.request(method, self.base + path, timeout=30, **more)

    def refused(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, dict[str, Any]]:
        """Status and problem document of a call that must be refused."""
        answer = self.send(method, path, body, **more)
        assert answer.headers["Content-Type"] == "application/problem+json"
        document: dict[str, Any] = answer.json()
        assert document.keys() == {
            "type", "title", "status", "detail", "instructions", "expected", "got",
        }  # fmt: skip
        assert document["status"] == answer.status_code
        return answer.status_code, document


@pytest.fixture
def api(world: World) -> Api:
    return Api(world.addresses.desk)


@pytest.fixture
def room(world: World) -> Room:
    return Room(world.addresses.desk)


@pytest.fixture
def harness(eulogin_harness: Harness) -> Harness:
    """The mock in which the test's world is, for tests that need another one."""
    return eulogin_harness


@pytest.fixture
def elsewhere(harness: Harness) -> Iterator[World]:
    """Another world, in which a bundle is opened."""
    world = harness.worlds.create()
    yield world
    world.delete()
