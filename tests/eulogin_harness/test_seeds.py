"""Who is invented in a test, by the seed of the run."""

from itertools import islice
from unittest.mock import Mock

import pytest

from eulogin_harness.client import World
from eulogin_harness.pytest_plugin.seeds import seeds_of


def seeds(seed: int, test: str) -> list[int]:
    config = Mock(spec=pytest.Config, getoption=Mock(return_value=seed))
    return list(islice(seeds_of(config, test), 2))


def test_a_run_with_the_same_seed_has_the_same_people_and_each_test_its_own() -> None:
    assert seeds(42, "a.py::test_a") == seeds(42, "a.py::test_a")
    assert not {*seeds(42, "a.py::test_a")} & {*seeds(42, "a.py::test_b")}
    assert not {*seeds(42, "a.py::test_a")} & {*seeds(43, "a.py::test_a")}


def test_people_are_invented_by_the_seeds_unless_they_have_their_own(world: World) -> None:
    world.personas.seeds = iter([7, 8, 9, 10])
    first, second = world.personas.create("registered"), world.personas.create("registered")
    assert (first.seed, second.seed) == (7, 8)
    assert world.personas.create("registered", seed=7, email="a@hospital.example").last_name == first.last_name
    assert [len(world.personas.create_many(2, "registered")), next(world.personas.seeds)] == [2, 10]


@pytest.mark.eulogin_world(seed=2026)
def test_a_world_with_a_seed_of_its_own_invents_by_it(world: World) -> None:
    assert world.personas.seeds is None
    assert world.report().seed == 2026
