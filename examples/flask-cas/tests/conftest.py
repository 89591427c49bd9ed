"""The application in a process of its own, attached to the test's world by addresses alone."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from eulogin_harness import StartApp, World
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.pages import Pages

APP = Path(__file__).parents[1] / "app.py"

Start = Callable[..., str]


@pytest.fixture
def start_app(app_server: StartApp, world: World) -> Iterator[Start]:
    """Starts the application and gives its address: `start_app(EULOGIN_LEVEL="MEDIUM")`."""
    with ExitStack() as stack:

        def start(**environment: str) -> str:
            own = {"EULOGIN_PUBLIC_URL": world.addresses.idp, "APP_URL": "http://localhost:{port}"}
            return stack.enter_context(app_server([sys.executable, APP], env=own | environment)).url

        yield start


@pytest.fixture
def eu_login(eulogin_pages: Pages) -> EuLogin:
    """EU Login's pages in the test's browser."""
    return eulogin_pages.eu_login
