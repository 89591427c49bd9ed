"""The application in a process of its own, attached to the test's world by addresses alone."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.find import find_browser
from eulogin_harness.client import World
from eulogin_harness.pytest_plugin import StartApp

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
def eu_login(page: Page, world: World) -> EuLogin:
    """EU Login's pages in the test's browser."""
    return EuLogin(page, f"{world.addresses.idp}/cas")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], playwright: Playwright) -> dict[str, Any]:
    """The browser of this machine (EULOGIN_BROWSER), or Playwright's own."""
    return browser_type_launch_args | find_browser(playwright.chromium.executable_path).launch_options()
