"""Red tests in a browser: each fails for what its mark says, and its own error does not tell it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.client import World

TIMEOUT = 400  # milliseconds
Served = Callable[..., str]
reason = pytest.mark.reason
expect.set_options(timeout=TIMEOUT)


@pytest.fixture
def eu_login(page: Page, world: World) -> EuLogin:
    page.set_default_timeout(5 * TIMEOUT)
    return EuLogin(page, f"{world.addresses.idp}/cas")


def begin(eu_login: EuLogin, app: str, person: Any, method: str = "Password", password: str = "") -> Page:
    """Sign in to the application, as far as its answer."""
    eu_login.page.goto(f"{app}/private")
    eu_login.sign_in(person.email, password or person.password, method)
    return eu_login.page


@reason(
    r"^The browser is at page 'whoami' of EU Login .*where the test waited for get_by_role\(\"button\", name=\"Log in\""
)
def test_the_selector_is_wrong(eu_login: EuLogin, served: Served) -> None:
    eu_login.page.goto(f"{served()}/private")
    eu_login.page.get_by_role("button", name="Log in").click(timeout=TIMEOUT)


@reason(r"^EU Login refused \(signin\.wrong_password, ada@hospital\.example")
def test_the_password_is_wrong(eu_login: EuLogin, served: Served, persona: Any) -> None:
    begin(eu_login, served(), persona("registered", email="ada@hospital.example"), password="Wrong-1234")
    eu_login.page.wait_for_url("**/private", timeout=TIMEOUT)


@reason(
    r"^The sign-in of ada@hospital\.example to .* waits for a request to the phone: nobody answered it on phone-\d+"
)
def test_nobody_answers_on_the_phone(eu_login: EuLogin, served: Served, persona: Any) -> None:
    begin(eu_login, served(EULOGIN_LEVEL="MEDIUM"), persona(email="ada@hospital.example"), APP_METHOD)
    eu_login.page.wait_for_url("**/private", timeout=TIMEOUT)


@reason(r"^ada@hospital\.example has no factor that .* accepts: it demands")
def test_the_person_cannot_reach_the_level(eu_login: EuLogin, served: Served, persona: Any) -> None:
    ada = persona("registered", email="ada@hospital.example")
    eu_login.page.goto(f"{served(EULOGIN_LEVEL='MEDIUM')}/private")
    eu_login.enter_username(ada.email)
    eu_login.enter_password(ada.password)
    expect(eu_login.page.get_by_text("Hello")).to_be_visible()


@reason(r"^EU Login refused \(ticket\.invalid_user.*; the browser is at a page .*“You are not signed in”")
def test_the_application_validates_at_the_wrong_place(eu_login: EuLogin, served: Served, persona: Any) -> None:
    app = served('client.url_suffix = "laxValidate"', 'client.url_suffix = "serviceValidate"')
    expect(begin(eu_login, app, persona("registered")).get_by_text("Hello")).to_be_visible()


@reason(r"^.*/signed-in got ada@hospital\.example \d times within .*: it does not keep its user signed in")
def test_the_application_loses_its_cookie(eu_login: EuLogin, served: Served, persona: Any) -> None:
    app = served("SESSION_COOKIE_SECURE=", "SESSION_COOKIE_PATH='/elsewhere', SESSION_COOKIE_SECURE=")
    page = begin(eu_login, app, persona("registered", email="ada@hospital.example"))
    expect(page.get_by_text("Hello")).to_be_visible()


@reason(r"^EU Login's part went well, so look at the application: .* validated a ticket .*“Internal Server Error”")
def test_the_application_breaks_down(eu_login: EuLogin, served: Served, persona: Any) -> None:
    app = served('person=session["person"])', 'person=session["person"]["mail"])')
    page = begin(eu_login, app, persona("registered"))
    expect(page.get_by_text("Hello")).to_be_visible()


@reason(r"^The browser is at page 'complete-profile' of CPMS in state 'ready', headed “Complete Profile”")
def test_the_person_has_no_profile_yet(page: Page, world: World, persona: Any) -> None:
    page.context.add_cookies(world.personas.session(persona()).storage_state["cookies"])  # type: ignore[arg-type]
    page.goto(f"{world.addresses.cpms}/screen/signin")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


@reason(r"^The armed fault ticket\.lost happened to ada@hospital\.example")
def test_a_fault_loses_the_ticket(eu_login: EuLogin, served: Served, persona: Any, faults: Any) -> None:
    faults.arm("ticket.lost")
    page = begin(eu_login, served(), persona("registered", email="ada@hospital.example"))
    expect(page.get_by_text("Hello")).to_be_visible()


@reason(r"^The browser is at page 'password' of EU Login .*nothing was refused; its buttons: .*Sign in")
def test_another_page_is_expected(eu_login: EuLogin, served: Served, persona: Any) -> None:
    eu_login.page.goto(f"{served()}/private")
    eu_login.enter_username(persona("registered").email)
    eu_login.is_at("waiting", "pending")
