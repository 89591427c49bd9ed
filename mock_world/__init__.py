"""The ground: a simulated world with its own clock, database, post office, mailbox, journal and settings.

Actors (mock_idp, mock_phone, mock_cpms) stand on it and never import each other.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_world.refusal import Refusal, RefusalKind
    from mock_world.world import World
    from mock_world.worlds import Worlds, WorldSpec

__all__ = ["Refusal", "RefusalKind", "World", "WorldSpec", "Worlds"]

_MODULES = {"Refusal": "refusal", "RefusalKind": "refusal", "World": "world", "WorldSpec": "worlds", "Worlds": "worlds"}


if not TYPE_CHECKING:  # a type checker would take any name for one that is there

    def __getattr__(name: str) -> object:
        """Import the module of a name when it is first asked for: clients use modules that need no database."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        return value
