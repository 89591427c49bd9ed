"""Checks of EU Login's certificate: they need a mock that speaks TLS, and an example that trusts its authority."""

import socket
import ssl
from urllib.parse import urlsplit

import pytest
import requests

from eulogin_harness.grade.certificates import of_unknown_authority, shown
from eulogin_harness.grade.checks import all_checks
from eulogin_harness.grade.grading import Grader
from examples.graded.cas_application import CasApplication
from mock_world.server import Site
from tests.eulogin_harness.grade.conftest import CasExample, Served

pytestmark = pytest.mark.slow
CHECKS = [name for name in all_checks() if name.startswith("cas.certificate-")]


@pytest.fixture
def tls_example(tls_site: Site, served: Served, tls_grader: Grader, tls_authority: str) -> CasExample:
    return CasExample(tls_site, served, tls_grader, tls_authority)


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


class KeepsConnections(CasApplication):
    """It asks EU Login over a connection that it keeps."""

    def __init__(self, eu_login: str, own: str, ca: str | None = None) -> None:
        super().__init__(eu_login, own, ca)
        self.connections = requests.Session()

    def ask(self, address: str) -> requests.Response:
        return self.connections.get(address, timeout=self.patience, verify=self.ca, allow_redirects=False)


def test_an_application_that_keeps_connections_is_shown_the_certificate_too(
    tls_example: CasExample, tls_grader: Grader
) -> None:
    tls_example.use_kind(KeepsConnections)
    result = tls_grader.try_one(tls_example.application, all_checks()["cas.certificate-expired"])
    assert result.outcome == "passed"


def test_nobody_resumes_a_session_of_tls_in_place_of_verifying_the_certificate(tls_site: Site) -> None:
    authority = tls_site.authority
    assert authority is not None
    client = ssl.create_default_context(cadata=authority.pem)
    session = called(tls_site, client, None)
    with (
        shown(authority, of_unknown_authority(authority, ["localhost"])) as now,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        called(tls_site, client, session)
    assert now.was_seen


def called(site: Site, client: ssl.SSLContext, session: ssl.SSLSession | None) -> ssl.SSLSession | None:
    """Ask EU Login for a page; the session of TLS."""
    host, port = urlsplit(site.listeners["idp"]).netloc.split(":")
    with (
        socket.create_connection((host, int(port))) as plain,
        client.wrap_socket(plain, server_hostname=host, session=session) as connection,
    ):
        connection.sendall(b"GET /cas/login HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(9) == b"HTTP/1.1 "
        return connection.session
