"""A run is good where enough came through, all that were asked for, each one in the journal."""

import pytest

from eulogin_harness.load.journal_check import CheckResult
from eulogin_harness.load.results import Results


def results(done: int, failed: int = 0, check_result: CheckResult | None = None) -> Results:
    made = Results(check_result=check_result, seconds=10)
    made.done["pin"], made.failed["pin"] = done, failed
    return made


@pytest.mark.parametrize(
    ("done", "failed", "asked", "ratio", "is_good"),
    [
        (10, 0, 0, 0.0, True),
        (0, 0, 0, 1.0, False),
        (9, 1, 0, 0.0, False),
        (9, 1, 10, 0.1, True),
        (8, 2, 10, 0.1, False),
        (9, 0, 10, 1.0, False),
    ],
)
def test_failures_count_up_to_a_ratio_and_none_may_be_lost(
    done: int, failed: int, asked: int, ratio: float, is_good: bool
) -> None:
    assert results(done, failed).is_good(journeys=asked, fail_ratio=ratio) is is_good


def test_what_is_not_once_in_the_journal_fails_a_run() -> None:
    assert results(10, 0, CheckResult(10, 0, 0)).is_good(journeys=0, fail_ratio=1)
    assert not results(10, 0, CheckResult(10, 1, 0)).is_good(journeys=0, fail_ratio=1)
    assert not results(10, 0, CheckResult(10, 0, 1)).is_good(journeys=0, fail_ratio=1)


def test_the_progress_is_one_line() -> None:
    assert results(1234, 5).progress() == "1,234 journeys, 123.4 a second, 5 failed"
