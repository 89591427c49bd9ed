"""phpCAS, configured as docs/clients/php.md says."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from eulogin_harness.client import World
from eulogin_harness.client.names import FaultName
from eulogin_harness.documents.people import Persona
from tests_clients.browser import Browser
from tests_clients.how_to import block
from tests_clients.servers import existing, running, tool

Start = Callable[..., str]


@pytest.fixture
def start(world: World, port: int, tmp_path: Path, authority: Path | None) -> Iterator[Start]:
    """Starts the how-to's page, some words of it replaced, and gives its address."""
    existing("/usr/share/php/CAS.php")
    app = f"http://localhost:{port}"
    with ExitStack() as stack:

        def start(**replaced: str) -> str:
            places = {"http://localhost:8401": world.addresses.idp, "http://localhost:8080": app} | replaced
            if authority is not None:  # as the how-to's comment says
                places["phpCAS::setNoCasServerValidation();"] = f"phpCAS::setCasServerCACert('{authority}');"
            (tmp_path / "index.php").write_text(block("php.md", "<?php // index.php", places), encoding="utf-8")
            # Some workers: a message that a session is over comes while a page of the application may be open.
            command: list[str | Path] = [tool("php"), "-S", f"localhost:{port}", "-t", tmp_path]
            stack.enter_context(running(command, f"{app}/none", environment={"PHP_CLI_SERVER_WORKERS": "2"}))
            return f"{app}/index.php"

        yield start


def test_somebody_signs_in_and_name_and_address_are_told(start: Start, visitor: Browser, ada: Persona) -> None:
    app = start()
    visitor.open(app).sign_in(ada)
    assert visitor.page.url == app
    assert visitor.page.text == f"{ada.uid}: Ada Berg &lt;{ada.email}&gt;"


def test_the_page_that_stays_open_asks_nobody_again(start: Start, visitor: Browser, ada: Persona, world: World) -> None:
    app = start()
    visitor.open(app).sign_in(ada)
    visitor.open(app)
    assert visitor.page.history == []
    assert len(world.events.list(type="ticket.validated")) == 1


def test_two_factors_are_asked_for_where_the_page_wants_them(start: Start, visitor: Browser, ada: Persona) -> None:
    visitor.open(start(BASIC="MEDIUM")).sign_in(ada)
    assert visitor.at == "second-factor-needed"


def test_a_level_that_was_not_asked_for_at_login_is_refused(
    start: Start, visitor: Browser, ada: Persona, world: World
) -> None:
    app = start(**{"'userDetails' => 'true', 'authenticationLevel' => $level": "'authenticationLevel' => 'MEDIUM'"})
    visitor.open(app).sign_in(ada)
    assert (visitor.page.status_code, visitor.page.text) == (500, "")
    (refusal,) = world.events.refusals()
    assert refusal.type == "ticket.insufficient_level"
    assert refusal.remedy == "send the same authenticationLevel to /cas/login as to the validation"


def test_service_validate_refuses_somebody_who_registered_herself(
    start: Start, visitor: Browser, ada: Persona, world: World
) -> None:
    visitor.open(start(laxValidate="serviceValidate")).sign_in(ada)
    assert (visitor.page.status_code, visitor.page.text) == (500, "")
    (refusal,) = world.events.refusals()
    assert refusal.type == "ticket.invalid_user"
    assert refusal.remedy is not None
    assert "/laxValidate" in refusal.remedy


def test_who_signs_out_must_sign_in_again(start: Start, visitor: Browser, ada: Persona) -> None:
    app = start()
    visitor.open(app).sign_in(ada)
    visitor.open(f"{app}?sign-out").send()
    assert visitor.at == "logged-out"
    assert visitor.open(app).at == "whoami"


def test_signing_out_of_eu_login_signs_out_of_the_application(
    start: Start, visitor: Browser, ada: Persona, world: World
) -> None:
    app = start()
    visitor.open(app).sign_in(ada)
    visitor.open(f"{world.addresses.idp}/cas/logout").send()
    world.events.wait(type="single_logout.sent")
    assert visitor.open(app).at == "whoami"


def test_plain_cas_tells_the_same_attributes(start: Start, visitor: Browser, ada: Persona, world: World) -> None:
    world.settings.change({"dialect": "cas"})
    visitor.open(start()).sign_in(ada)
    assert visitor.page.text == f"{ada.uid}: Ada Berg &lt;{ada.email}&gt;"


@pytest.mark.parametrize(
    "fault", ["ticket.expired", "ticket.wrong_service", "validation.malformed", "validation.failed"]
)
def test_what_goes_wrong_at_eu_login_is_noticed_and_the_next_sign_in_works(
    start: Start, visitor: Browser, ada: Persona, world: World, fault: FaultName
) -> None:
    app = start()
    world.faults.arm(fault)
    visitor.open(app).sign_in(ada)
    assert visitor.page.status_code == 500
    assert ada.uid in visitor.open(app).text
