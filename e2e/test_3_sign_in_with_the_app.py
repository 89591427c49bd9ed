"""Chapter "Sign in with the app" (G20, G21 and G23)."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import DOCTOR, PASSWORD, PIN, OpenHandset
from e2e.watch import Watch
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.client import World
from eulogin_harness.guide.recorder import Guide
from mock_world.i18n import N_

BIOMETRICS = N_("With fingerprint or face recognition switched on in the app, use that instead of the PIN code.")
OPEN_THE_APP = N_("Open the app on your phone: the request appears after a moment. Check that it is you, and go on.")
APP = "EU Login Mobile App PIN Code"


@pytest.mark.chapter(3, N_("Sign in to CPMS 2.0 with the app"))
@pytest.mark.guide("G20", "G21", "G23")
def test_a_doctor_signs_in_to_cpms_with_the_app(
    guide: Guide, world: World, eu_login: EuLogin, cpms: Cpms, eulogin_handset: OpenHandset, language: str
) -> None:
    doctor = world.personas.create("enrolled", **DOCTOR.fields, language=language)
    handset = eulogin_handset(doctor.phone_id)
    cpms.open()
    with guide.step(
        N_("Open CPMS 2.0 and choose to sign in with EU Login."), show=cpms.button("Sign in with EU Login")
    ):
        cpms.start_sign_in()
    eu_login.field("Enter your e-mail address or unique identifier").fill(doctor.email)
    with guide.step(
        N_("Fill in the e-mail address of your EU Login account, and go on."), show=eu_login.button("Next")
    ):
        eu_login.button("Next").click()
    eu_login.field("Password").fill(PASSWORD)
    with guide.step(N_("Fill in your password."), show=eu_login.field("Password")):
        expect(eu_login.field("Password")).not_to_be_empty()
    with guide.step(N_("Choose EU Login Mobile App PIN Code as verification method."), show=eu_login.method):
        eu_login.choose_method(APP)
    with guide.step(N_("Sign in."), show=eu_login.button("Sign in")):
        eu_login.button("Sign in").click()
    with guide.step(N_("Your computer waits for your phone."), on=eu_login.page):
        eu_login.is_at("waiting", "pending")
    handset.open()
    with guide.step(OPEN_THE_APP, show=handset.go_on):
        handset.go_on.click()
    with guide.step(N_("Enter the PIN code."), show=handset.pin, note=BIOMETRICS):
        handset.authenticate(PIN)
    with guide.step(N_("Your computer goes on by itself, to CPMS."), on=cpms.page):
        cpms.is_at("complete-profile")
    handset.is_at("phone-home", "approved")


@pytest.mark.guide("G21")
def test_the_prompt_may_take_a_couple_of_seconds_to_show(
    guide: Guide, world: World, eu_login: EuLogin, eulogin_handset: OpenHandset
) -> None:
    world.settings.change({"push.delay": "PT3S"})
    world.clock.freeze()
    doctor = world.personas.create("enrolled", **DOCTOR.fields)
    handset = eulogin_handset(doctor.phone_id)
    eu_login.open()
    eu_login.sign_in(doctor.email, PASSWORD, APP)
    eu_login.is_at("waiting", "pending")
    handset.open()
    with guide.step("Open the app: nothing is there yet.", on=handset.page):
        expect(handset.page.get_by_text("No request is waiting.")).to_be_visible()
    world.clock.advance("PT3S")
    with guide.step("After a couple of seconds the request appears by itself.", on=handset.page):
        handset.is_at("phone-request")
    handset.approve(PIN)
    eu_login.is_at("successful-login")


@pytest.mark.guide("G21")
def test_a_wrong_pin_leaves_the_computer_waiting_and_what_is_denied_or_too_late_is_told(
    guide: Guide, watch: Watch, world: World, eu_login: EuLogin, eulogin_handset: OpenHandset
) -> None:
    world.clock.freeze()
    doctor = world.personas.create("enrolled", **DOCTOR.fields)
    handset = eulogin_handset(doctor.phone_id)
    eu_login.open()
    eu_login.sign_in(doctor.email, PASSWORD, APP)
    handset.open()
    handset.go_on.click()
    with guide.step("Enter a wrong PIN code.", show=handset.pin):
        handset.authenticate("0000")
    expect(handset.page.get_by_role("alert")).to_contain_text("Tries left: 4")
    eu_login.is_at("waiting", "pending")
    handset.link("Back").click()
    with guide.step("Deny the request.", show=handset.button("Deny")):
        handset.button("Deny").click()
    with guide.step("Your computer says that it was denied.", on=eu_login.page):
        eu_login.is_at("waiting", "denied")
    handset.is_at("phone-home", "denied")
    watch.look(handset.page)
    with guide.step("Send the request again.", show=eu_login.button("Send again")):
        eu_login.button("Send again").click()
    with guide.step("Wait without answering on the phone.", on=eu_login.page):
        eu_login.is_at("waiting", "sent-again")
    world.clock.advance("PT10M")
    with guide.step("After ten minutes your computer says that it is too late.", on=eu_login.page):
        eu_login.is_at("waiting", "timed-out")
    eu_login.use_another_method()
    eu_login.choose_method("Password")
    eu_login.enter_password(PASSWORD)
    eu_login.is_at("successful-login")
