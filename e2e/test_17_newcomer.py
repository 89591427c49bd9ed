"""Somebody who never saw the app links a phone and signs in, by what the screens say alone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import BOTH_WIDTHS, DOCTOR, PASSWORD, PIN
from eulogin_harness.browser.checks import Watch
from eulogin_harness.client import World
from eulogin_harness.client.places import CpmsPlaces

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload


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


class Newcomer:
    """At a computer and with a phone; looks at each new screen."""

    def __init__(self, computer: Page, phone: Page, world: World, watch: Watch) -> None:
        self.computer, self.phone, self.places, self.look = computer, phone, world.addresses, watch.look

    def types_password(self) -> None:
        self.computer.get_by_role("textbox", name="Password", exact=True).fill(PASSWORD)
        press(self.computer, "Sign in")

    def types_address(self) -> None:
        fill(self.computer, "Enter your e-mail address or unique identifier", DOCTOR.email)
        press(self.computer, "Next")

    def types_pin(self) -> None:
        self.look(self.phone)
        fill(self.phone, "Your 4 digit PIN code", PIN)
        press(self.phone, "Authenticate")

    def adds_a_device(self) -> None:
        self.computer.goto(f"{self.places.idp}/cas/login")
        self.types_address()
        self.types_password()
        self.computer.get_by_role("main").get_by_role("link", name="My Account").click()
        press(self.computer, "Manage my mobile devices")
        press(self.computer, "Add a mobile device")
        self.look(self.computer)
        fill(self.computer, "Your device name", "My phone")
        fill(self.computer, "Your 4 digit PIN code", PIN)
        fill(self.computer, "Confirm your PIN code", PIN)
        press(self.computer, "Submit")
        self.look(self.computer)

    def installs_the_app(self) -> None:
        self.phone.goto(self.places.phone)
        press(self.phone, "Get a new phone")
        fill(self.phone, "Search for an app", "EU Login")
        for name in ("Search", "Install", "Open", "Allow"):
            press(self.phone, name)
            self.look(self.phone)

    def initialises_it(self) -> None:
        press(self.phone, "Initialise")
        press(self.phone, "Allow")
        self.look(self.phone)
        picture = self.computer.get_by_role("img", name="QR code to initialise the EU Login app").screenshot()
        photo: FilePayload = {"name": "photo.png", "mimeType": "image/png", "buffer": picture}
        self.phone.get_by_label("Picture of the QR code").set_input_files(photo)
        press(self.phone, "Scan")
        self.types_pin()
        reads(self.phone, "Your device is configured")
        self.look(self.phone)
        press(self.phone, "Continue")
        reads(self.computer, "is linked to your account")
        self.look(self.computer)
        press(self.computer, "Done")

    def signs_out(self) -> None:
        self.computer.goto(f"{self.places.idp}/cas/logout")
        press(self.computer, "Log me out")
        press(self.computer, "Sign in")

    def signs_in(self) -> None:
        self.types_address()
        self.computer.get_by_role("button", name="Choose your verification method").click()
        self.computer.get_by_role("option", name="EU Login Mobile App PIN Code").click()
        self.types_password()
        self.look(self.computer)
        reads(self.phone, "Continue only if it is you who signs in.")
        self.look(self.phone)
        press(self.phone, "Continue")
        self.types_pin()


@BOTH_WIDTHS
@pytest.mark.guide("G12", "G13", "G14", "G17", "G18", "G19", "G20", "G21")
def test_a_newcomer_links_a_phone_and_signs_in(computer: Page, phone: Page, world: World, watch: Watch) -> None:
    world.personas.create("registered", **DOCTOR.fields)
    newcomer = Newcomer(computer, phone, world, watch)
    newcomer.adds_a_device()
    newcomer.installs_the_app()
    newcomer.initialises_it()
    reads(phone, "No request is waiting.")
    newcomer.signs_out()
    newcomer.signs_in()
    reads(phone, "Approved")
    watch.look(phone)
    reads(computer, f"You are signed in as {DOCTOR.first_name} {DOCTOR.last_name}.")
    watch.look(computer)


def test_the_example_of_the_docs_runs(computer: Page, world: World) -> None:
    text = (Path(__file__).parent.parent / "docs" / "phone.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert code
    names: dict[str, Any] = {}
    exec(code[1], names)  # noqa: S102 - our own page
    names["test_a_doctor_signs_in"](world.personas.create, world, computer, CpmsPlaces(world.addresses.cpms))
