"""Calls at the same instant, as two tabs or two servers make them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from mock_world import Refusal

TIMEOUT = 10  # seconds until all have begun


def at_once(count: int, call: Callable[[], Any]) -> list[Any]:
    """What so many calls at the same instant give; of one that is refused the refusal's code."""
    start = Barrier(count)

    def run(_: int) -> Any:
        start.wait(TIMEOUT)
        try:
            return call()
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
