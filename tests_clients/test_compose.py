"""examples/compose without containers: its three services as processes, each with its own command and environment.

Names of services become 127.0.0.1, so that the application's address of EU Login is another than the browser's; ports
become free ones.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from eulogin_harness.app_process import free_port
from tests_clients.servers import running

EXAMPLES = Path(__file__).parents[1] / "examples"
SERVICES: dict[str, Any] = yaml.safe_load((EXAMPLES / "compose" / "compose.yaml").read_text(encoding="utf-8"))[
    "services"
]
PATIENCE = 120  # seconds for its tests


class Ports(dict[str, str]):
    """A free port for each that the file names."""

    def __missing__(self, named: str) -> str:
        self[named] = str(free_port())
        return self[named]

    def here(self, value: str) -> str:
        """A value of the file as it is on this machine."""
        value = re.sub(rf"//({'|'.join(SERVICES)}):", "//127.0.0.1:", value)
        return re.sub(r"(?<=:)\d{4}\b", lambda port: self[port[0]], value)


@pytest.fixture
def ports() -> Ports:
    return Ports()


def environment(service: str, ports: Ports) -> dict[str, str]:
    return {name: ports.here(value) for name, value in SERVICES[service].get("environment", {}).items()}


@pytest.fixture
def mock(ports: Ports) -> Iterator[str]:
    """As its image starts it, beyond loopback; its four ports are side by side."""
    port = free_port()
    ports |= {str(8400 + number): str(port + number) for number in range(4)}
    url = f"http://localhost:{port}"
    program = str(Path(sys.executable).with_name("eulogin-harness"))
    command = [program, "serve", "--host", "0.0.0.0", "--port", str(port)]
    with running(command, url, environment=environment("mock", ports)):
        yield url


@pytest.fixture
def app(mock: str, ports: Ports) -> Iterator[str]:
    url = ports.here("http://localhost:5000")
    python, *command = [ports[word] if word == "5000" else word for word in SERVICES["app"]["command"]]
    assert python == "python"
    folder = EXAMPLES / "flask-cas"
    with running([sys.executable, *command], url, environment=environment("app", ports), folder=folder):
        yield url


def test_the_tests_of_the_composition_pass(mock: str, app: str, ports: Ports, chromium: str) -> None:
    given = environment("tests", ports)
    assert (given["EULOGIN_URL"], given["APP_URL"]) == (mock, app)
    eu_login = environment("app", ports)
    assert eu_login["EULOGIN_INTERNAL_URL"] == eu_login["EULOGIN_PUBLIC_URL"].replace("localhost", "127.0.0.1")
    pytest_, *options = SERVICES["tests"]["command"]
    run = subprocess.run(
        [sys.executable, "-m", pytest_, "-p", "no:randomly", *options],
        cwd=EXAMPLES / "compose" / "tests",
        env=os.environ | given | {"EULOGIN_BROWSER": chromium},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_each_service_waits_for_those_that_it_needs() -> None:
    needed = {name: set(service.get("depends_on", {})) for name, service in SERVICES.items()}
    assert needed == {"mock": set(), "app": {"mock"}, "tests": {"app"}}
    assert all(
        each["condition"] == "service_healthy"
        for service in SERVICES.values()
        for each in service.get("depends_on", {}).values()
    )
