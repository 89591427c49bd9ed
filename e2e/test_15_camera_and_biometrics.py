"""The phone's page: the camera, requests as they come and go, fingerprint and face (guide, G17, G21 and G22)."""

import io
from collections.abc import Callable

import pytest
import qrcode
from playwright.sync_api import Page, expect

from e2e.conftest import DOCTOR, PASSWORD, PIN, OpenHandset
from e2e.watch import Watch
from eulogin_harness.browser.camera import Camera
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.handset import Handset
from eulogin_harness.browser.journeys import APP_METHOD, QR_METHOD
from eulogin_harness.browser.pages import Pages
from eulogin_harness.browser.security_key import SecurityKey
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona

FROZEN = pytest.mark.eulogin_world(now="2026-11-27T10:00:00+01:00", frozen=True)


def picture_of(address: str) -> bytes:
    file = io.BytesIO()
    qrcode.make(address).save(file)
    return file.getvalue()


def told(handset: Handset, watch: Watch, page: str, state: str, words: str) -> None:
    handset.is_at(page, state)
    expect(handset.page.locator("main")).to_contain_text(words)
    watch.look(handset.page)


# The camera.


@pytest.fixture
def app(eulogin_handset: OpenHandset, world: World) -> Handset:
    """A phone on which the app is installed, and may use the camera; no account is linked to it."""
    return eulogin_handset(world.phones.create().id)


def show_new_device(pages: Pages) -> bytes:
    """The computer's screen with the QR code of a new device."""
    pages.start_session(DOCTOR.email)
    eu_login = pages.eu_login
    eu_login.open("/mobile")
    eu_login.fill_device(name="My phone", pin=PIN)
    eu_login.button("Submit").click()
    eu_login.is_at("device-qr", "waiting")
    return eu_login.page.screenshot()


@pytest.mark.slow  # what it promises is shown by shorter scenarios too
@pytest.mark.guide("G17")
@pytest.mark.parametrize("button", ["Use the camera", "Scan a window"])
def test_the_camera_finds_the_code_on_the_computers_screen(
    watch: Watch, world: World, eulogin_pages: Pages, app: Handset, button: str
) -> None:
    world.personas.create("registered", **DOCTOR.fields)
    camera, handset = Camera.add(app.page), app
    handset.open("/scan")
    expect(handset.button("Use the camera")).to_contain_class("button--main")
    expect(handset.button("Scan")).not_to_contain_class("button--main")
    handset.button(button).click()
    expect(handset.camera_says).to_have_text("Hold the whole QR code in the frame.")
    camera.show(picture_of("https://shop.example/"))
    expect(handset.camera_says).to_contain_text("this is another one")
    watch.look(handset.page)
    camera.show(show_new_device(eulogin_pages))
    handset.authenticate(PIN)
    handset.is_at("phone-pin", "configured")
    eulogin_pages.eu_login.is_at("device-qr", "initialised")
    assert len(world.events.list(type="phone.code_foreign")) == 1


def test_the_camera_opens_by_itself_where_it_was_allowed_before(world: World, app: Handset) -> None:
    ada = world.personas.create("device_added")
    app.page.context.grant_permissions(["camera"])
    camera = Camera.add(app.page)
    app.open("/scan")
    camera.show(picture_of(ada.qr_payload or ""))
    app.is_at("phone-pin")


def test_without_a_camera_other_ways_are_named(watch: Watch, app: Handset) -> None:
    app.open("/scan")
    app.scan_with_camera()
    expect(app.camera_says).to_contain_text("Choose a picture below")
    watch.look(app.page)


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_screenshot_is_dropped_or_pasted(world: World, app: Handset, event: str) -> None:
    ada = world.personas.create("device_added")
    app.open("/scan")
    app.page.evaluate(
        """([name, picture]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(picture)], "screen.png", { type: "image/png" }));
          const options = { bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data };
          const happens = name === "drop" ? new DragEvent(name, options) : new ClipboardEvent(name, options);
          document.getElementById("picture").dispatchEvent(happens);
        }""",
        [event, list(picture_of(ada.qr_payload or ""))],
    )
    app.button("Scan").click()
    app.is_at("phone-pin")


def test_the_code_of_a_sign_in_becomes_a_one_time_code(
    open_page: Callable[..., Page],
    watch: Watch,
    world: World,
    doctor: Persona,
    eu_login: EuLogin,
) -> None:
    phone = Handset(open_page(), f"{world.addresses.phone}/phones/{doctor.phone_id}")
    camera = Camera.add(phone.page)
    eu_login.open("/login")
    eu_login.sign_in(doctor.email, PASSWORD, QR_METHOD)
    eu_login.is_at("one-time-code")
    world.phones.get(doctor.phone_id).change(online=False)
    phone.open("/scan")
    phone.scan_with_camera()
    camera.show(eu_login.page.screenshot())
    told(phone, watch, "phone-code", "ready", "Type this code on your computer")
    eu_login.page.get_by_role("textbox").first.fill(phone.one_time_code.inner_text())
    eu_login.button("Sign in").click()
    eu_login.is_at("successful-login")
    phone.button("Done").click()
    phone.is_at("phone-home", "trouble")  # it has no network still


@FROZEN
def test_six_digits_change_by_the_phones_clock(watch: Watch, world: World, phone: Handset) -> None:
    world.settings.change({"one_time_code": "totp"})
    phone.page.reload()
    phone.link("Show a one-time code").click()
    told(phone, watch, "phone-code", "totp", "Good for 30 more seconds.")
    before = phone.one_time_code.inner_text()
    world.clock.advance(seconds=30)
    expect(phone.page.locator("#one-time-code")).not_to_have_text(before.replace("\n", ""))
    phone.link("Done").click()
    phone.is_at("phone-home")


# Requests come and go.


@FROZEN
def test_a_request_that_lapses_on_the_screen_is_told(
    watch: Watch, world: World, phone: Handset, asks_unseen: Callable[[], None]
) -> None:
    asks_unseen()
    phone.is_at("phone-request")
    phone.go_on.click()
    phone.is_at("phone-request", "pin")
    world.clock.advance(minutes=10)
    told(phone, watch, "phone-home", "lapsed", "This request has lapsed.")


def test_a_request_that_is_answered_elsewhere_is_told(
    watch: Watch, world: World, doctor: Persona, phone: Handset, asks_unseen: Callable[[], None]
) -> None:
    asks_unseen()
    phone.is_at("phone-request")
    world.phones.get(doctor.phone_id).deny()
    told(phone, watch, "phone-home", "closed", "This request is no longer open.")


def test_a_second_request_does_not_take_the_first_from_the_screen(
    open_page: Callable[..., Page], world: World, doctor: Persona, phone: Handset, asks_unseen: Callable[[], None]
) -> None:
    asks_unseen()
    phone.is_at("phone-request")
    phone.go_on.click()
    phone.pin.fill("25")
    other = EuLogin(open_page(), world.addresses.idp + "/cas")
    with phone.page.expect_response("**/live?**"):
        other.open("/login")
        other.sign_in(doctor.email, PASSWORD, APP_METHOD)
    other.is_at("waiting", "pending")
    expect(phone.pin).to_have_value("25")
    phone.authenticate(PIN)
    phone.is_at("phone-home", "approved")
    phone.link("Continue to EU Login").click()
    phone.approve(PIN)


# Fingerprint and face.


@pytest.fixture
def finger(phone: Handset) -> SecurityKey:
    """The phone's own sensor, and somebody whom it recognises."""
    return SecurityKey.add(phone.page, platform=True)


@pytest.mark.guide("G22")
def test_biometrics_are_enrolled_say_no_and_yes_and_leave_the_pin(
    watch: Watch,
    eu_login: EuLogin,
    phone: Handset,
    finger: SecurityKey,
    asks: Callable[[], None],
) -> None:
    finger.set_user_verified(False)
    phone.link("Settings").click()
    phone.page.get_by_role("switch", name="Fingerprint").click()
    told(phone, watch, "phone-sensor", "failed", "you were not recognised")
    finger.set_user_verified(True)
    phone.button("Try again").click()
    phone.is_at("phone-settings")
    expect(phone.page.get_by_role("switch", name="Fingerprint")).to_be_checked()
    phone.link("Home").click()
    asks()
    phone.use_biometrics("fingerprint")
    eu_login.is_at("successful-login")
    eu_login.open("/logout")
    eu_login.button("Log me out").click()
    phone.open("/settings")
    phone.page.get_by_role("switch", name="Face recognition").click()
    phone.is_at("phone-settings")
    expect(phone.page.get_by_role("switch", name="Face recognition")).to_be_checked()
    finger.set_user_verified(False)
    phone.link("Home").click()
    asks()
    phone.button("Use face").click()
    told(phone, watch, "phone-sensor", "failed", "you were not recognised")
    phone.link("Use PIN").click()
    phone.authenticate(PIN)
    phone.is_at("phone-home", "approved")
    eu_login.is_at("successful-login")


def test_a_prompt_that_waits_can_be_left_for_the_pin(
    watch: Watch, phone: Handset, finger: SecurityKey, asks_unseen: Callable[[], None]
) -> None:
    phone.link("Settings").click()
    phone.switch_biometrics_on()
    finger.set_touched(False)
    phone.link("Home").click()
    asks_unseen()
    phone.button("Use fingerprint").click()
    told(phone, watch, "phone-sensor", "ready", "Touch the fingerprint sensor")
    phone.link("Use PIN").click()
    phone.authenticate(PIN)
    phone.is_at("phone-home", "approved")


def test_a_browser_without_a_sensor_says_how_biometrics_are_had(
    watch: Watch, world: World, doctor: Persona, phone: Handset, asks_unseen: Callable[[], None]
) -> None:
    phone.link("Settings").click()
    phone.page.get_by_role("switch", name="Fingerprint").click()
    told(phone, watch, "phone-sensor", "failed", f"PATCH /api/phones/{doctor.phone_id}")
    phone.link("Cancel").click()
    phone.is_at("phone-settings")
    world.phones.get(doctor.phone_id).change(biometrics="fingerprint")
    phone.link("Home").click()
    asks_unseen()
    phone.use_biometrics()
