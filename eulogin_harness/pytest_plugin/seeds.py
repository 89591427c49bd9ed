"""Who is invented in a test: as in the run whose seed is given again, and nobody of another test."""

import zlib
from collections.abc import Iterator
from itertools import count

import pytest


def seeds_of(config: pytest.Config, nodeid: str) -> Iterator[int]:
    """Seeds for the people of a test, one after the other."""
    return count(zlib.crc32(f"{config.getoption('eulogin_seed')} {nodeid}".encode()))
