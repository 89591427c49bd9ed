"""Medians of what must stay quick, each measured through HTTP as a test suite does it."""

import statistics
import time
from collections.abc import Callable
from itertools import cycle, islice

import requests

from benchmarks import search
from benchmarks.approving import report
from eulogin_harness.client import Harness, World
from eulogin_harness.documents.people import STAGES
from eulogin_harness.site import open_site
from mock_cpms.access.model import STATES

ROUNDS = 30
PEOPLE = 1000
NETWORKS = ("PaedCAN", "RITA", "BOND", "CRANIO")
PATHS = {"desk": "/api/clock", "idp": "/cas/login", "cpms": "/screen/home", "phone": "/"}


def median_of(rounds: int, work: Callable[[], object]) -> float:
    """Median in milliseconds; one round more goes before, uncounted."""
    work()
    return statistics.median(measured(work) for _ in range(rounds))


def measured(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def fresh_world(harness: Harness, session: requests.Session) -> World:
    """A new world in which each actor has answered."""
    world = harness.worlds.create()
    for actor, path in PATHS.items():
        session.get(getattr(world.addresses, actor) + path, timeout=30).raise_for_status()
    return world


def many_people(world: World) -> None:
    world.personas.create_all([{"stage": STAGES[number % len(STAGES)]} for number in range(PEOPLE)], seed=1)


def many_mixtures(world: World) -> None:
    """People with no to three requests, each in another state than the one before."""
    every = ({"network": code, "state": state, "since": "P3D"} for code, state in zip(cycle(NETWORKS), cycle(STATES)))
    world.personas.create_all([{"requests": list(islice(every, number % 4))} for number in range(PEOPLE)], seed=1)


def main() -> None:
    with open_site() as site, requests.Session() as session:
        harness = Harness(site.listeners["desk"])
        fresh = median_of(ROUNDS, lambda: fresh_world(harness, session))
        one = median_of(ROUNDS, lambda: harness.default.personas.create("enrolled"))
        mixed_up = [{"network": network, "state": state} for network, state in zip(NETWORKS, STATES[2:6], strict=True)]
        asking = median_of(ROUNDS, lambda: harness.default.personas.create(requests=mixed_up))
        many = median_of(3, lambda: many_people(harness.worlds.create()))
        mixed = median_of(3, lambda: many_mixtures(harness.worlds.create()))
        print(f"a fresh world, one answer of each actor     {fresh:8.1f} ms  (at most 20)")
        print(f"one enrolled person                         {one:8.1f} ms")
        print(f"one person with four requests               {asking:8.1f} ms  (at most 50)")
        print(f"{PEOPLE} people in mixed stages, one call       {many:8.0f} ms  (at most 5000)")
        print(f"{PEOPLE} people with mixtures of requests       {mixed:8.0f} ms  (at most 5000)")
        report(site)
        search.report(site)


if __name__ == "__main__":
    main()
