"""A world that nobody uses any more is dropped after a while (setting worlds.ttl), and the default world tells."""

import math
from collections.abc import Callable
from datetime import timedelta

import pytest

from mock_world import World, Worlds, WorldSpec
from mock_world.settings import WORLDS_TTL

from .conftest import MakeWorld

HOUR = timedelta(hours=1)


@pytest.fixture
def unused_for(worlds: Worlds) -> Callable[[World, timedelta], None]:
    """Lets a world be as if its last use were so long ago."""

    def unused_for(world: World, time: timedelta) -> None:
        world.used_at -= time.total_seconds()
        world.scheduler.look_again()

    return unused_for


def expired(worlds: Worlds) -> list[str]:
    """The names of worlds that were dropped, once there is one."""
    default = worlds.get("default")

    def events() -> list[str] | None:
        return [event.fields["name"] for event in default.journal.events(types=["world.expired"])] or None

    return default.signals.wait(events, "journal", seconds=10) or []


def test_a_world_that_was_unused_for_its_time_is_dropped_and_told(
    worlds: Worlds, make_world: MakeWorld, unused_for: Callable[[World, timedelta], None]
) -> None:
    world, other = make_world("short", ttl=HOUR), make_world("long", ttl=2 * HOUR)
    unused_for(other, HOUR)
    unused_for(world, HOUR)
    assert expired(worlds) == ["short"]
    assert worlds.names() == ["default", "long"]
    assert world.closed
    (event,) = worlds.get("default").journal.events(types=["world.expired"])
    assert event.is_warning
    assert event.sentence.startswith("World short was dropped, since nobody used it for 1:00:00 ")


def test_the_timer_wakes_when_the_next_one_ends(worlds: Worlds, make_world: MakeWorld) -> None:
    world = make_world(ttl=HOUR)
    world.used_at -= HOUR.total_seconds() - 0.05
    make_world()  # the timer looks again
    assert expired(worlds) == [world.name]


def test_a_use_begins_the_time_again(
    worlds: Worlds, make_world: MakeWorld, unused_for: Callable[[World, timedelta], None]
) -> None:
    used, unused = make_world(ttl=HOUR), make_world(ttl=HOUR)
    used.used_at -= 2 * HOUR.total_seconds()
    worlds.note_use(used)
    unused_for(unused, HOUR)
    assert expired(worlds) == [unused.name]
    assert 3500 < used.life_left <= 3600


def test_a_new_world_lives_as_long_as_the_default_world_says(worlds: Worlds, make_world: MakeWorld) -> None:
    assert make_world().life_left == math.inf
    worlds.get("default").settings.change({"worlds.ttl": "PT1H"})
    assert make_world().settings[WORLDS_TTL] == HOUR
    assert make_world(ttl=2 * HOUR).settings[WORLDS_TTL] == 2 * HOUR
    assert make_world(settings={"worlds.ttl": "PT3H"}).settings[WORLDS_TTL] == 3 * HOUR
    assert make_world(ttl=timedelta(0)).life_left == math.inf
    assert worlds.get("default").life_left == math.inf


def test_a_world_that_is_reset_lives_as_long_as_before(worlds: Worlds, make_world: MakeWorld) -> None:
    world = make_world(ttl=HOUR)
    worlds.reset(world)
    assert world.settings[WORLDS_TTL] == HOUR
    worlds.reset(world, WorldSpec(settings={"worlds.ttl": "PT2H"}))
    assert world.settings[WORLDS_TTL] == 2 * HOUR


def test_a_time_in_which_a_call_could_still_wait_is_refused(make_world: MakeWorld) -> None:
    with pytest.raises(ValueError, match=r"worlds.ttl: .*write at least PT2M"):
        make_world(ttl=timedelta(seconds=119))
