"""The pytest plugin: each test gets a world of its own, and leaves a bundle of it where it fails.

Without options the mock runs inside the test process, with pytest-xdist inside each worker. Workers share one in a
process of its own where `--eulogin-port` or `--eulogin-host` says its place. `--eulogin-url` uses one that runs.

Each module here is a plugin of its own: its options and where they come from, the mock, one that workers share, the
fixtures for a test, the application under test, what a failed test leaves, and the browser.
"""

import pytest

pytest_plugins = [
    "eulogin_harness.pytest_plugin.options",
    "eulogin_harness.pytest_plugin.sources",
    "eulogin_harness.pytest_plugin.sharing",
    "eulogin_harness.pytest_plugin.mock",
    "eulogin_harness.pytest_plugin.worlds",
    "eulogin_harness.pytest_plugin.fixtures",
    "eulogin_harness.pytest_plugin.app_server",
    "eulogin_harness.pytest_plugin.reported_world",
    "eulogin_harness.pytest_plugin.refusal_log",
    "eulogin_harness.pytest_plugin.failures",
]

_BROWSER = "eulogin_harness.pytest_plugin.browser"
_PLAYWRIGHT = (  # names under which its plugins are loaded, by their entry points or by `-p` and `pytest_plugins`
    "playwright",
    "playwright-asyncio",
    "pytest_playwright.pytest_playwright",
    "pytest_playwright_asyncio.pytest_playwright",
)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Add the browser after all installed plugins, whose fixtures it overrides, and before what a suite loads."""
    _add_browser(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Add it where a suite's conftest.py loaded pytest-playwright or this plugin."""
    _add_browser(config)


def _add_browser(config: pytest.Config) -> None:
    if any(config.pluginmanager.hasplugin(name) for name in _PLAYWRIGHT):
        config.pluginmanager.import_plugin(_BROWSER)
