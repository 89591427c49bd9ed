"""Applications in other languages, in processes of their own, against the mock."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from eulogin_harness.app_process import free_port
from eulogin_harness.client import Harness, World
from eulogin_harness.documents.people import Persona
from tests_clients.browser import Browser


@pytest.fixture
def harness(eulogin_harness: Harness) -> Harness:
    """The mock, for programs that make worlds themselves."""
    return eulogin_harness


@pytest.fixture
def authority(eulogin_ca: Path | None) -> Path | None:
    """PEM file that clients are to trust, where the mock speaks https (`--eulogin-tls`)."""
    return eulogin_ca


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chrome or Chromium that starts."""
    command = [sys.executable, "-m", "eulogin_harness.browser.find"]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


@pytest.fixture
def visitor(authority: Path | None) -> Iterator[Browser]:
    """Somebody's browser."""
    with Browser(authority) as browser:
        yield browser


@pytest.fixture
def port() -> int:
    """Where the test's server is to listen."""
    return free_port()


@pytest.fixture
def ada(world: World) -> Persona:
    """Somebody who registered herself, without a second factor."""
    return world.personas.create("registered", first_name="Ada", last_name="Berg")
