"""The pytest plugin: each test gets a world of its own, and leaves a bundle of it where it fails.

Without options the mock runs inside the test process; `--eulogin-url` uses one that runs already. Each module here is
a plugin of its own: its options, the mock, the fixtures for a test, and what a failed test leaves.
"""

from eulogin_harness.pytest_plugin.fixtures import MakePersona

__all__ = ["MakePersona"]

pytest_plugins = [
    "eulogin_harness.pytest_plugin.options",
    "eulogin_harness.pytest_plugin.mock",
    "eulogin_harness.pytest_plugin.fixtures",
    "eulogin_harness.pytest_plugin.reported_world",
    "eulogin_harness.pytest_plugin.refusal_log",
    "eulogin_harness.pytest_plugin.failures",
]
