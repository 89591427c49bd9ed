"""Apache with mod_auth_cas, configured as docs/clients/apache.md says."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import pytest

from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from tests_clients.browser import Browser
from tests_clients.how_to import block
from tests_clients.servers import apache

Start = Callable[..., str]


@pytest.fixture
def start(world: World, port: int, authority: Path | None) -> Iterator[Start]:
    """Starts Apache with the how-to's block, some words of it replaced, and gives the address that is protected."""
    with ExitStack() as stack:

        def start(**replaced: str) -> str:
            places = {
                "http://localhost:8401": world.addresses.idp,
                "http://localhost:8080": f"http://localhost:{port}",
                "/var/cache/apache2/mod_auth_cas/": "{folder}/cache/",
            }
            trusting = "\nCASCertificatePath {folder}/ca.pem\n" if authority else ""
            configuration = block("apache.md", "# mod_auth_cas", places | replaced) + trusting
            stack.enter_context(apache(configuration, port, "auth_cas", authority=authority))
            return f"http://localhost:{port}/private/"

        yield start


def test_somebody_signs_in_and_apache_knows_the_uid(start: Start, visitor: Browser, ada: Persona) -> None:
    app = start()
    visitor.open(app).sign_in(ada)
    assert visitor.page.url == app
    assert visitor.page.headers["X-Signed-In-As"] == ada.uid
    assert "Welcome" in visitor.text


def test_the_page_that_stays_open_asks_nobody_again(start: Start, visitor: Browser, ada: Persona, world: World) -> None:
    app = start()
    visitor.open(app).sign_in(ada)
    assert visitor.open(app).page.history == []
    assert len(world.events.list(type="ticket.validated")) == 1


def test_two_factors_are_asked_for_where_the_service_is_registered_so(
    start: Start, visitor: Browser, ada: Persona, world: World
) -> None:
    app = start()
    world.services.create(app, authentication_level="MEDIUM")
    visitor.open(app).sign_in(ada)
    assert visitor.at == "second-factor-needed"


def test_service_validate_refuses_somebody_who_registered_herself(
    start: Start, visitor: Browser, ada: Persona, world: World
) -> None:
    visitor.open(start(laxValidate="serviceValidate")).sign_in(ada)
    assert visitor.page.status_code == 401
    (refusal,) = world.events.refusals()
    assert refusal.type == "ticket.invalid_user"
    assert refusal.remedy is not None
    assert "/laxValidate" in refusal.remedy


def test_a_service_that_is_not_registered_is_refused(start: Start, visitor: Browser, world: World) -> None:
    app = start()
    world.settings.change({"cas.services": "registered"})
    assert visitor.open(app).at == "invalid-service"


@pytest.mark.parametrize(("dialect", "status"), [("cas", 200), ("eulogin", 401)])
def test_attributes_are_known_in_plain_cas_alone(
    start: Start, visitor: Browser, ada: Persona, world: World, dialect: Literal["eulogin", "cas"], status: int
) -> None:
    world.settings.change({"dialect": dialect})
    private = start(**{"Require valid-user": "Require cas-attribute employeeType:n"})
    visitor.open(private).sign_in(ada)
    assert visitor.page.status_code == status


def test_signing_out_of_eu_login_signs_out_of_a_service_that_is_registered_so(
    start: Start, visitor: Browser, ada: Persona, world: World
) -> None:
    private = start()
    world.services.create(private, single_logout=True)
    visitor.open(private).sign_in(ada)
    visitor.open(f"{world.addresses.idp}/cas/logout").send()
    world.events.wait(type="single_logout.sent")
    assert visitor.open(private).at == "whoami"


def test_signing_out_of_eu_login_leaves_the_application_open_until_its_cookie_is_gone(
    start: Start, visitor: Browser, ada: Persona, world: World
) -> None:
    app = start()
    visitor.open(app).sign_in(ada)
    visitor.open(f"{world.addresses.idp}/cas/logout").send()
    assert visitor.at == "logged-out"
    assert "Welcome" in visitor.open(app).text
    visitor.forget("MOD_AUTH_CAS_APP")
    assert visitor.open(app).at == "whoami"
