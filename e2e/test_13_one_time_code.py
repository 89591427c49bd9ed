"""One-time passwords: of the app that scans the page's QR code, or of any authenticator; and "On Mobile"'s list."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from playwright.sync_api import Page, Playwright, expect

from e2e.conftest import DOCTOR, PASSWORD, PIN, Desk
from e2e.watch import Watch
from eulogin_harness.browser.handset import mobile
from eulogin_harness.browser.journeys import APP_METHOD, ON_MOBILE, QR_METHOD
from eulogin_harness.client import ProblemError, World
from eulogin_harness.documents.people import Persona
from tests.qr_codes import read

FIRST_CPMS_PAGE = "complete-profile"
OTHER_METHOD = "Use another verification method"


def authenticator(page: Page) -> pyotp.TOTP:
    """Any authenticator app whose camera is held before the page."""
    return pyotp.TOTP(parse_qs(urlsplit(read(page.screenshot())).query)["secret"][0])


def ask(desk: Desk, person: Persona, path: str = "/login") -> None:
    """To the page that asks for the one-time password."""
    desk.eu_login.open(path)
    desk.eu_login.sign_in(person.email, PASSWORD, QR_METHOD)
    desk.sees("one-time-code")


def shown(world: World, person: Persona, page: Page) -> str:
    """What the app shows, without network, once it scanned the page."""
    phone = world.phones.get(person.phone_id)
    phone.change(online=False)
    phone.scan(page.screenshot())
    return phone.one_time_code()


# The app.


def test_a_phone_without_network_signs_in_to_cpms(world: World, doctor: Persona, desk: Desk) -> None:
    desk.cpms.open()
    desk.cpms.start_sign_in()
    desk.eu_login.sign_in(doctor.email, PASSWORD, QR_METHOD)
    desk.sees("one-time-code")
    desk.eu_login.qr_code.scroll_into_view_if_needed()
    desk.eu_login.enter_one_time_password(shown(world, doctor, desk.page).lower())
    desk.cpms.is_at(FIRST_CPMS_PAGE)


def test_the_end_of_its_time_is_told_at_once_and_leads_to_other_methods(
    world: World, doctor: Persona, desk: Desk
) -> None:
    world.clock.freeze()
    ask(desk, doctor)
    world.clock.advance("PT10M")
    desk.sees("one-time-code", "timed-out")
    desk.eu_login.button("Try again").click()
    desk.eu_login.choose_method(QR_METHOD)
    desk.eu_login.enter_password(PASSWORD)
    world.settings.change({"device.pin_tries": 1})
    desk.eu_login.enter_one_time_password("22222222")
    desk.sees("one-time-code", "failed")
    desk.eu_login.button(OTHER_METHOD).click()
    desk.eu_login.choose_method("Password")
    desk.eu_login.enter_password(PASSWORD)
    desk.eu_login.is_at("successful-login")


def test_a_phone_that_is_blocked_meanwhile_is_told_at_once(world: World, doctor: Persona, desk: Desk) -> None:
    world.settings.change({"device.pin_tries": 1})
    wanted = "/login?authenticationLevel=MEDIUM"
    desk.eu_login.open(wanted)
    desk.eu_login.sign_in(doctor.email, PASSWORD, APP_METHOD)
    desk.eu_login.is_at("waiting", "pending")
    ask(desk, doctor, wanted)
    with pytest.raises(ProblemError, match="device"):
        world.phones.get(doctor.phone_id).approve("0000")
    desk.sees("one-time-code", "blocked")
    desk.eu_login.button(OTHER_METHOD).click()
    desk.eu_login.enter_password(PASSWORD)
    desk.eu_login.is_at("second-factor-needed")


# Any authenticator.


def test_an_authenticator_alone_leads_from_a_new_device_to_cpms(world: World, desk: Desk) -> None:
    """No phone of ours takes part."""
    world.settings.change({"one_time_code": "totp"})
    world.clock.freeze()
    doctor = world.personas.create("registered", **DOCTOR.fields)
    desk.eu_login.open("/mobile")
    desk.eu_login.sign_in(doctor.email, PASSWORD)
    desk.eu_login.fill_device(name="My authenticator", pin=PIN)
    desk.eu_login.button("Submit").click()
    desk.sees("device-qr", "waiting")
    totp = authenticator(desk.page)
    desk.eu_login.confirm_one_time_password("12345")
    expect(desk.eu_login.errors).to_contain_text("Enter the 6 digits that your authenticator app shows.")
    desk.eu_login.confirm_one_time_password(totp.at(world.clock.now()))
    desk.sees("device-qr", "initialised")
    desk.cpms.open()
    desk.cpms.start_sign_in()
    desk.sees("password")
    desk.eu_login.enter_password(PASSWORD)
    desk.sees("one-time-code")
    expect(desk.eu_login.qr_code).to_have_count(0)
    desk.eu_login.enter_one_time_password(totp.at(world.clock.now()))
    expect(desk.eu_login.errors).to_contain_text("Wait until your authenticator app shows other digits")
    world.clock.advance("PT30S")
    desk.eu_login.enter_one_time_password(totp.at(world.clock.now()))
    desk.cpms.is_at(FIRST_CPMS_PAGE)


# "On Mobile".


def test_on_a_phone_the_password_goes_where_it_is_not_needed(
    open_page: Callable[..., Page], playwright: Playwright, watch: Watch, world: World, doctor: Persona
) -> None:
    device = mobile(playwright)
    desk = Desk(open_page(**device), watch, world)
    desk.eu_login.open()
    desk.eu_login.enter_username(doctor.email)
    password = desk.page.locator("#password")
    password.fill("not sent")
    desk.eu_login.choose_method(ON_MOBILE)
    expect(password).to_be_hidden()
    desk.sees("password")
    desk.eu_login.choose_method(APP_METHOD)
    expect(password).to_have_value("not sent")
    desk.eu_login.choose_method(ON_MOBILE)
    with desk.page.expect_request(f"{world.addresses.phone}/open?*") as asked:
        desk.eu_login.button("Sign in").click()
    query = parse_qs(urlsplit(asked.value.url).query)
    assert query["account"] == [doctor.email]
    desk.page.goto(query["back"][0])
    desk.sees("waiting", "pending")
    expect(desk.eu_login.link("Open the EU Login app")).to_be_visible()
    world.phones.get(doctor.phone_id).approve(PIN)
    desk.eu_login.is_at("successful-login")
