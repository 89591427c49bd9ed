"""A request that the helpdesk has not decided in time is reported when that time is over."""

import pytest

from eulogin_harness.client import World
from eulogin_harness.client.names import RequestFields


def overdue(world: World) -> list[str]:
    return [event.sentence for event in world.events.list(type="access.overdue")]


@pytest.mark.eulogin_world(now="2026-11-27T10:00:00+01:00", frozen=True)
def test_each_request_is_reported_when_it_is_overdue_and_what_was_decided_is_not(world: World) -> None:
    requests: list[RequestFields] = [{"network": "BOND"}, {"network": "RITA"}]
    doctor = world.personas.create("access_requested", requests=requests)
    bond, rita = world.access_requests.list()
    assert bond.due_at is not None
    world.access_requests.decide(rita.id, "approve")
    world.clock.set(bond.due_at)
    assert overdue(world) == []
    later = world.personas.create("access_requested", networks=["BOND"])
    world.clock.advance(seconds=1)
    (sentence,) = overdue(world)
    assert sentence.startswith(f"The helpdesk of BOND did not decide the request of {doctor.email} by ")
    world.clock.advance(days=5)
    assert [later.email in sentence for sentence in overdue(world)] == [False, True]
