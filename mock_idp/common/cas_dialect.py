"""Which CAS a world speaks: EU Login's, or plain CAS 3.0 (setting `dialect`)."""

from mock_idp.common import settings as s
from mock_world import World


def is_plain(world: World) -> bool:
    """Whether answers are those of plain CAS 3.0 (setting `dialect`)."""
    return world.settings[s.DIALECT] == "cas"
