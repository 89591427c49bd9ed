"""Journeys are assigned in proportion, in the number that was asked for, whoever asks and whoever is lost."""

from collections import Counter
from itertools import islice

from eulogin_harness.load.dispatcher import Dispatcher, mixed
from eulogin_harness.load.journeys import JOURNEYS
from eulogin_harness.load.plan import AT_APPLICATION, WEIGHTS, Plan


def dispatcher(journeys: int = 0) -> Dispatcher:
    return Dispatcher(Plan(url="", world="default", weights={"pin": 3, "openid": 1}, journeys=journeys))


def test_every_journey_has_a_weight() -> None:
    assert WEIGHTS.keys() == JOURNEYS.keys()
    assert set(AT_APPLICATION) < JOURNEYS.keys()


def test_a_plan_comes_through_json_as_it_was() -> None:
    plan = Plan(url="http://localhost", world="blue", weights={"pin": 3}, allowed_hosts=("eulogin",), seconds=1.5)
    assert Plan.from_json(plan.to_json()) == plan


def test_the_mix_is_that_of_the_weights_and_even() -> None:
    assert [*islice(mixed({"pin": 3, "openid": 1}), 8)] == ["pin", "pin", "openid", "pin"] * 2
    assert Counter(islice(mixed(dict(WEIGHTS)), sum(WEIGHTS.values()))) == WEIGHTS


def test_exactly_so_many_are_assigned_over_all_workers() -> None:
    some = dispatcher(journeys=5)
    assert [bool(some.dispatch(worker)) for worker in "ababab"] == [True] * 5 + [False]
    for worker in "ababa":
        assert not some.is_over
        some.finish(worker)
    assert some.is_over


def test_what_is_under_way_when_it_is_closed_still_counts() -> None:
    some = dispatcher()
    some.dispatch("a")
    some.close()
    assert (some.dispatch("a"), some.is_over, some.in_progress) == ("", False, 1)
    some.finish("a")
    assert some.is_over


def test_journeys_of_a_lost_worker_are_lost_until_it_comes_back() -> None:
    some = dispatcher(journeys=2)
    some.dispatch("a")
    some.dispatch("b")
    some.forget_all_but({"b"})
    assert (some.lost, some.in_progress) == (1, 1)
    some.finish("a")
    some.finish("b")
    assert (some.lost, some.is_over) == (0, True)
