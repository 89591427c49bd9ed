"""Python's collector of garbage, while a mock starts."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def not_collected() -> Iterator[None]:
    """What is there after the block stays as long as the process does: nobody looks through it for garbage.

    Else that takes a quarter of a start, and longer when pytest ends, which looks through all five times.
    """
    gc.collect()  # what is garbage already goes now
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()
