"""Fixtures for scenarios that stand alone: `pytest_plugins = ["eulogin_harness.browser.fixtures"]`."""

from typing import TYPE_CHECKING, Any

import pytest

from eulogin_harness.browser.find import launch_options

if TYPE_CHECKING:
    from playwright.sync_api import BrowserType


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], browser_type: "BrowserType") -> dict[str, Any]:
    """What pytest-playwright launches a browser with: one of this machine, be it Playwright's own or not."""
    headed = browser_type_launch_args.get("headless") is False
    return browser_type_launch_args | launch_options(browser_type, headed=headed)
