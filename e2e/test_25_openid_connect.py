"""An application signs people in by OpenID Connect: its name on page and phone, the way back, out again, and errors."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Route, expect

from e2e.conftest import PASSWORD, PIN, Desk, OpenHandset
from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from tests.clients.portal import Portal
from tests.serving import serving

NAME = "Rare Disease Portal"
MEDIUM = "https://ecas.ec.europa.eu/loa/medium"


@pytest.fixture
def portal(world: World) -> Iterator[Portal]:
    """An application in a thread, registered by the control API."""
    portal = Portal(f"{world.addresses.idp}/cas/oauth2")
    with serving(portal.app, name="127.0.0.1") as base:
        client = world.clients.create(
            f"{base}/cb",
            client_name=NAME,
            post_logout_redirect_uris=[f"{base}/left"],
            backchannel_logout_uri=f"{base}/back-channel",
        )
        portal.register(client.client_id, client.client_secret, base)
        yield portal


def opened(desk: Desk, portal: Portal, **query: str) -> None:
    desk.page.goto(f"{portal.base}/login?{urlencode(query)}")


def test_somebody_signs_in_by_phone_and_out_again(
    desk: Desk, doctor: Persona, eulogin_handset: OpenHandset, portal: Portal
) -> None:
    opened(desk, portal, acr_values=MEDIUM)
    desk.sees("whoami")
    expect(desk.page.get_by_role("main")).to_contain_text(NAME)
    desk.eu_login.sign_in(doctor.email, PASSWORD, APP_METHOD)
    desk.sees("waiting", "pending")
    handset = eulogin_handset(doctor.phone_id)
    handset.open()
    expect(handset.page.get_by_role("main")).to_contain_text(NAME)
    handset.approve(PIN)
    expect(desk.page.get_by_text(f"user: {doctor.uid}")).to_be_visible()
    assert desk.page.url == f"{portal.base}/"
    desk.page.goto(f"{portal.base}/logout")
    desk.sees("logout")
    desk.eu_login.button("Log me out").click()
    expect(desk.page.get_by_text(f"left: {portal.base}/left")).to_be_visible()


def test_an_answer_by_form_sends_itself_and_works_without_script(desk: Desk, doctor: Persona, portal: Portal) -> None:
    desk.page.route("**/form_post.js", _without_script)
    opened(desk, portal, response_mode="form_post")
    desk.eu_login.sign_in(doctor.email, PASSWORD)
    desk.sees("form-post")
    expect(desk.page.get_by_role("main")).to_contain_text(NAME)
    desk.eu_login.go_on()
    expect(desk.page.get_by_text(f"user: {doctor.uid}")).to_be_visible()
    desk.page.unroute("**/form_post.js")
    opened(desk, portal, response_mode="form_post")
    expect(desk.page.get_by_text(f"user: {doctor.uid}")).to_be_visible()


def _without_script(route: Route) -> None:
    route.fulfill(body="", content_type="text/javascript")


def test_who_gives_up_goes_back_to_the_application(desk: Desk, doctor: Persona, portal: Portal) -> None:
    opened(desk, portal, acr_values="https://ecas.ec.europa.eu/loa/high")
    desk.eu_login.enter_username(doctor.email)
    desk.eu_login.enter_password(PASSWORD)
    desk.sees("second-factor-needed", "no-way")
    desk.eu_login.link("Return to the application").click()
    expect(desk.page.get_by_text("refused: access_denied")).to_be_visible()
    assert parse_qs(urlsplit(desk.page.url).query)["iss"] == [portal.issuer]


def test_the_sign_in_page_of_before_leads_nowhere_and_does_no_harm(desk: Desk, doctor: Persona, portal: Portal) -> None:
    opened(desk, portal)
    desk.eu_login.is_at("whoami")
    before = desk.page.url
    desk.eu_login.sign_in(doctor.email, PASSWORD)
    expect(desk.page.get_by_text(f"user: {doctor.uid}")).to_be_visible()
    desk.page.goto(before)
    desk.sees("oidc-refused")
    expect(desk.page.get_by_role("alert")).to_contain_text("Go back to the application and sign in from there")
    desk.page.goto(portal.base)
    desk.page.reload()
    expect(desk.page.get_by_text(f"user: {doctor.uid}")).to_be_visible()
