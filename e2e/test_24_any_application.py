"""Any application signs people in: by a login transaction whose id alone the browser carries, or with mistakes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PIN, Desk, tab_to
from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from tests.mock_idp.small_application import SmallApplication


@pytest.fixture
def application(world: World) -> Iterator[SmallApplication]:
    """An application that begins login transactions and keeps the proof of them."""
    with SmallApplication(world.addresses.idp + "/cas/", secret="cXVpZXQgc2VjcmV0") as application:
        yield application


def test_the_phone_signs_in_with_nothing_but_an_id_in_the_address(
    world: World, doctor: Persona, desk: Desk, application: SmallApplication
) -> None:
    application.login = {"authenticationLevel": "MEDIUM"}
    application.parameters = {"authenticationLevel": "MEDIUM"}
    desk.page.goto(application.url)
    desk.sees("whoami")
    address = desk.page.url
    assert (address.partition("?")[2].partition("=")[0], address.count("=")) == ("loginRequestId", 1)
    expect(desk.page.get_by_role("main")).to_contain_text("to continue to localhost")
    desk.eu_login.sign_in(doctor.email, PASSWORD, APP_METHOD)
    desk.eu_login.is_at("waiting", "pending")
    world.phones.get(doctor.phone_id).approve(PIN)
    expect(desk.page.get_by_text(f"signed in: {doctor.uid}")).to_be_visible()
    desk.page.goto(address)  # by the back button, say
    expect(desk.page.get_by_text(f"signed in: {doctor.uid}")).to_be_visible()


def test_a_loop_ends_at_a_page_that_says_why(
    world: World, doctor: Persona, desk: Desk, application: SmallApplication
) -> None:
    application.validation = "serviceValidate"
    desk.page.goto(application.url)
    desk.eu_login.sign_in(doctor.email, PASSWORD)
    desk.sees("loop")
    expect(desk.page.get_by_role("alert")).to_contain_text("5 times within 10 seconds")
    expect(desk.page.get_by_role("main")).to_contain_text("call /laxValidate or send assuranceLevel=LOW")
    application.validation = "laxValidate"
    way_on = desk.eu_login.link("Continue to the application once more")
    tab_to(way_on)
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_text(f"signed in: {doctor.uid}")).to_be_visible()
