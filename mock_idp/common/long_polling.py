"""Waiting for the end of what lapses by the world's clock: a request, a page for a one-time password, a challenge."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from mock_world import World
from mock_world.world import CLOCK_TOPIC

T = TypeVar("T")


def wait_until(
    world: World, ended: Callable[[], T | None], expires_at: datetime, *topics: str, seconds: float
) -> T | None:
    """What `ended` gives, looked for at each change of `topics` and of the clock; None where there is none yet.

    At most `seconds` of real time, and where time runs not beyond `expires_at`.
    """
    if not world.clock.frozen:
        left = (expires_at - world.clock.now()).total_seconds()
        seconds = min(seconds, max(0.0, left))
    result = world.signals.wait(ended, *topics, CLOCK_TOPIC, seconds=seconds)
    return ended() if result is None else result
