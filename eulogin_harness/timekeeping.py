"""Moving, stopping and starting world time."""

from datetime import datetime, timedelta

from mock_world import RefusalKind, World
from mock_world.clock import LATEST
from mock_world.i18n import N_

TOO_FAR = RefusalKind(
    "clock.too_far",
    message=N_("World time ends with the year 2199."),
    expected="a time before the year 2200",
    remedy="go less far; reset the world or make a new one with `now`",
    status=422,
)


def set_clock(
    world: World,
    *,
    to: datetime | None = None,
    advance: timedelta | None = None,
    freeze: bool | None = None,
) -> None:
    """Set, then advance, then freeze (True) or run (False).

    Raises Refusal (clock.back, clock.too_far) and does nothing then.
    """
    if advance is not None and advance < timedelta(0):
        to = world.clock.now() + advance  # refused before anything moves
    target = (to or world.clock.now()) + (advance or timedelta(0))
    if target > LATEST:
        raise world.refuse(TOO_FAR, got=target.isoformat())
    if to is not None:
        world.move_clock(to)
    if advance is not None:
        world.advance_clock(advance)
    if freeze is not None:
        _freeze(world, freeze)


def _freeze(world: World, freeze: bool) -> None:
    with world.database.moving_clock():
        if freeze:
            world.clock.freeze()
        else:
            world.clock.run()
    world.clock_changed()
