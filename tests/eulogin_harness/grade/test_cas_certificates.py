"""Checks of EU Login's certificate: they need a mock that speaks TLS, and an example that trusts its authority."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from eulogin_harness.grade.checks import all_checks
from eulogin_harness.grade.grading import Grader
from eulogin_harness.grade.stand_in import StandIns
from eulogin_harness.site import open_site
from mock_world.server import Site
from tests.eulogin_harness.grade.conftest import CasExample, Served

CHECKS = [name for name in all_checks() if name.startswith("cas.certificate-")]


@pytest.fixture(scope="module")
def tls_site() -> Iterator[Site]:
    with open_site(tls=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def tls_grader(tls_site: Site, browser: Browser) -> Iterator[Grader]:
    stand_ins = tls_site.apps["idp"]
    assert isinstance(stand_ins, StandIns)
    started = Grader(tls_site.worlds, tls_site.worlds.get("default"), stand_ins)
    started.browser = browser
    yield started
    started.close()


@pytest.fixture(scope="module")
def tls_example(tls_site: Site, tls_grader: Grader, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CasExample]:
    assert tls_site.authority is not None
    ca = tmp_path_factory.mktemp("tls") / "ca.pem"
    ca.write_text(tls_site.authority.pem)
    served = Served()
    yield CasExample(tls_site, served, tls_grader, str(ca))
    served.stop()


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")  # the flaw
@pytest.mark.parametrize("name", CHECKS)
def test_the_check_tells_who_trusts_a_wrong_certificate(name: str, tls_example: CasExample, tls_grader: Grader) -> None:
    check = all_checks()[name]
    tls_example.use(name)
    assert tls_grader.try_one(tls_example.application, check).outcome == "failed"
    tls_example.use(None)
    sound = tls_grader.try_one(tls_example.application, check)
    assert (sound.outcome, sound.saw) == ("passed", check.expected)


def test_a_certificate_says_nothing_where_eu_login_speaks_http(cas_example: CasExample, grader: Grader) -> None:
    cas_example.use(None)
    result = grader.try_one(cas_example.application, all_checks()["cas.certificate-expired"])
    assert result.outcome == "not applicable"
