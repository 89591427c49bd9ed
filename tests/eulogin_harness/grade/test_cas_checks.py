"""Each check of CAS: the sound example passes it, the example with its flaw fails it."""

from typing import TYPE_CHECKING

import pytest

from eulogin_harness.grade.checks import all_checks
from eulogin_harness.grade.grading import Grader
from examples.graded.cas_application import NAMESPACE, CasApplication
from tests.eulogin_harness.grade.conftest import CasExample, expect_told_apart, those_of_each_run

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

pytestmark = pytest.mark.slow
CHECKS = those_of_each_run("cas")


@pytest.mark.parametrize("name", CHECKS)
def test_the_check_tells_a_flaw_from_a_sound_application(name: str, cas_example: CasExample, grader: Grader) -> None:
    expect_told_apart(name, cas_example, grader)


def test_the_check_of_secure_cookies_does_so_by_https(cas_example_by_https: CasExample, grader: Grader) -> None:
    expect_told_apart("session.cookie-secure", cas_example_by_https, grader)


def test_blanks_that_stay_make_somebody_else_of_a_user(cas_example: CasExample, grader: Grader) -> None:
    class TakesTheUserAsItStands(CasApplication):
        def checked(self, success: "Element") -> dict[str, str]:
            return {"uid": success.findtext(f"{NAMESPACE}user", ""), "email": ""}

    cas_example.use_kind(TakesTheUserAsItStands)
    assert grader.try_one(cas_example.application, all_checks()["cas.answer-blanks"]).outcome == "passed"
