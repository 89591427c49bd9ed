"""The entire guide in one go, on a computer and a phone."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import DOCTOR, HELPDESK, HOSPITAL, PASSWORD, PIN, SignIn
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.handset import Handset
from eulogin_harness.browser.journeys import link_phone, sign_in_with_app, sign_up
from eulogin_harness.browser.pages import Pages
from eulogin_harness.client import World


@pytest.mark.slow  # what it promises is shown by shorter scenarios too
@pytest.mark.guide("G01", "G02", "G03", "G10", "G11", "G13", "G14", "G15", "G17", "G18", "G19", "G20", "G21", "G23")
@pytest.mark.guide("G24", "G25", "G26", "G27", "G28")
def test_from_no_account_to_the_dashboard(
    world: World, eu_login: EuLogin, cpms: Cpms, other_cpms: Cpms, handset: Handset, eulogin_pages: Pages,
    sign_in: SignIn,
) -> None:  # fmt: skip
    cpms.open("/ernsd/screen/public")
    cpms.search(hospital=HOSPITAL["hospital"])
    expect(cpms.page.get_by_role("main")).to_contain_text("PaedCAN")
    eu_login.open("/eim/external/register.cgi")
    sign_up(eu_login, **DOCTOR.names)
    eulogin_pages.open_mail(to=DOCTOR.email).mail_link("this link").click()
    eu_login.fill_new_password(PASSWORD)
    eu_login.button("Submit").click()
    eu_login.is_at("password-set")
    handset.open()
    handset.install_app()
    eu_login.link("My Account").last.click()
    eu_login.link("Manage my mobile devices").click()
    eu_login.link("Add a mobile device").click()
    link_phone(eu_login, handset, PIN)
    eu_login.is_at("device-qr", "initialised")
    eu_login.open("/logout")
    eu_login.button("Log me out").click()
    eu_login.is_at("logged-out")
    cpms.open()
    cpms.start_sign_in()
    sign_in_with_app(eu_login, handset, DOCTOR.email, PASSWORD, PIN)
    cpms.is_at("complete-profile")
    cpms.fill_profile(networks=["PaedCAN"], **HOSPITAL)
    cpms.button("Next").click()
    cpms.button("Submit Access Request").click()
    cpms.is_at("access-status")
    sign_in(other_cpms, HELPDESK)
    other_cpms.open("/screen/helpdesk")
    other_cpms.decide(DOCTOR.last_name, "Approve")
    world.mails.wait(to=DOCTOR.email, subject="approved")
    cpms.open("/screen/dashboard")
    cpms.is_at("dashboard")
