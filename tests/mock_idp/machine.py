"""State machines: any sequence of what people do and of clock moves, beside a plain model of what may come of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from mock_world import Refusal, World, WorldSpec
from mock_world.server import Site
from tests.mock_idp.conftest import START

# Long walks find more than many short ones; every run takes others.
_WALKS = settings(
    max_examples=8,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class WorldMachine(RuleBasedStateMachine):
    """Walks in a frozen world of its own; `changed` are settings that the walk is to reach sooner."""

    changed: dict[str, object] = {}  # noqa: RUF012 - hypothesis makes instances itself

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._site = site
        self.world: World = site.worlds.create(spec=WorldSpec(now=START, frozen=True, settings=self.changed))

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    def teardown(self) -> None:
        self._site.worlds.delete(self.world.name)

    @rule(seconds=st.sampled_from([1, 59, 60, 240, 299, 300, 600, 900]))
    def time_passes(self, seconds: int) -> None:
        self.world.advance_clock(timedelta(seconds=seconds))


def walk(machine: type[WorldMachine], site: Site) -> None:
    """Run a machine as a test."""
    run_state_machine_as_test(partial(machine, site), settings=_WALKS)  # type: ignore[arg-type] # calls it only


@contextmanager
def outcome(expected: str | None) -> Iterator[None]:
    """What is done inside works where `expected` is None, and is refused with that code otherwise."""
    if expected is None:
        yield
        return
    with pytest.raises(Refusal) as refused:
        yield
    assert refused.value.code == expected
