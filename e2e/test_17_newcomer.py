"""Somebody who never saw the app links a phone and signs in, by what the screens say alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import BOTH_WIDTHS, DOCTOR, PASSWORD, PIN
from eulogin_harness.browser.checks import Watch
from eulogin_harness.client import World


@pytest.fixture
def computer(open_page: Callable[..., Page], viewport: dict[str, int]) -> Page:
    return open_page(viewport=viewport)


@pytest.fixture
def phone(open_page: Callable[..., Page], viewport: dict[str, int]) -> Page:
    """A phone in a browser window of its own."""
    return open_page(viewport=viewport, has_touch=True)


def press(page: Page, name: str) -> None:
    """Press the button or follow the link of that name; a newcomer looks for nothing else."""
    page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True)).click()


def fill(page: Page, label: str, value: str) -> None:
    page.get_by_label(label, exact=True).fill(value)


def reads(page: Page, words: str) -> None:
    expect(page.get_by_role("main").get_by_text(words).first).to_be_visible()


@BOTH_WIDTHS
@pytest.mark.guide("G12", "G13", "G14", "G17", "G18", "G19", "G20", "G21")
def test_a_newcomer_links_a_phone_and_signs_in(computer: Page, phone: Page, world: World, watch: Watch) -> None:
    doctor = world.personas.create("registered", **DOCTOR.fields)
    computer.goto(f"{world.addresses.idp}/cas/login")
    fill(computer, "Enter your e-mail address or unique identifier", doctor.email)
    press(computer, "Next")
    computer.get_by_role("textbox", name="Password", exact=True).fill(PASSWORD)
    press(computer, "Sign in")
    computer.get_by_role("main").get_by_role("link", name="My Account").click()
    press(computer, "Manage my mobile devices")
    press(computer, "Add a mobile device")
    watch.look(computer)
    fill(computer, "Your device name", "My phone")
    fill(computer, "Your 4 digit PIN code", PIN)
    fill(computer, "Confirm your PIN code", PIN)
    press(computer, "Submit")
    watch.look(computer)

    phone.goto(world.addresses.phone)
    press(phone, "Get a new phone")
    fill(phone, "Search for an app", "EU Login")
    press(phone, "Search")
    press(phone, "Install")
    watch.look(phone)
    press(phone, "Open")
    watch.look(phone)
    press(phone, "Allow")
    watch.look(phone)
    press(phone, "Initialise")
    press(phone, "Allow")
    watch.look(phone)
    picture = computer.get_by_role("img", name="QR code to initialise the EU Login app").screenshot()
    phone.get_by_label("Picture of the QR code").set_input_files(
        {"name": "photo.png", "mimeType": "image/png", "buffer": picture}
    )
    press(phone, "Scan")
    watch.look(phone)
    fill(phone, "Your 4 digit PIN code", PIN)
    press(phone, "Authenticate")
    watch.look(phone)
    press(phone, "Continue")
    reads(phone, "No request is waiting.")
    watch.look(computer)
    press(computer, "Done")

    computer.goto(f"{world.addresses.idp}/cas/logout")
    press(computer, "Log me out")
    press(computer, "Sign in")
    fill(computer, "Enter your e-mail address or unique identifier", doctor.email)
    press(computer, "Next")
    computer.get_by_role("button", name="Choose your verification method").click()
    computer.get_by_role("option", name="EU Login Mobile App PIN Code").click()
    computer.get_by_role("textbox", name="Password", exact=True).fill(PASSWORD)
    press(computer, "Sign in")
    watch.look(computer)

    reads(phone, "Continue only if it is you who signs in.")
    watch.look(phone)
    press(phone, "Continue")
    watch.look(phone)
    fill(phone, "Your 4 digit PIN code", PIN)
    press(phone, "Authenticate")
    reads(phone, "Approved")
    watch.look(phone)
    reads(computer, f"You are signed in as {DOCTOR.first_name} {DOCTOR.last_name}.")
    watch.look(computer)
