"""Apache with mod_auth_openidc, configured as docs/clients/apache.md says."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from tests_clients.browser import Browser
from tests_clients.how_to import block, told
from tests_clients.servers import apache

Start = Callable[..., str]
MEDIUM = "OIDCAuthRequestParams acr_values=https%3A%2F%2Fecas.ec.europa.eu%2Floa%2Fmedium"


@pytest.fixture
def app(port: int) -> str:
    return f"http://localhost:{port}"


@pytest.fixture
def start(world: World, app: str, port: int, authority: Path | None) -> Iterator[Start]:
    """Registers a client as the how-to says, starts Apache with its block, and gives the address that is protected."""
    with ExitStack() as stack:

        def start(more: str = "", **replaced: str) -> str:
            here = {"http://localhost:8080": app}
            client = told(block("apache.md", "curl", here | {"http://localhost:8400": world.addresses.desk}), authority)
            places = here | {
                "http://localhost:8401": world.addresses.idp,
                "the-client-id": client["client_id"],
                "the-client-secret": client["client_secret"],
            }
            trusting = "OIDCCABundlePath {folder}/ca.pem\n" if authority else ""
            configuration = block("apache.md", "# mod_auth_openidc", places | replaced) + trusting + more
            stack.enter_context(apache(configuration, port, "auth_openidc", authority=authority))
            return f"{app}/private/"

        yield start


def test_somebody_signs_in_and_apache_knows_the_uid(start: Start, visitor: Browser, ada: Persona) -> None:
    private = start()
    visitor.open(private).sign_in(ada)
    assert visitor.page.url == private
    assert visitor.page.headers["X-Signed-In-As"] == ada.uid


def test_the_claims_are_there(start: Start, visitor: Browser, ada: Persona) -> None:
    private = start(**{"%{REMOTE_USER}": "%{HTTP:OIDC_CLAIM_email}"})
    visitor.open(private).sign_in(ada)
    assert visitor.page.headers["X-Signed-In-As"] == ada.email


def test_two_factors_are_asked_for_where_the_configuration_wants_them(
    start: Start, visitor: Browser, ada: Persona
) -> None:
    visitor.open(start(MEDIUM)).sign_in(ada)
    assert visitor.at == "second-factor-needed"


def test_a_password_alone_does_not_open_what_asks_for_medium(start: Start, visitor: Browser, ada: Persona) -> None:
    private = start(**{"Require valid-user": "Require claim acr:https://ecas.ec.europa.eu/loa/medium"})
    visitor.open(private).sign_in(ada)
    assert visitor.page.status_code == 401


def test_another_redirect_address_than_the_registered_one_is_refused(
    start: Start, visitor: Browser, world: World
) -> None:
    visitor.open(start(**{"/private/signed-in": "/private/signed-in/"}))
    assert visitor.at == "oidc-refused"
    assert world.events.refusals()


def test_a_wrong_secret_is_refused_and_the_journal_says_so(
    start: Start, visitor: Browser, ada: Persona, world: World
) -> None:
    visitor.open(start(**{"OIDCClientSecret ": "OIDCClientSecret not"})).sign_in(ada)
    assert visitor.page.status_code >= 400
    assert world.events.refusals()


def test_who_signs_out_must_sign_in_again(start: Start, visitor: Browser, app: str, ada: Persona) -> None:
    private = start()
    visitor.open(private).sign_in(ada)
    visitor.open(f"{private}signed-in?logout={app}/").send()
    assert visitor.page.url == f"{app}/"
    assert visitor.open(private).at == "whoami"


def test_signing_out_of_eu_login_signs_out_of_the_application(
    start: Start, visitor: Browser, ada: Persona, world: World
) -> None:
    private = start()
    visitor.open(private).sign_in(ada)
    visitor.open(f"{world.addresses.idp}/cas/logout").send()
    world.events.wait(type="back_channel_logout.sent")
    assert visitor.open(private).at == "whoami"
