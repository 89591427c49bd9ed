"""Suites of users, which tests of the pytest plugin write and run."""

from collections.abc import Callable

import pytest

RunSuite = Callable[..., pytest.RunResult]
