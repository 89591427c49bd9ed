"""What integrators get wrong with certificates: an application that does not trust the mock's authority."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from defusedxml.ElementTree import fromstring

from eulogin_harness.client import Harness, World
from eulogin_harness.site import open_site

APP = "https://app.example/in"
pytestmark = pytest.mark.slow


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A world that speaks https; the authority is in the file `ca.pem`."""
    with open_site(tls=True) as site:
        assert site.authority is not None
        (tmp_path / "ca.pem").write_text(site.authority.pem, encoding="ascii")
        yield Harness(site.listeners["desk"], ca=tmp_path / "ca.pem").worlds.create()


def test_a_client_that_does_not_trust_our_authority_is_told_in_the_journal(world: World, tmp_path: Path) -> None:
    session = world.personas.session(world.personas.create("registered"), service=APP)
    before = world.events.list()
    url = f"{world.addresses.idp}/cas/laxValidate"
    query = {"service": APP, "ticket": str(session.ticket)}
    with pytest.raises(requests.exceptions.SSLError, match="certificate verify failed"):
        requests.get(url, query, timeout=30)
    event = world.events.wait(type="tls.handshake_failed", after=before[-1].id)
    assert "it does not trust our certificate (tlsv1 alert unknown ca)" in event.sentence
    answer = requests.get(url, query, timeout=30, verify=str(tmp_path / "ca.pem"))  # the fix
    assert fromstring(answer.content)[0].tag.endswith("authenticationSuccess")
