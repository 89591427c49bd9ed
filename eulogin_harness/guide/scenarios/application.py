"""Signing in to an application of the guide's author, with password or second factor."""

from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.guide.walkthrough import Walkthrough
from eulogin_harness.guide_text.errors import GuideError
from eulogin_harness.guide_text.story import PASSWORD, PIN


def application(walk: Walkthrough) -> None:
    """Into the application that the guide's file names."""
    about = walk.story.application
    if about is None:
        raise GuideError(
            "expected the guide's file to name an application, as the scenario `application` signs in to it"
        )
    eu_login, doctor = walk.pages.eu_login, walk.person("enrolled")
    page = eu_login.page
    page.goto(about.url)
    if about.sign_in:
        leads = page.get_by_role("link", name=about.sign_in).or_(page.get_by_role("button", name=about.sign_in)).first
        walk.step("application.open", show=leads, crop="page")
        leads.click()
    eu_login.is_at("whoami")
    eu_login.field("Enter your e-mail address or unique identifier").fill(doctor.email)
    walk.step("application.email", show=eu_login.button("Next"))
    eu_login.button("Next").click()
    eu_login.is_at("password")
    if about.second_factor:
        eu_login.choose_method(APP_METHOD)
    eu_login.field("Password").fill(PASSWORD)
    walk.step("application.password", show=eu_login.button("Sign in"))
    eu_login.button("Sign in").click()
    if about.second_factor:
        handset = walk.phone(doctor.phone_id)
        eu_login.is_at("waiting", "pending")
        handset.open()
        handset.is_at("phone-request")
        walk.step("application.request", show=handset.go_on, beside=eu_login)
        handset.go_on.click()
        handset.is_at("phone-request", "pin")
        handset.pin.fill(PIN)
        walk.step("application.pin", show=handset.button("Authenticate"))
        handset.authenticate(PIN)
    signed_in = page.get_by_text(about.signed_in.format(**walk.story.names)).first
    signed_in.wait_for()
    walk.step("application.signed-in", show=signed_in, crop="page")
