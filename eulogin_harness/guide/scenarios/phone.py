"""The second factor: a phone with the EU Login app."""

from playwright.sync_api import expect

from eulogin_harness.guide.walkthrough import Walkthrough
from eulogin_harness.guide_text.story import PASSWORD, PIN
from mock_world.i18n import N_

PHONE = N_("My phone")


def phone(walk: Walkthrough) -> None:
    """From an account to a phone that confirms sign-ins (guide, G10 to G19)."""
    eu_login, doctor = walk.pages.eu_login, walk.person("registered")
    handset = walk.phone(walk.world.phones.create(installed=False).id)
    handset.open()
    handset.search_store("EU Login")
    walk.step("phone.store", show=handset.button("Install"))
    handset.button("Install").click()
    walk.step("phone.open", show=handset.link("Open"))
    handset.link("Open").click()
    handset.is_at("phone-permission", "notifications")
    walk.step("phone.notifications", show=handset.button("Allow"))
    handset.allow("notifications")
    handset.is_at("phone-home", "welcome")
    eu_login.open()
    eu_login.enter_username(doctor.email)
    eu_login.is_at("password")
    eu_login.field("Password").fill(PASSWORD)
    walk.step("phone.sign-in", show=eu_login.button("Sign in"))
    eu_login.button("Sign in").click()
    eu_login.is_at("successful-login")
    walk.step("phone.account", show=eu_login.link("My Account").last)
    eu_login.link("My Account").last.click()
    manage = eu_login.link("Manage my mobile devices")
    walk.step("phone.manage", show=manage)
    manage.click()
    add = eu_login.link("Add a mobile device")
    walk.step("phone.add", show=add)
    add.click()
    eu_login.fill_device(name=eu_login.text(PHONE), pin=PIN)
    walk.step("phone.details", show=eu_login.button("Submit"))
    eu_login.button("Submit").click()
    eu_login.is_at("device-qr", "waiting")
    walk.step("phone.code", show=eu_login.qr_code)
    walk.step("phone.initialise", show=handset.link("Initialise"))
    handset.link("Initialise").click()
    handset.is_at("phone-permission", "camera")
    walk.step("phone.camera", show=handset.button("Allow"))
    handset.allow("camera")
    handset.is_at("phone-scan")
    walk.step("phone.scan", on=handset, beside=eu_login)
    handset.scan(eu_login.page.screenshot())
    handset.is_at("phone-pin")
    handset.pin.fill(PIN)
    walk.step("phone.pin", show=handset.button("Authenticate"))
    handset.authenticate(PIN)
    handset.is_at("phone-pin", "configured")
    eu_login.is_at("device-qr", "initialised")
    walk.step("phone.ready", show=handset.link("Continue"), beside=eu_login, also=eu_login.link("Done"))
    handset.link("Continue").click()
    handset.is_at("phone-home")


def phone_again(walk: Walkthrough) -> None:
    """A phone that is listed already is deleted and added again (guide, G16)."""
    eu_login, doctor = walk.pages.eu_login, walk.person("device_added")
    eu_login.open("/userdata/mobileApp/manageMyMobileDevices.cgi")
    eu_login.sign_in(doctor.email, PASSWORD)
    delete = eu_login.page.get_by_role("link", name=eu_login.text("Delete"))
    expect(delete).to_be_visible()
    expect(eu_login.qr_code).to_have_count(0)
    walk.step("phone-again.delete", show=delete)
    delete.click()
    walk.step("phone-again.confirm", show=eu_login.button("Delete"))
    eu_login.button("Delete").click()
    add = eu_login.link("Add a mobile device")
    expect(add).to_be_visible()
    walk.step("phone-again.add", show=add)
    add.click()
    eu_login.is_at("add-device")
