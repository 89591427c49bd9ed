"""Chapter "Link your phone": the second factor (G10 to G19)."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import DOCTOR, PASSWORD, PIN
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.handset import Handset
from eulogin_harness.browser.journeys import link_phone
from eulogin_harness.client import World
from eulogin_harness.guide.recorder import Guide
from mock_world.i18n import N_

PHONE = N_("My phone")
SHOWN_ONCE = N_("A phone that is in the list already shows no code again: delete it there, and add it anew.")


@pytest.mark.chapter(2, N_("Link your phone as second factor"))
@pytest.mark.guide("G10", "G11", "G12", "G13", "G14", "G15", "G17", "G18", "G19")
def test_a_doctor_links_a_phone(guide: Guide, world: World, eu_login: EuLogin, handset: Handset, language: str) -> None:
    doctor = world.personas.create("registered", **DOCTOR.fields, language=language)
    handset.open()
    handset.search_store("EU Login")
    with guide.step(N_("Search for EU Login in the app store of your phone, and install it."),
                    show=handset.button("Install")):  # fmt: skip
        handset.button("Install").click()
    with guide.step(N_("Open the app."), show=handset.link("Open")):
        handset.link("Open").click()
    with guide.step(N_("Allow notifications: without them the app cannot be initialised."),
                    show=handset.button("Allow")):  # fmt: skip
        handset.allow("notifications")
    eu_login.open()
    eu_login.enter_username(doctor.email)
    with guide.step(N_("On your computer, sign in to EU Login with e-mail and password."),
                    show=eu_login.field("Password")):  # fmt: skip
        eu_login.enter_password(PASSWORD)
    with guide.step(N_("Open your account page."), show=eu_login.link("My Account").last):
        eu_login.link("My Account").last.click()
    manage = eu_login.link("Manage my mobile devices")
    with guide.step(N_("Choose to manage your mobile devices."), show=manage):
        manage.click()
    add = eu_login.link("Add a mobile device")
    with guide.step(N_("Add a mobile device."), show=add):
        add.click()
    eu_login.fill_device(name=eu_login.text(PHONE), pin=PIN)
    with guide.step(N_("Name the phone, choose a PIN code of 4 digits and submit."), show=eu_login.button("Submit")):
        eu_login.button("Submit").click()
    with guide.step(N_("A QR code is shown on your computer."), show=eu_login.qr_code, note=SHOWN_ONCE):
        eu_login.is_at("device-qr", "waiting")
    with guide.step(N_("In the app, choose to initialise it."), show=handset.link("Initialise")):
        handset.link("Initialise").click()
    with guide.step(N_("Allow the camera, too."), show=handset.button("Allow")):
        handset.allow("camera")
    with guide.step(N_("Scan the QR code from the screen of your computer."), on=handset.page):
        handset.scan(eu_login.page.screenshot())
    with guide.step(N_("Confirm with the PIN code that you chose."), show=handset.pin):
        handset.authenticate(PIN)
    with guide.step(N_("The app is ready to be used."), on=handset.page):
        handset.is_at("phone-pin", "configured")
    with guide.step(N_("Your computer says so too."), on=eu_login.page):
        eu_login.is_at("device-qr", "initialised")
    handset.link("Continue").click()
    handset.is_at("phone-home")


@pytest.mark.guide("G16")
def test_a_linked_device_is_deleted_and_added_again_to_get_a_code(
    guide: Guide, world: World, eu_login: EuLogin, handset: Handset
) -> None:
    doctor = world.personas.create("device_added", **DOCTOR.fields)
    eu_login.open("/userdata/mobileApp/manageMyMobileDevices.cgi")
    eu_login.sign_in(doctor.email, PASSWORD)
    with guide.step("A device of the list does not show its QR code again.", on=eu_login.page):
        expect(eu_login.qr_code).to_have_count(0)
    delete = eu_login.page.get_by_role("link", name="Delete")
    with guide.step("Delete the device.", show=delete):
        delete.click()
    with guide.step("Confirm that it is to be deleted.", show=eu_login.button("Delete")):
        eu_login.button("Delete").click()
    expect(eu_login.page.get_by_text("No phone is linked to your account yet.")).to_be_visible()
    handset.open()
    handset.install_app()
    eu_login.link("Add a mobile device").click()
    with guide.step("Add the phone again, and scan the new code.", on=eu_login.page):
        link_phone(eu_login, handset, PIN)
    eu_login.is_at("device-qr", "initialised")
