"""What changes by itself beside the account pages: the phone after PANIC, and the page of a QR code."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import DOCTOR, PIN, Desk
from e2e.watch import Watch
from eulogin_harness.browser.handset import Handset
from eulogin_harness.browser.my_account import MyAccount
from eulogin_harness.client import ProblemError, World
from eulogin_harness.documents.people import Persona


def test_panic_deletes_all_devices_and_the_phone_shows_it(
    desk: Desk, world: World, doctor: Persona, phone: Handset, watch: Watch
) -> None:
    desk.start_session(doctor.email)
    account = MyAccount(desk.page, desk.eu_login.url)
    account.open_entry("Delete all my devices and eID (PANIC)")
    desk.sees("panic")
    account.button("Delete all").click()
    desk.sees("panic", "empty")
    expect(phone.page.get_by_text("No longer linked")).to_be_visible()
    phone.is_at("phone-home", "not-linked")
    watch.look(phone.page)


def test_the_page_of_a_qr_code_goes_through_its_states_by_itself(desk: Desk, world: World) -> None:
    desk.start_session(world.personas.create("registered", **DOCTOR.fields).email)

    def add_again() -> None:
        desk.eu_login.open("/mobile")
        desk.eu_login.fill_device(name="My phone", pin=PIN)
        desk.eu_login.button("Submit").click()
        desk.sees("device-qr", "waiting")

    add_again()
    world.clock.advance(minutes=10)
    desk.sees("device-qr", "expired")
    desk.eu_login.button("Delete this device").click()
    desk.eu_login.is_at("devices")
    add_again()
    phone = world.phones.create()
    picture = desk.page.screenshot()
    for _ in range(5):
        phone.scan(image=picture)
        with pytest.raises(ProblemError, match="PIN"):
            phone.initialise("0000")
    desk.sees("device-qr", "blocked")
    desk.eu_login.link("Done").click()
    desk.sees("devices")
    add_again()
    other_tab = MyAccount(desk.page.context.new_page(), desk.eu_login.url)
    other_tab.open_entry("Manage my mobile devices")
    other_tab.page.get_by_role("link", name="Delete").last.click()
    other_tab.button("Delete").click()
    desk.sees("device-qr", "deleted")
    desk.eu_login.link("Add a mobile device").click()
    desk.eu_login.is_at("add-device")
