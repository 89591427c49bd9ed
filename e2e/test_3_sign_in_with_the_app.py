"""Signing in to CPMS with the app (G20, G21 and G23)."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import DOCTOR, PASSWORD, PIN, OpenHandset
from e2e.watch import Watch
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.client import World
from eulogin_harness.guide.scenarios.cpms import sign_in
from eulogin_harness.guide.walkthrough import Walkthrough


@pytest.mark.guide("G20", "G21", "G23")
def test_a_doctor_signs_in_to_cpms_with_the_app(walkthrough: Walkthrough) -> None:
    sign_in(walkthrough)


@pytest.mark.guide("G21")
def test_the_prompt_may_take_a_couple_of_seconds_to_show(
    world: World, eu_login: EuLogin, eulogin_handset: OpenHandset
) -> None:
    world.settings.change({"push.delay": "PT3S"})
    world.clock.freeze()
    doctor = world.personas.create("enrolled", **DOCTOR.fields)
    handset = eulogin_handset(doctor.phone_id)
    eu_login.open()
    eu_login.sign_in(doctor.email, PASSWORD, APP_METHOD)
    eu_login.is_at("waiting", "pending")
    handset.open()
    expect(handset.page.get_by_text("No request is waiting.")).to_be_visible()
    world.clock.advance("PT3S")
    handset.is_at("phone-request")
    handset.approve(PIN)
    eu_login.is_at("successful-login")


@pytest.mark.guide("G21")
def test_a_wrong_pin_leaves_the_computer_waiting_and_what_is_denied_or_too_late_is_told(
    watch: Watch, world: World, eu_login: EuLogin, eulogin_handset: OpenHandset
) -> None:
    world.clock.freeze()
    doctor = world.personas.create("enrolled", **DOCTOR.fields)
    handset = eulogin_handset(doctor.phone_id)
    eu_login.open()
    eu_login.sign_in(doctor.email, PASSWORD, APP_METHOD)
    handset.open()
    handset.go_on.click()
    handset.authenticate("0000")
    expect(handset.page.get_by_role("alert")).to_contain_text("Tries left: 4")
    eu_login.is_at("waiting", "pending")
    handset.link("Back").click()
    handset.button("Deny").click()
    eu_login.is_at("waiting", "denied")
    watch.look(eu_login.page)
    handset.is_at("phone-home", "denied")
    watch.look(handset.page)
    eu_login.button("Send again").click()
    eu_login.is_at("waiting", "sent-again")
    watch.look(eu_login.page)
    world.clock.advance("PT10M")
    eu_login.is_at("waiting", "timed-out")
    watch.look(eu_login.page)
    eu_login.use_another_method()
    eu_login.choose_method("Password")
    eu_login.enter_password(PASSWORD)
    eu_login.is_at("successful-login")
