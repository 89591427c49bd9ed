"""What open pages of the desk wait for: that the journal's newest line is another one than theirs."""

from mock_world import World
from mock_world.journal import TOPIC


def newest(world: World) -> str:
    """A mark of the newest line. With its time, since ids start again when a world is reset or replaced."""
    lines = world.journal.events(newest=1)
    return f"{lines[0].id}.{lines[0].at:%Y%m%d%H%M%S%f}" if lines else "0"


def wait_for_news(world: World, seen: str, *, seconds: float) -> str | None:
    """The mark of the newest line as soon as it is not `seen`; None where nothing came in time.

    seen: a mark, or the id of an event alone.
    """

    def news() -> str | None:
        mark = newest(world)
        return None if seen in {mark, mark.partition(".")[0]} else mark

    return world.signals.wait(news, TOPIC, seconds=seconds)
