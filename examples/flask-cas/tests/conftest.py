"""The application in a process of its own, attached to the test's world by addresses alone."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from eulogin_harness import World
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.pages import Pages

APP = Path(__file__).parents[1] / "app.py"

StartApp = Callable[..., str]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        port: int = listener.getsockname()[1]
    return port


@contextmanager
def running_app(environment: dict[str, str]) -> Iterator[None]:
    """The application until the end of the block; it is there when Flask says where it runs."""
    process = subprocess.Popen(
        [sys.executable, str(APP)], env=os.environ | environment, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stderr is not None
        if not any("Running on" in line for line in process.stderr):
            raise RuntimeError(f"{APP} ended before it ran")
        yield
        process.terminate()


@pytest.fixture
def start_app(world: World) -> Iterator[StartApp]:
    """Starts the application and gives its address: `start_app(EULOGIN_LEVEL="MEDIUM")`."""
    with ExitStack() as stack:

        def start(**environment: str) -> str:
            url = f"http://localhost:{free_port()}"
            environment |= {"EULOGIN_PUBLIC_URL": world.addresses.idp, "APP_URL": url}
            stack.enter_context(running_app(environment))
            return url

        yield start


@pytest.fixture
def eu_login(eulogin_pages: Pages) -> EuLogin:
    """EU Login's pages in the test's browser."""
    return eulogin_pages.eu_login
