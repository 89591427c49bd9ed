"""Which worlds stay when their test has ended."""

import pytest

FAILED = pytest.StashKey[bool]()  # of a test: whether set-up or call failed


def keeps_world(item: pytest.Item) -> bool:
    """Whether the world of a test is kept (`--eulogin-keep`)."""
    kept = item.config.getoption("eulogin_keep")
    return kept == "all" or (kept == "failed" and item.stash.get(FAILED, False))
