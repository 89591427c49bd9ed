"""One application and one mock for all tests: the world is the one without prefix, and people tell the tests apart."""

import os
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.find import find_browser
from eulogin_harness.client import Harness, World


@pytest.fixture(scope="session")
def mock() -> Iterator[Harness]:
    """The mock that runs at EULOGIN_URL."""
    with closing(Harness(os.environ["EULOGIN_URL"])) as harness:
        harness.wait_until_ready(60)
        yield harness


@pytest.fixture
def world(mock: Harness) -> World:
    """The world that the application knows; `persona`, `mailbox`, `journal` and the others take it."""
    return mock.default


@pytest.fixture
def app() -> str:
    return os.environ["APP_URL"]


@pytest.fixture
def eu_login(page: Page, world: World) -> EuLogin:
    """EU Login's pages in the test's browser."""
    return EuLogin(page, f"{world.addresses.idp}/cas")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], playwright: Playwright) -> dict[str, Any]:
    """The browser of this machine (EULOGIN_BROWSER), or Playwright's own."""
    return browser_type_launch_args | find_browser(playwright.chromium.executable_path).launch_options()
