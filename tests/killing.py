"""A process that is killed when a scheduled job has done its work, and not one line later."""

from typing import Any

import pytest

from mock_world import World
from mock_world.world import HANDLERS


class Killed(BaseException):
    """Is caught by nobody, as a kill."""


def kill_after_job(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The next job of this kind ends by Killed; later ones go on."""
    run = HANDLERS[kind]

    def run_and_end(world: World, payload: dict[str, Any]) -> None:
        monkeypatch.setitem(HANDLERS, kind, run)
        run(world, payload)
        raise Killed

    monkeypatch.setitem(HANDLERS, kind, run_and_end)
