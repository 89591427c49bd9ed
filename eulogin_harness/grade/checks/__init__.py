"""The checks, a file each."""

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from eulogin_harness.grade.check import CHECKS

if TYPE_CHECKING:
    from eulogin_harness.grade.check import Check


@cache
def all_checks() -> "dict[str, Check]":
    """Every check by its name, in the order of the names."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return dict(sorted(CHECKS.items()))
