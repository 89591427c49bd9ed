"""Scenarios that begin signed in: no form of EU Login is filled in."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from e2e.conftest import DESKTOP, Desk, NewContext
from eulogin_harness.browser.checks import Watch
from eulogin_harness.client import Session, World
from eulogin_harness.client.places import CpmsPlaces
from eulogin_harness.documents.people import Persona

OpenPage = Callable[..., Page]
FIRST_CPMS_PAGE = "complete-profile"


def desk_with(open_page: OpenPage, watch: Watch, world: World, session: Session) -> Desk:
    """A new browser that has what the session holds."""
    return Desk(open_page(viewport=DESKTOP, storage_state=session.storage_state), watch, world)


def test_a_browser_that_is_signed_in_reaches_cpms_and_my_account_without_a_form(
    open_page: OpenPage, watch: Watch, world: World, doctor: Persona
) -> None:
    desk = desk_with(open_page, watch, world, world.personas.session(doctor))
    desk.cpms.open()
    desk.cpms.start_sign_in()
    desk.sees(FIRST_CPMS_PAGE)
    desk.eu_login.open("/userdata/myAccount.cgi")
    expect(desk.page.get_by_role("main")).to_contain_text(doctor.email)


def test_the_address_with_the_ticket_opens_the_service_signed_in(
    open_page: OpenPage, watch: Watch, world: World, doctor: Persona
) -> None:
    session = world.personas.session(doctor, service=world.addresses.cpms + "/screen/signin")
    desk = Desk(open_page(), watch, world)
    desk.page.goto(session.url)
    desk.sees(FIRST_CPMS_PAGE)
    assert "ticket=" not in desk.page.url
    desk.eu_login.open()
    desk.sees("whoami")  # the ticket alone signs nobody in at EU Login
    desk.page.goto(session.url)
    desk.sees("sign-in-refused", "ticket-refused")


def test_what_was_signed_in_is_over_after_its_life(
    open_page: OpenPage, watch: Watch, world: World, doctor: Persona
) -> None:
    world.clock.freeze()
    desk = desk_with(open_page, watch, world, world.personas.session(doctor))
    world.clock.advance("PT12H59M59S")
    desk.eu_login.open()
    desk.sees("successful-login")
    world.clock.advance("PT1S")
    desk.eu_login.open()
    desk.sees("whoami")


def test_signing_out_elsewhere_ends_the_session_where_it_was_copied_to(
    open_page: OpenPage, watch: Watch, world: World, doctor: Persona
) -> None:
    session = world.personas.session(doctor)
    first, second = (desk_with(open_page, watch, world, session) for _ in range(2))
    first.eu_login.open("/logout")
    first.eu_login.button("Log me out").click()
    first.sees("logged-out")
    second.cpms.open()
    second.cpms.start_sign_in()
    second.sees("whoami")


def test_a_session_of_the_password_alone_is_asked_for_the_phone(
    open_page: OpenPage, watch: Watch, world: World, doctor: Persona
) -> None:
    desk = desk_with(open_page, watch, world, world.personas.session(doctor, strength="PASSWORD"))
    desk.cpms.open()
    desk.cpms.start_sign_in()
    desk.sees("password")
    assert urlsplit(desk.page.url).path.endswith("/cas/login")


def test_the_example_of_the_docs_runs(world: World, new_context: NewContext) -> None:
    text = (Path(__file__).parent.parent / "docs" / "people.md").read_text(encoding="utf-8")
    (code,) = (code for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "new_context" in code)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page
    names["test_the_list_of_requests"](world.personas.create, world, new_context, CpmsPlaces(world.addresses.cpms))
