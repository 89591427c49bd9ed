"""On Mobile: the browser runs on the phone, the app opens by itself and hands back (facts, the app, 12.4)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Playwright, expect

from e2e.conftest import PIN
from e2e.watch import Watch
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.handset import Handset, mobile
from eulogin_harness.browser.journeys import ON_MOBILE
from eulogin_harness.browser.pages import Pages
from eulogin_harness.browser.security_key import SecurityKey
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona

FROZEN = pytest.mark.eulogin_world(now="2026-11-27T10:00:00+01:00", frozen=True)


@pytest.fixture
def on_phone(open_page: Callable[..., Page], playwright: Playwright) -> Page:
    """A browser on a phone, as pages tell it from others."""
    return open_page(**mobile(playwright))


@pytest.fixture
def phone(on_phone: Page, world: World, doctor: Persona) -> Handset:
    return Handset(on_phone, f"{world.addresses.phone}/phones/{doctor.phone_id}")


@pytest.fixture
def eu_login(on_phone: Page, world: World) -> EuLogin:
    """EU Login in the phone's own browser."""
    return EuLogin(on_phone, world.addresses.idp + "/cas")


def sign_in(eu_login: EuLogin, doctor: Persona) -> None:
    eu_login.enter_username(doctor.email)
    eu_login.choose_method(ON_MOBILE)
    eu_login.button("Sign in").click()


def test_a_doctor_reaches_cpms_from_a_phone(doctor: Persona, world: World, eu_login: EuLogin, phone: Handset) -> None:
    cpms = Cpms(eu_login.page, world.addresses.cpms)
    cpms.open()
    cpms.start_sign_in()
    sign_in(eu_login, doctor)
    phone.is_at("phone-request")
    phone.go_on.click()
    phone.authenticate("0000")
    expect(phone.page.get_by_role("alert")).to_contain_text("Tries left: 4")
    phone.page.reload()
    phone.authenticate(PIN)
    cpms.is_at("complete-profile")


def test_the_finger_answers_and_hands_back(doctor: Persona, eu_login: EuLogin, phone: Handset) -> None:
    SecurityKey.add(phone.page, platform=True)
    phone.open("/settings")
    phone.switch_biometrics_on()
    eu_login.open("/login")
    sign_in(eu_login, doctor)
    phone.button("Use fingerprint").click()
    eu_login.is_at("successful-login")


def test_the_browsers_own_back_button_and_the_apps_link_lead_back(
    doctor: Persona, eu_login: EuLogin, phone: Handset
) -> None:
    eu_login.open("/login")
    sign_in(eu_login, doctor)
    phone.go_on.click()
    phone.is_at("phone-request", "pin")
    phone.page.go_back()
    phone.is_at("phone-request")
    phone.link("Back to the browser").click()
    eu_login.is_at("waiting", "pending")
    phone.page.go_back()
    phone.go_on.click()
    phone.authenticate(PIN)
    eu_login.is_at("successful-login")


@FROZEN
def test_a_request_that_lapses_in_the_app_leads_back_to_the_browser(
    world: World, doctor: Persona, eu_login: EuLogin, phone: Handset
) -> None:
    eu_login.open("/login")
    sign_in(eu_login, doctor)
    phone.is_at("phone-request")
    world.clock.advance(minutes=10)
    eu_login.is_at("waiting", "timed-out")


def test_with_a_phone_that_approves_by_itself_the_browser_goes_on(
    world: World, doctor: Persona, eu_login: EuLogin
) -> None:
    world.phones.get(doctor.phone_id).change(auto_approve=True)
    for _ in range(3):  # the app opens before or after the approval
        eu_login.open("/login")
        sign_in(eu_login, doctor)
        eu_login.is_at("successful-login")
        eu_login.open("/logout")
        eu_login.button("Log me out").click()


def test_of_two_phones_one_is_chosen_and_remembered(
    open_page: Callable[..., Page], watch: Watch, world: World, doctor: Persona, eu_login: EuLogin, phone: Handset
) -> None:
    computer = EuLogin(open_page(), world.addresses.idp + "/cas")
    Pages(computer.page, world).start_session(doctor.email)
    computer.open("/mobile")
    computer.fill_device(name="Second phone", pin="1470")
    computer.button("Submit").click()
    computer.is_at("device-qr", "waiting")
    second = world.phones.create()
    second.scan(computer.page.screenshot())
    second.initialise("1470")
    eu_login.open("/login")
    sign_in(eu_login, doctor)
    phone.is_at("phone-opening", "choose")
    watch.look(phone.page)
    phone.page.get_by_role("link", name=second.id).click()
    phone.go_on.click()
    phone.authenticate("1470")
    eu_login.is_at("successful-login")
    eu_login.open("/logout")
    eu_login.button("Log me out").click()
    eu_login.open("/login")
    sign_in(eu_login, doctor)
    phone.button("Deny").click()
    eu_login.is_at("waiting", "denied")


def test_a_phone_without_network_or_without_the_app_says_so_with_the_way_back(
    watch: Watch, world: World, doctor: Persona, eu_login: EuLogin, phone: Handset
) -> None:
    by_api = world.phones.get(doctor.phone_id)
    by_api.change(online=False)
    eu_login.open("/login")
    sign_in(eu_login, doctor)
    phone.is_at("phone-opening", "refused")
    expect(phone.page.get_by_role("alert")).to_contain_text("Go online first")
    watch.look(phone.page)
    by_api.uninstall()
    phone.page.reload()
    phone.is_at("phone-opening", "missing")
    watch.look(phone.page)
    phone.link("Back to the browser").click()
    eu_login.is_at("waiting", "pending")
