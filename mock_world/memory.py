"""What keeps a mock that runs for weeks from growing."""

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Give memory that is free back to the system; the C library of Linux keeps it otherwise."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
