"""The EU Login app on the phone's page, and phones side by side."""

from collections.abc import Callable
from typing import cast

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import PIN, OpenHandset
from e2e.watch import Watch
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.handset import Handset
from eulogin_harness.browser.screen import Screen
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from eulogin_harness.guide.scenarios.app import app
from eulogin_harness.guide.walkthrough import Walkthrough


def seen(watch: Watch, handset: Handset, name: str, state: str = "ready") -> None:
    """Wait for a screen, and look at it."""
    handset.is_at(name, state)
    watch.look(handset.page)


@pytest.mark.slow
@pytest.mark.guide("G11", "G17", "G18", "G19", "G21", "G22")
def test_the_app_screen_by_screen(walkthrough: Walkthrough) -> None:
    app(walkthrough)


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
    watch: Watch, world: World, phone: Handset, doctor: Persona, asks_unseen: Callable[[], None]
) -> None:
    phone.open("/forgot-pin")
    phone.field("EU Login password").fill("half of it")
    world.phones.get(doctor.phone_id).change(camera=False)
    expect(phone.push).to_contain_text("changed elsewhere")
    asks_unseen()
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
