"""A mock, a browser, and the graded examples in this process: one of each for all tests of a worker."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from eulogin_harness.grade.application import Description, Protocol
from eulogin_harness.grade.check import Weight
from eulogin_harness.grade.checks import all_checks
from eulogin_harness.grade.grading import Grader
from eulogin_harness.grade.stand_in import StandIns
from eulogin_harness.site import open_site
from examples.graded.cas_application import CasApplication
from examples.graded.cas_flaws import FLAWS as CAS_FLAWS
from examples.graded.openid_application import OpenIdApplication
from examples.graded.openid_flaws import FLAWS as OPENID_FLAWS
from mock_idp.oidc.client_metadata import NewClient
from mock_idp.oidc.clients import register_client
from mock_world.server import Site
from mock_world.tls import make_authority

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

BY_HTTPS = {"session.cookie-secure"} | {name for name in all_checks() if "certificate-" in name}  # at https alone

HEAVY = {Weight.CRITICAL, Weight.HIGH}


def those_of_each_run(protocol: Protocol) -> list[str]:
    """The checks of a protocol that matter most; `make grade-matrix` tries all.

    Those of sessions are tried with CAS alone.
    """
    of = {"cas": HEAVY, "session": {Weight.CRITICAL} if protocol == "cas" else set(), "openid": HEAVY}
    checks = (check for name, check in all_checks().items() if name not in BY_HTTPS)
    return [one.name for one in checks if protocol in one.protocols and one.weight in of[one.name.partition(".")[0]]]


class Served:
    """A web server of this process at which one application answers after the other. tls: for https."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.app: WSGIApplication | None = None
        self._server = make_server("localhost", 0, self._answer, threaded=True, ssl_context=tls)
        self.url = f"{'https' if tls else 'http'}://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _answer(self, environ: Any, start_response: Any) -> Any:
        assert self.app is not None
        return self.app(environ, start_response)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with open_site() as opened:
        yield opened


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def served_by_https() -> Iterator[Served]:
    server = Served(make_authority(["localhost"]).context)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def registered(site: Site, served: Served, served_by_https: Served) -> NewClient:
    """The example for OpenID Connect as a client of the world, before a grader copies that world."""
    return register_example(site, served.url, served_by_https.url)


def register_example(site: Site, url: str, *others: str) -> NewClient:
    client = NewClient(
        client_id="graded-example",
        client_secret="graded-example-secret",
        redirect_uris=[f"{each}/signed-in" for each in (url, *others)],
        post_logout_redirect_uris=[f"{each}/signed-out" for each in (url, *others)],
        backchannel_logout_uri=f"{url}/logged-out",
        grant_types=["authorization_code", "refresh_token"],
        scope="openid email",
    )
    world = site.worlds.get("default")
    register_client(world, client)
    world.settings.change({"oidc.pkce": "optional"})  # lets in what has that flaw
    return client


@pytest.fixture(scope="session")
def grader(site: Site, browser: Browser, registered: NewClient) -> Iterator[Grader]:
    stand_ins = site.apps["idp"]
    assert isinstance(stand_ins, StandIns)
    started = Grader(site.worlds, site.worlds.get("default"), stand_ins)
    started.browser = browser
    yield started
    started.close()


class Example:
    """A graded example. `use(flaw)`: let it have that flaw. ca: file of the authority that it trusts."""

    flaws: Mapping[str, Any]  # kinds of it, by the check that each fails
    sound: Callable[..., Any]

    def __init__(self, site: Site, served: Served, grader: Grader, ca: str | None = None) -> None:
        self._site, self._served, self._ca = site, served, ca
        self.use(None)
        self.application = grader.find(Description(served.url, staff_only=True))

    @property
    def url(self) -> str:
        return self._served.url

    def use(self, flaw: str | None) -> None:
        self.use_kind(self.flaws[flaw] if flaw else self.sound)

    def use_kind(self, kind: Callable[..., Any]) -> None:
        self._served.app = kind(self._site.listeners["idp"], self._served.url, self._ca).flask


class CasExample(Example):
    flaws, sound = CAS_FLAWS, CasApplication


class OpenIdExample(Example):
    flaws, sound = OPENID_FLAWS, OpenIdApplication


@pytest.fixture(scope="session")
def cas_example(site: Site, served: Served, grader: Grader) -> CasExample:
    return CasExample(site, served, grader)


@pytest.fixture(scope="session")
def cas_example_by_https(site: Site, served_by_https: Served, grader: Grader) -> CasExample:
    return CasExample(site, served_by_https, grader)


@pytest.fixture(scope="session")
def tls_site(served: Served) -> Iterator[Site]:
    with open_site(tls=True) as opened:
        register_example(opened, served.url)
        yield opened


@pytest.fixture(scope="session")
def tls_grader(tls_site: Site, browser: Browser) -> Iterator[Grader]:
    stand_ins = tls_site.apps["idp"]
    assert isinstance(stand_ins, StandIns)
    started = Grader(tls_site.worlds, tls_site.worlds.get("default"), stand_ins)
    started.browser = browser
    yield started
    started.close()


@pytest.fixture(scope="session")
def tls_authority(tls_site: Site, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of the authority of that mock's certificate."""
    assert tls_site.authority is not None
    file = tmp_path_factory.mktemp("tls") / "ca.pem"
    file.write_text(tls_site.authority.pem)
    return str(file)


@pytest.fixture(scope="session")
def openid_example(site: Site, served: Served, grader: Grader) -> OpenIdExample:
    return OpenIdExample(site, served, grader)


@pytest.fixture(scope="session")
def openid_example_by_https(site: Site, served_by_https: Served, grader: Grader) -> OpenIdExample:
    return OpenIdExample(site, served_by_https, grader)


def expect_told_apart(name: str, example: Example, grader: Grader) -> None:
    """That a check fails with its flaw and passes without."""
    check = all_checks()[name]
    example.use(name)
    assert grader.try_one(example.application, check).outcome == "failed"
    example.use(None)
    sound = grader.try_one(example.application, check)
    assert (sound.outcome, sound.saw) == ("passed", check.expected)
