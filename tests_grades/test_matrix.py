"""Each flaw against all checks: its own finds it, and no other is raised. Half an hour: `make grade-matrix`."""

import pytest

from eulogin_harness.grade.checks import all_checks
from eulogin_harness.grade.grading import Grader
from examples.graded.cas_flaws import FLAWS as CAS_FLAWS
from examples.graded.openid_flaws import FLAWS as OPENID_FLAWS
from tests.eulogin_harness.grade.conftest import BY_HTTPS, CasExample, Example, OpenIdExample


def _raised(grader: Grader, example: Example, flaw: str | None) -> dict[str, str]:
    """The checks that failed or could not be done, with what they saw.

    A flaw may leave others nothing to look at: who sends no PKCE has no constant one.
    """
    example.use(flaw)
    protocol = example.application.protocol
    checks = (check for name, check in all_checks().items() if protocol in check.protocols and name not in BY_HTTPS)
    results = (grader.try_one(example.application, check) for check in checks)
    return {one.check.name: f"{one.outcome}: {one.saw}" for one in results if one.outcome in {"failed", "not done"}}


@pytest.mark.parametrize("flaw", [name for name in CAS_FLAWS if name not in BY_HTTPS])
def test_a_flaw_of_cas_raises_its_own_check_alone(flaw: str, grader: Grader, cas_example: CasExample) -> None:
    raised = _raised(grader, cas_example, flaw)
    assert raised.keys() == {flaw}, raised


@pytest.mark.parametrize("flaw", [name for name in OPENID_FLAWS if name not in BY_HTTPS])
def test_a_flaw_of_openid_raises_its_own_check_alone(flaw: str, grader: Grader, openid_example: OpenIdExample) -> None:
    raised = _raised(grader, openid_example, flaw)
    assert raised.keys() == {flaw}, raised


def test_the_sound_applications_pass_all_checks(
    grader: Grader, cas_example: CasExample, openid_example: OpenIdExample
) -> None:
    assert _raised(grader, cas_example, None) == {}
    assert _raised(grader, openid_example, None) == {}
