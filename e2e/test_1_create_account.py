"""Chapter "Create your EU Login account" (G02 to G05, G07 and G08)."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import DOCTOR, PASSWORD
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.pages import Pages
from eulogin_harness.client import World
from eulogin_harness.guide.recorder import Guide
from mock_world.i18n import N_

LATER = N_("After 5 minutes the same link leads to a page where you confirm your user name and get a new message.")


@pytest.mark.chapter(1, N_("Create your EU Login account"))
@pytest.mark.guide("G02", "G03", "G04", "G05", "G07")
def test_a_doctor_creates_an_eu_login_account(guide: Guide, eu_login: EuLogin, eulogin_pages: Pages) -> None:
    eu_login.open("/eim/external/register.cgi")
    with guide.step(N_("Go to the sign-up page of EU Login."), on=eu_login.page):
        eu_login.is_at("register")
    eu_login.fill_sign_up(**DOCTOR.names)
    with guide.step(N_("Enter your details and create the account."), show=eu_login.button("Create an account")):
        eu_login.button("Create an account").click()
    with guide.step(N_("A confirmation message is on its way to your mailbox."), on=eu_login.page):
        eu_login.is_at("sign-up-sent")
    link = eulogin_pages.open_mail(to=DOCTOR.email).mail_link("this link")
    with guide.step(
        N_("Click on the link in the message to set your password, within 5 minutes."), show=link, note=LATER
    ):
        link.click()
    eu_login.is_at("new-password")
    expect(eu_login.page.get_by_text(f"({eu_login.text('External')})")).to_be_visible()
    expect(eu_login.samples).to_have_count(3)
    eu_login.fill_new_password(PASSWORD)
    with guide.step(N_("Choose a password that obeys the rules below, enter it twice and submit it."),
                    show=eu_login.button("Submit")):  # fmt: skip
        eu_login.button("Submit").click()
    with guide.step(N_("The account is ready, and you are signed in."), on=eu_login.page):
        eu_login.is_at("password-set")


@pytest.mark.guide("G08")
def test_after_five_minutes_the_same_link_leads_to_a_new_mail(
    guide: Guide, world: World, eu_login: EuLogin, eulogin_pages: Pages
) -> None:
    world.clock.freeze()
    world.personas.create("invited", **DOCTOR.fields)
    first = world.mails.wait(to=DOCTOR.email)
    world.clock.advance("PT4M59S")
    eu_login.page.goto(first.links[0].url)
    eu_login.is_at("new-password")
    eu_login.fill_new_password(PASSWORD)
    world.clock.advance("PT1S")
    with guide.step("Submit the password after the 5 minutes are over.", show=eu_login.button("Submit")):
        eu_login.button("Submit").click()
    eu_login.is_at("link-expired")
    expect(eu_login.field("Username or e-mail address")).to_have_value("")
    eu_login.field("Username or e-mail address").fill(DOCTOR.email)
    with guide.step("Enter your user name: a new message is sent to you.", show=eu_login.button("Submit")):
        eu_login.button("Submit").click()
    eu_login.is_at("sign-up-sent")
    second = world.mails.wait(to=DOCTOR.email, after=first.id)
    link = eulogin_pages.mailbox.open_mail(second.id).mail_link("this link")
    with guide.step("Click on the link in the new message.", show=link):
        link.click()
    eu_login.fill_new_password(PASSWORD)
    eu_login.button("Submit").click()
    eu_login.is_at("password-set")
