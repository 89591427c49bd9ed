"""`auto_approve` with many phones and people at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.desktop import Desktop
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona

PEOPLE = 20


def signs_in(world: World, person: Persona) -> str:
    """What a suite does that does not care about the phone: where the waiting page leads."""
    with Desktop(world.addresses.idp) as desktop:
        return desktop.wait_and_go_on(desktop.ask_phone(person))


@pytest.mark.slow
def test_each_of_many_phones_approves_its_own_request(world: World) -> None:
    people = world.personas.create_many(PEOPLE)
    for person in people:
        world.phones.get(person.phone_id).change(auto_approve=True)
    with ThreadPoolExecutor(PEOPLE) as pool:
        led = list(pool.map(lambda person: signs_in(world, person), people))
    assert len(led) == PEOPLE
    answered = [event for event in world.events.list() if event.type == "request.answered"]
    assert sorted(str(event.person) for event in answered) == sorted(person.email for person in people)
