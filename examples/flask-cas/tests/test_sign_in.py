"""People sign in through EU Login's pages, are refused, and sign out."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from eulogin_harness import World
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.journeys import APP_METHOD

Start = Callable[..., str]


def test_somebody_signs_in_with_the_password(page: Page, eu_login: EuLogin, start_app: Start, persona: Any) -> None:
    ada = persona("registered", first_name="Ada", last_name="Berg")
    app = start_app()
    page.goto(f"{app}/private")
    eu_login.sign_in(ada.email, ada.password)
    page.wait_for_url(f"{app}/private")
    expect(page.get_by_text(f"Hello Ada Berg ({ada.email}), signed in by PASSWORD.")).to_be_visible()


def test_two_factors_are_asked_for_where_the_application_wants_them(
    page: Page, eu_login: EuLogin, start_app: Start, persona: Any, world: World
) -> None:
    ada = persona("enrolled")
    app = start_app(EULOGIN_LEVEL="MEDIUM")
    page.goto(f"{app}/private")
    eu_login.sign_in(ada.email, ada.password, APP_METHOD)
    world.phones.get(ada.phone_id).approve(ada.pin)
    page.wait_for_url(f"{app}/private")
    expect(page.get_by_text("signed in by PASSWORD_MOBILE_APP.")).to_be_visible()


def test_somebody_without_a_second_factor_does_not_get_in_there(
    page: Page, eu_login: EuLogin, start_app: Start, persona: Any
) -> None:
    ada = persona("registered")
    page.goto(f"{start_app(EULOGIN_LEVEL='MEDIUM')}/private")
    eu_login.enter_username(ada.email)
    eu_login.enter_password(ada.password)
    eu_login.is_at("second-factor-needed")


def test_a_ticket_that_comes_again_is_refused_and_the_next_sign_in_works(
    page: Page, eu_login: EuLogin, start_app: Start, persona: Any
) -> None:
    """As with the back button, or a bookmark that holds a ticket."""
    ada = persona("registered")
    app = start_app()
    page.goto(f"{app}/private")
    with page.expect_request("**/signed-in?ticket=*") as first:
        eu_login.sign_in(ada.email, ada.password)
    page.wait_for_url(f"{app}/private")
    page.context.clear_cookies(name="flask_cas_session")
    page.goto(first.value.url)
    expect(page.get_by_text("EU Login answered INVALID_TICKET")).to_be_visible()
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_text(ada.email)).to_be_visible()


def test_somebody_is_signed_in_without_pages(new_context: Any, start_app: Start, persona: Any, world: World) -> None:
    """For tests that are about the application, not about signing in: EU Login's session is made, not typed."""
    ada = persona("enrolled", first_name="Ada", last_name="Berg")
    app = start_app(EULOGIN_LEVEL="MEDIUM")
    page = new_context(storage_state=world.personas.session(ada).storage_state).new_page()
    page.goto(f"{app}/private")
    page.wait_for_url(f"{app}/private")
    expect(page.get_by_text("Hello Ada Berg")).to_be_visible()


def test_who_signs_out_must_sign_in_again(page: Page, eu_login: EuLogin, start_app: Start, persona: Any) -> None:
    ada = persona("registered")
    app = start_app()
    page.goto(f"{app}/private")
    eu_login.sign_in(ada.email, ada.password)
    page.get_by_role("button", name="Sign out").click()
    eu_login.button("Log me out").click()
    eu_login.is_at("logged-out")
    page.goto(f"{app}/private")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
