"""Moving, stopping and starting world time."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_world import World


def set_clock(
    world: "World",
    *,
    to: datetime | None = None,
    advance: timedelta | None = None,
    freeze: bool | None = None,
) -> None:
    """Set, then advance, then freeze (True) or run (False). Raises Refusal(clock.back) and does nothing then."""
    if advance is not None and advance < timedelta(0):
        to = world.clock.now() + advance  # refused before anything moves
    if to is not None:
        world.move_clock(to)
    if advance is not None:
        world.move_clock(world.clock.now() + advance)
    if freeze is not None:
        _freeze(world, freeze)


def _freeze(world: "World", freeze: bool) -> None:
    if freeze:
        world.clock.freeze()
    else:
        world.clock.run()
    world.clock_changed()
