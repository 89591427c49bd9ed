"""Each check of CAS: the sound example passes it, the example with its flaw fails it."""

import pytest

from eulogin_harness.grade.checks import all_checks
from eulogin_harness.grade.grading import Grader
from tests.eulogin_harness.grade.conftest import CasExample

CHECKS = [name for name, check in all_checks().items() if "cas" in check.protocols]


@pytest.mark.parametrize("name", CHECKS)
def test_the_check_tells_a_flaw_from_a_sound_application(name: str, cas_example: CasExample, grader: Grader) -> None:
    check = all_checks()[name]
    cas_example.use(name)
    assert grader.try_one(cas_example.application, check).outcome == "failed"
    cas_example.use(None)
    sound = grader.try_one(cas_example.application, check)
    assert (sound.outcome, sound.saw) == ("passed", check.expected)
