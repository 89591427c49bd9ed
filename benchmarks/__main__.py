"""Medians of what must stay quick, each measured through HTTP as a test suite does it; 1 where one is too slow."""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice

import requests

from benchmarks import approving, protocol, search, starting
from benchmarks.results import Results
from eulogin_harness.client import Harness, World
from eulogin_harness.client.names import PersonaBody, RequestFields
from eulogin_harness.documents.people import STAGES
from eulogin_harness.site import open_site
from mock_cpms.access.model import STATES

ROUNDS = 30
FEW = 3  # rounds of what takes seconds
PEOPLE = 1000
NETWORKS = ("PaedCAN", "RITA", "BOND", "CRANIO")
LATER = "2099-12-31T23:59:59Z"
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
    """A new world in which each actor has answered, to a browser that was in none before."""
    session.cookies.clear()
    world = harness.worlds.create()
    for actor, path in PATHS.items():
        session.get(getattr(world.addresses, actor) + path, timeout=30).raise_for_status()
    return world


def many_people(harness: Harness) -> None:
    people: list[PersonaBody] = [{"stage": STAGES[number % len(STAGES)]} for number in range(PEOPLE)]
    harness.worlds.create().personas.create_all(people, seed=1)


def many_mixtures(harness: Harness) -> None:
    """People with no to three requests, each in another state than the one before; who is let in is a guest."""
    every: Iterator[RequestFields] = (
        {"network": code, "state": state, "since": "P3D", "guest_until": LATER if state == "approved" else None}
        for code, state in zip(cycle(NETWORKS), cycle(STATES))
    )
    people: list[PersonaBody] = [{"requests": list(islice(every, number % 4))} for number in range(PEOPLE)]
    harness.worlds.create().personas.create_all(people, seed=1)


def measure_worlds(harness: Harness, results: Results) -> None:
    with requests.Session() as session:
        results.tell(
            "a fresh world, one answer of each actor", median_of(ROUNDS, lambda: fresh_world(harness, session)), 15
        )
    create = harness.default.personas.create
    results.tell("one enrolled person", median_of(ROUNDS, lambda: create("enrolled")))
    asked: list[RequestFields] = [
        {"network": network, "state": state} for network, state in zip(NETWORKS, STATES[2:6], strict=True)
    ]
    results.tell("one person with four requests", median_of(ROUNDS, lambda: create(requests=asked)), 50)
    for what, people in {"in mixed stages, one call": many_people, "with mixtures of requests": many_mixtures}.items():
        results.tell(f"{PEOPLE} people {what}", median_of(FEW, partial(people, harness)), 5000)


def main() -> int:
    results = Results()
    with open_site() as site:
        measure_worlds(Harness(site.listeners["desk"]), results)
        approving.report(site, results)
        search.report(site, results)
        protocol.report(site, results)
    starting.report(results)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
