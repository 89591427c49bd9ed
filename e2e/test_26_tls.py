"""Pages of all actors by https, in a browser that trusts the mock's authority."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.conftest import DESKTOP, DOCTOR, HELPDESK, PASSWORD, PIN, Desk, OpenHandset, SignIn
from eulogin_harness.browser.chromium import trusting
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.journeys import KEY_METHOD, add_security_key, sign_in_with_app
from eulogin_harness.browser.pages import Pages
from eulogin_harness.browser.security_key import SecurityKey
from eulogin_harness.client import Harness, World
from eulogin_harness.documents.people import Persona
from eulogin_harness.site import open_site

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def eulogin_harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    """A mock beside that of all other scenarios."""
    with open_site(tls=True) as site:
        assert site.authority is not None
        ca = tmp_path_factory.mktemp("tls") / "ca.pem"
        ca.write_text(site.authority.pem, encoding="ascii")
        yield Harness(site.listeners["desk"], ca=ca)


@pytest.fixture(scope="module")
def browser(
    launch_browser: Callable[..., Browser], browser_type_launch_args: dict[str, Any], eulogin_harness: Harness
) -> Iterator[Browser]:
    """A browser of its own: security keys need a certificate that is trusted, not one whose errors are overlooked."""
    assert eulogin_harness.ca is not None
    launched = launch_browser(args=[*browser_type_launch_args["args"], *trusting(eulogin_harness.ca)])
    yield launched
    launched.close()


def test_a_mails_link_leads_to_eu_login_and_the_app_to_cpms(
    world: World, cpms: Cpms, doctor: Persona, eulogin_handset: OpenHandset, eulogin_pages: Pages
) -> None:
    eu_login, handset = eulogin_pages.eu_login, eulogin_handset(doctor.phone_id)
    eulogin_pages.open_mail(to=world.personas.create("invited").email).mail_link("this link").click()
    eu_login.is_at("new-password")
    handset.open()
    cpms.open()
    cpms.start_sign_in()
    sign_in_with_app(eu_login, handset, doctor.email, PASSWORD, PIN)
    cpms.is_at("complete-profile")
    assert {urlsplit(page.url).scheme for page in (cpms.page, handset.page)} == {"https"}
    cookies = {cookie["name"]: cookie["secure"] for cookie in cpms.page.context.cookies()}
    assert {"__Secure-CASTGC", "__Secure-ECAS_SESSIONID", f"eulogin_cpms_{world.name}"} <= cookies.keys()
    assert set(cookies.values()) == {True}


def test_signing_out_takes_the_secure_cookie_away(world: World, cpms: Cpms, sign_in: SignIn) -> None:
    sign_in(cpms, HELPDESK)
    eu_login = EuLogin(cpms.page, world.addresses.idp + "/cas", cpms.language)
    eu_login.log_out()
    assert "__Secure-CASTGC" not in {cookie["name"] for cookie in cpms.page.context.cookies()}


def test_a_security_key_signs_in(desk: Desk, world: World) -> None:
    world.personas.create("registered", **DOCTOR.fields)
    SecurityKey.add(desk.page)
    desk.eu_login.open("/userdata/manageMySecurityKeys.cgi")
    desk.eu_login.sign_in(DOCTOR.email, PASSWORD)
    add_security_key(desk.eu_login, "Blue key")
    desk.eu_login.log_out()
    desk.eu_login.open("/login")
    desk.eu_login.sign_in(DOCTOR.email, PASSWORD, KEY_METHOD)
    desk.sees("successful-login")


def test_the_control_room_leads_to_the_authority_and_shows_phones(open_page: Callable[..., Page], world: World) -> None:
    person = world.personas.create("enrolled", **DOCTOR.fields)
    page = open_page(viewport=DESKTOP)
    page.goto(world.addresses.desk)
    with page.expect_download() as download:
        page.get_by_role("link", name="Trust this mock").click()
    assert download.value.suggested_filename == "ca.pem"
    assert download.value.path().read_text(encoding="ascii").startswith("-----BEGIN CERTIFICATE-----")
    page.goto(f"{world.addresses.desk}/phones?phone={person.phone_id}")
    expect(page.frame_locator("iframe").first.locator("body")).to_have_attribute("data-page", "phone-home")
