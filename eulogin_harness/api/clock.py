"""World time."""

from eulogin_harness.api.frame import api, call
from eulogin_harness.documents.worlds import ClockAnswer, ClockBody
from eulogin_harness.timekeeping import set_clock
from mock_world import World
from mock_world.web import current_world


def _answer(world: World) -> ClockAnswer:
    return ClockAnswer(now=world.clock.now(), frozen=world.clock.frozen)


@api.get("/api/clock")
@call("clock", ClockAnswer)
def get_clock() -> ClockAnswer:
    """World time, and whether it is frozen"""
    return _answer(current_world())


@api.post("/api/clock")
@call("clock", ClockAnswer)
def change_clock(json: ClockBody) -> ClockAnswer:
    """Set, advance, freeze, in this order; what becomes due on the way happens"""
    world = current_world()
    set_clock(world, to=json.set, advance=json.advance, freeze=json.freeze)
    return _answer(world)
