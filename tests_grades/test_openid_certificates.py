"""Checks of EU Login's certificate: they need a mock that speaks TLS, and an example that trusts its authority."""

import pytest

from eulogin_harness.grade.checks import all_checks
from eulogin_harness.grade.grading import Grader
from mock_world.server import Site
from tests.eulogin_harness.grade.conftest import OpenIdExample, Served

pytestmark = pytest.mark.slow
CHECKS = [name for name in all_checks() if name.startswith("openid.certificate-")]


@pytest.fixture
def tls_example(tls_site: Site, served: Served, tls_grader: Grader, tls_authority: str) -> OpenIdExample:
    return OpenIdExample(tls_site, served, tls_grader, tls_authority)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")  # the flaw
@pytest.mark.parametrize("name", CHECKS)
def test_the_check_tells_who_trusts_a_wrong_certificate(
    name: str, tls_example: OpenIdExample, tls_grader: Grader
) -> None:
    check = all_checks()[name]
    tls_example.use(name)
    assert tls_grader.try_one(tls_example.application, check).outcome == "failed"
    tls_example.use(None)
    sound = tls_grader.try_one(tls_example.application, check)
    assert (sound.outcome, sound.saw) == ("passed", check.expected)


def test_a_certificate_says_nothing_where_eu_login_speaks_http(openid_example: OpenIdExample, grader: Grader) -> None:
    openid_example.use(None)
    result = grader.try_one(openid_example.application, all_checks()["openid.certificate-expired"])
    assert result.outcome == "not applicable"
