"""Chapter "The EU Login app, screen by screen": the app's life on the phone's page, and phones side by side."""

from collections.abc import Callable
from typing import cast

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import DOCTOR, PASSWORD, PIN, OpenHandset
from e2e.watch import Watch
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.handset import Handset
from eulogin_harness.browser.journeys import APP_METHOD, QR_METHOD
from eulogin_harness.browser.screen import Screen
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from eulogin_harness.guide.recorder import Guide
from mock_world.i18n import N_

FRAMED = {"width": 1200, "height": 960}  # the whole phone with its frame
OTHER = "ada@clinic.example"
NEW_PIN = "8642"

SHOWN_TWICE = N_("Without notifications and camera the app cannot be initialised; it says so, and where to allow them.")
STAYS_LISTED = N_("The phone stays in EU Login's list of mobile devices until it is deleted there.")
BROKEN = N_("Installing the app again does not bring the link back: delete the phone in EU Login and add it again.")


@pytest.fixture
def framed(open_page: Callable[..., Page], world: World, language: str) -> OpenHandset:
    """Shows a phone with its frame, as pictures need it."""

    def framed(phone_id: str) -> Handset:
        return Handset(open_page(viewport=FRAMED), f"{world.addresses.phone}/phones/{phone_id}", language)

    return framed


def seen(watch: Watch, handset: Handset, name: str, state: str = "ready") -> None:
    """Wait for a screen, and look at it."""
    handset.is_at(name, state)
    watch.look(handset.page)


@pytest.mark.chapter(7, N_("The EU Login app, screen by screen"))
@pytest.mark.slow
@pytest.mark.guide("G11", "G17", "G18", "G19", "G21", "G22")
def test_the_app_screen_by_screen(  # noqa: PLR0915 - a chapter is told in one go
    guide: Guide, world: World, eu_login: EuLogin, framed: OpenHandset, language: str
) -> None:
    world.personas.create("registered", **DOCTOR.fields, language=language)
    by_api = world.phones.create(owner=DOCTOR.email, installed=False)
    phone = framed(by_api.id)
    screen = phone.itself
    phone.open()
    phone.search_store("EU Login")
    with guide.step(N_("The app store finds the app by its name."), show=phone.button("Install"), only=screen):
        phone.button("Install").click()
    phone.link("Open").click()
    phone.is_at("phone-permission", "notifications")
    with guide.step(N_("Opened for the first time, the app asks whether it may send notifications."),
                    only=screen, note=SHOWN_TWICE):  # fmt: skip
        phone.allow("notifications")
    phone.is_at("phone-home", "welcome")
    with guide.step(N_("It is not linked to an account yet."), show=phone.link("Initialise"), only=screen):
        phone.link("Initialise").click()
    phone.is_at("phone-permission", "camera")
    with guide.step(N_("Before it scans for the first time, it asks for the camera."), only=screen):
        phone.allow("camera")
    phone.is_at("phone-scan")
    with guide.step(N_("It scans the QR code that EU Login shows when a mobile device is added."), only=screen):
        eu_login.open("/mobile")
        eu_login.sign_in(DOCTOR.email, PASSWORD)
        eu_login.fill_device(name=eu_login.text("My phone"), pin=PIN)
        eu_login.button("Submit").click()
        eu_login.is_at("device-qr", "waiting")
        phone.scan(eu_login.page.screenshot())
    phone.is_at("phone-pin")
    with guide.step(N_("The PIN code that was chosen on the computer confirms it."), only=screen):
        phone.authenticate(PIN)
    phone.is_at("phone-pin", "configured")
    with guide.step(N_("From now on this phone confirms sign-ins."), only=screen):
        phone.link("Continue").click()
    phone.is_at("phone-home")
    with guide.step(N_("At home nothing waits; the active account stands at the top."), only=screen):
        eu_login.log_out()
        eu_login.open("/login")
        eu_login.sign_in(DOCTOR.email, PASSWORD, APP_METHOD)
    phone.is_at("phone-request")
    with guide.step(N_("A sign-in on the computer appears by itself."), show=phone.go_on, only=screen):
        phone.go_on.click()
    phone.is_at("phone-request", "pin")
    with guide.step(N_("It is approved with the PIN code."), only=screen):
        phone.authenticate(PIN)
    phone.is_at("phone-home", "approved")
    with guide.step(N_("The computer goes on by itself."), only=screen):
        phone.link("Settings").click()
    phone.is_at("phone-settings")
    fingerprint = phone.page.get_by_role("switch", name=phone.text("Fingerprint"))
    with guide.step(N_("The settings, at the lower right: fingerprint or face can stand in for the PIN code."),
                    show=fingerprint, only=screen):  # fmt: skip
        by_api.change(biometrics="fingerprint")
        expect(fingerprint).to_be_checked()
    eu_login.log_out()
    eu_login.open("/login")
    eu_login.sign_in(DOCTOR.email, PASSWORD, APP_METHOD)
    phone.push.click()
    phone.is_at("phone-request")
    with guide.step(N_("Then a sign-in is approved with one touch."), show=phone.button("Use fingerprint"),
                    only=screen):  # fmt: skip
        phone.button("Use fingerprint").click()
    phone.is_at("phone-home", "approved")
    eu_login.log_out()
    eu_login.open("/login")
    eu_login.sign_in(DOCTOR.email, PASSWORD, QR_METHOD)
    eu_login.is_at("one-time-code")
    phone.link("Scan a QR code").click()
    phone.scan(eu_login.page.screenshot())
    phone.is_at("phone-code")
    with guide.step(N_("Without network the app scans the QR code of a sign-in, and shows a code to type there."),
                    only=screen):  # fmt: skip
        phone.button("Done").click()
    second = world.personas.create("device_added", **DOCTOR.fields | {"email": OTHER, "uid": "n00second"})
    phone.is_at("phone-home")
    by_api.scan(payload=second.qr_payload)
    phone.is_at("phone-pin")
    phone.authenticate(PIN)
    phone.is_at("phone-pin", "configured")
    phone.link("Continue").click()
    phone.link("Accounts").click()
    phone.is_at("phone-accounts")
    with guide.step(N_("The monogram at the top left leads to the accounts: the app holds several."),
                    show=phone.page.get_by_role("button", name=phone.text("Switch account")), only=screen):  # fmt: skip
        phone.open("/home")
    eu_login.open("/login")
    eu_login.sign_in(DOCTOR.email, PASSWORD, APP_METHOD)
    phone.is_at("phone-request", "other-account")
    with guide.step(N_("Where a sign-in asks another account than the active one, the app offers to switch."),
                    show=phone.button("Switch account"), only=screen):  # fmt: skip
        phone.button("Switch account").click()
    phone.is_at("phone-request")
    phone.button("Deny").click()
    phone.is_at("phone-home", "denied")
    phone.link("Settings").click()
    phone.link("Forgot PIN code").click()
    phone.is_at("phone-forgot-pin")
    with guide.step(N_("A forgotten PIN code is replaced with the password of EU Login."), only=screen):
        phone.choose_pin(PASSWORD, NEW_PIN)
    phone.is_at("phone-forgot-pin", "changed")
    with guide.step(N_("With the new PIN code, fingerprint and face are off again."), only=screen):
        phone.link("Continue").click()
    phone.open("/unlink")
    with guide.step(N_("An account is unlinked from the phone after a confirmation."),
                    show=phone.button("Unlink device"), only=screen, note=STAYS_LISTED):  # fmt: skip
        phone.button("Unlink device").click()
    phone.is_at("phone-home", "unlinked")
    phone.open("/system")
    with guide.step(N_("The phone has its own settings; a tester can make its clock wrong there."), only=screen):
        phone.link("Remove EU Login from this phone").click()
    phone.is_at("phone-remove")
    with guide.step(N_("Removing the app breaks its links."), show=phone.button("Remove the app"), only=screen,
                    note=BROKEN):  # fmt: skip
        phone.button("Remove the app").click()
    phone.is_at("phone-store")
    phone.install_app()
    phone.is_at("phone-home", "reinstalled")
    with guide.step(N_("Installed again, the app says what to do."), only=screen):
        expect(phone.link("Initialise")).to_be_visible()


# First start.


def new_phone(world: World) -> str:
    return world.phones.create(installed=False).id


def test_the_screen_that_misses_something_goes_on_when_it_is_there(
    watch: Watch, world: World, eulogin_handset: OpenHandset
) -> None:
    by_api = world.phones.create()
    by_api.change(screen_lock=False)
    phone = eulogin_handset(by_api.id)
    phone.open("/initialise")
    seen(watch, phone, "phone-missing")
    expect(phone.page.get_by_role("main")).to_contain_text("Screen lock")
    by_api.change(screen_lock=True)
    phone.is_at("phone-scan")


def test_the_first_start_goes_by_keyboard_alone(world: World, eulogin_handset: OpenHandset) -> None:
    phone = eulogin_handset(new_phone(world))
    phone.open()
    phone.field("Search for an app").focus()
    phone.page.keyboard.type("EU Login")
    phone.page.keyboard.press("Enter")
    press(phone, "Install")
    press(phone, "Open")
    phone.is_at("phone-permission", "notifications")
    press(phone, "Allow")
    press(phone, "Initialise")
    press(phone, "Allow")
    phone.is_at("phone-scan")


def press(phone: Handset, name: str) -> None:
    """Go by Tab to the link or button of that name, from the page's beginning, and press Enter."""
    phone.page.get_by_role("link", name=name, exact=True).or_(phone.button(name)).wait_for()
    for _ in range(30):
        phone.page.keyboard.press("Tab")
        if phone.page.evaluate("() => document.activeElement.innerText").strip() == name:
            phone.page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab does not reach {name}")


# Open screens go with what happens.


@pytest.mark.guide("G21")
def test_what_is_being_typed_is_not_lost_when_the_phone_is_changed_elsewhere_or_a_sign_in_comes(
    watch: Watch, world: World, phone: Handset, doctor: Persona, asks: Callable[[], None]
) -> None:
    phone.open("/forgot-pin")
    phone.field("EU Login password").fill("half of it")
    world.phones.get(doctor.phone_id).change(camera=False)
    expect(phone.push).to_contain_text("changed elsewhere")
    asks()
    expect(phone.push).to_contain_text("A sign-in waits for you")
    expect(phone.field("EU Login password")).to_have_value("half of it")
    watch.look(phone.page)
    phone.push.click()
    phone.is_at("phone-request")


def test_settings_show_what_was_changed_elsewhere(world: World, phone: Handset, doctor: Persona) -> None:
    phone.open("/system")
    by_api = world.phones.get(doctor.phone_id)
    by_api.change(online=False, clock_offset="PT5M")
    expect(phone.page.get_by_role("switch", name="Online")).not_to_be_checked()
    expect(phone.page.locator(".status")).to_contain_text("Offline")
    expect(phone.page.locator(".status")).to_contain_text("5 minutes fast")
    phone.field("The phone's clock is").select_option("right")
    phone.button("Set the clock").click()
    expect(phone.page.locator(".status")).not_to_contain_text("fast")


def test_a_phone_taken_back_elsewhere_leads_to_the_store(world: World, phone: Handset, doctor: Persona) -> None:
    world.phones.get(doctor.phone_id).uninstall()
    phone.is_at("phone-store")


# Phones side by side.


@pytest.fixture
def desk(open_page: Callable[..., Page], world: World) -> Screen:
    return Screen(open_page(viewport={"width": 1600, "height": 1000}), world.addresses.desk)


def in_frame(desk: Screen, phone_id: str) -> Handset:
    """The phone in its frame on the desk."""
    frame = desk.page.locator(f'iframe[name="{phone_id}"]').element_handle().content_frame()
    assert frame
    return Handset(cast("Page", frame), frame.url)  # elements are found in it as in a page


@pytest.mark.slow
@pytest.mark.guide("G21")
def test_phones_side_by_side_are_used_each_on_its_own(
    watch: Watch, world: World, desk: Screen, doctor: Persona, asks: Callable[[], None], eu_login: EuLogin
) -> None:
    desk.open("/")
    desk.page.get_by_role("navigation", name="Desk").get_by_role("link", name="Phones").click()
    desk.is_at("phones")
    watch.look(desk.page)
    for box in desk.page.get_by_role("checkbox").all():
        box.set_checked(doctor.phone_id in str(box.get_attribute("value")))
    desk.button("Show").click()
    expect(desk.page.locator("iframe")).to_have_count(1)
    desk.button("New phone").click()
    expect(desk.page.locator("iframe")).to_have_count(2)
    newest = world.phones.list()[-1].id
    fresh, used = in_frame(desk, newest), in_frame(desk, doctor.phone_id)
    fresh.install_app()
    fresh.is_at("phone-home", "welcome")
    asks()
    used.approve(PIN)
    eu_login.is_at("successful-login")
    fresh.is_at("phone-home", "welcome")


def test_five_phones_side_by_side_are_all_alive(
    world: World, desk: Screen, doctor: Persona, asks: Callable[[], None], eu_login: EuLogin
) -> None:
    others = [world.phones.create().id for _ in range(4)]
    desk.open("/phones?" + "&".join(f"phone={one}" for one in (doctor.phone_id, *others)))
    in_frame(desk, doctor.phone_id).is_at("phone-home")
    for one in others:
        in_frame(desk, one).is_at("phone-home", "welcome")
    asks()
    in_frame(desk, doctor.phone_id).approve(PIN)
    eu_login.is_at("successful-login")
    world.phones.get(others[0]).uninstall()
    in_frame(desk, others[0]).is_at("phone-store")


def test_each_phone_of_a_browser_that_comes_first_may_be_used(world: World, desk: Screen) -> None:
    """Their first pages are opened at once, and each begins a session."""
    others = [world.phones.create(allowed=False).id for _ in range(4)]
    desk.open("/phones?" + "&".join(f"phone={one}" for one in others))
    for one in others:
        in_frame(desk, one).is_at("phone-permission", "notifications")
    for one in others:
        in_frame(desk, one).button("Allow").click()
        in_frame(desk, one).is_at("phone-home", "welcome")
