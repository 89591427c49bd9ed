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
from tests.eulogin_harness.grade.conftest import CasExample, Example, OpenIdExample, Served, expect_told_apart

pytestmark = pytest.mark.slow
CHECKS = [name for name in all_checks() if ".certificate-" in name]
KINDS = {"cas": CasExample, "openid": OpenIdExample}
Examples = dict[str, Example]


@pytest.fixture(scope="module")
def tls_examples(tls_site: Site, served: Served, tls_grader: Grader, tls_authority: str) -> Examples:
    """One for each protocol, of which the one that is used last is served."""
    return {protocol: kind(tls_site, served, tls_grader, tls_authority) for protocol, kind in KINDS.items()}


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")  # the flaw
@pytest.mark.parametrize("name", CHECKS)
def test_the_check_tells_who_trusts_a_wrong_certificate(name: str, tls_examples: Examples, tls_grader: Grader) -> None:
    expect_told_apart(name, tls_examples[name.partition(".")[0]], tls_grader)


@pytest.mark.parametrize("protocol", KINDS)
def test_a_certificate_says_nothing_where_eu_login_speaks_http(
    protocol: str, site: Site, served: Served, grader: Grader
) -> None:
    example = KINDS[protocol](site, served, grader)
    result = grader.try_one(example.application, all_checks()[f"{protocol}.certificate-expired"])
    assert result.outcome == "not applicable"


class KeepsConnections(CasApplication):
    """It asks EU Login over a connection that it keeps."""

    def __init__(self, eu_login: str, own: str, ca: str | None = None) -> None:
        super().__init__(eu_login, own, ca)
        self.connections = requests.Session()

    def ask(self, address: str) -> requests.Response:
        return self.connections.get(address, timeout=self.patience, verify=self.ca, allow_redirects=False)


def test_an_application_that_keeps_connections_is_shown_the_certificate_too(
    tls_examples: Examples, tls_grader: Grader
) -> None:
    tls_examples["cas"].use_kind(KeepsConnections)
    result = tls_grader.try_one(tls_examples["cas"].application, all_checks()["cas.certificate-expired"])
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
