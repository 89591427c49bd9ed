"""The pytest plugin: each test gets a world of its own, and leaves a bundle of it where it fails.

Without options the mock runs inside the test process, or in one beside the workers of pytest-xdist; `--eulogin-url`
uses one that runs already. Each module here is a plugin of its own: its options and where they come from, the mock, one
that workers share, the fixtures for a test, the application under test, and what a failed test leaves.
"""

from eulogin_harness.pytest_plugin.app_server import AppServer, StartApp
from eulogin_harness.pytest_plugin.fixtures import MakePersona

__all__ = ["AppServer", "MakePersona", "StartApp"]

pytest_plugins = [
    "eulogin_harness.pytest_plugin.options",
    "eulogin_harness.pytest_plugin.sources",
    "eulogin_harness.pytest_plugin.sharing",
    "eulogin_harness.pytest_plugin.mock",
    "eulogin_harness.pytest_plugin.worlds",
    "eulogin_harness.pytest_plugin.fixtures",
    "eulogin_harness.pytest_plugin.app_server",
    "eulogin_harness.pytest_plugin.failures",
]
