"""The ground: a simulated world with its own clock, database, post office, mailbox, journal and settings.

Actors (mock_idp, mock_phone, mock_cpms) stand on it and never import each other.
"""

from mock_world.refusal import Refusal, RefusalKind
from mock_world.world import World
from mock_world.worlds import Worlds, WorldSpec

__all__ = ["Refusal", "RefusalKind", "World", "WorldSpec", "Worlds"]
