"""Faults: armed in the control room, lived through, disarmed; every page says what is armed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.conftest import DOCTOR, PASSWORD, OpenHandset, tab_to
from e2e.watch import Watch
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.pages import Pages
from eulogin_harness.browser.screen import Screen
from eulogin_harness.client import World


class Room(Screen):
    """The page of the control room about faults."""

    @property
    def section(self) -> Locator:
        return self.page.get_by_role("region", name="Arm a fault")

    def arm(self, name: str, *, times: int | None = 1, person: str = "") -> None:
        self.section.get_by_label("Fault").select_option(name)
        self.section.get_by_label("Times").fill("" if times is None else str(times))
        self.section.get_by_label("For (e-mail").fill(person)
        self.section.get_by_role("button", name="Arm", exact=True).click()
        expect(self.page.get_by_text(f"Armed: {name}.")).to_be_visible()


@pytest.fixture
def room(open_page: Callable[..., Page], world: World) -> Room:
    room = Room(open_page(), world.addresses.desk)
    room.open("/faults")
    return room


def banner(page: Page) -> Locator:
    return page.locator(".mock-banner__faults")


def test_a_lost_mail_is_lived_through(
    room: Room, eu_login: EuLogin, eulogin_pages: Pages, world: World, watch: Watch
) -> None:
    expect(room.section).to_contain_text("Nothing is armed")
    room.arm("mail.lost")
    expect(banner(room.page)).to_have_text("Faults armed: mail.lost (1)")
    eu_login.open("/eim/external/register.cgi")
    expect(banner(eu_login.page)).to_have_text("Faults armed: mail.lost (1)")
    eu_login.fill_sign_up(**DOCTOR.names)
    eu_login.button("Create an account").click()
    eu_login.is_at("sign-up-sent")
    expect(banner(eu_login.page)).to_have_count(0)
    assert world.mails.list(to=DOCTOR.email) == []
    expect(room.section).to_contain_text("Nothing is armed")  # by itself
    eu_login.link("Get another message").click()
    watch.look(eu_login.page)
    eu_login.button("Get a password").click()
    eulogin_pages.open_mail(to=DOCTOR.email).mail_link("this link").click()
    eu_login.is_at("new-password")


def test_banner_and_panel_agree_also_when_a_fault_strikes_its_last_time(room: Room, world: World) -> None:
    """Whatever has the focus meanwhile: a keyboard goes on where it was, or at the list."""
    room.arm("mail.lost")
    room.arm("mail.late", times=2)
    room.section.get_by_role("button", name="Disarm mail.lost").focus()
    world.personas.create("invited")
    for page in (banner(room.page), room.section.locator("#live-faults")):
        expect(page).not_to_contain_text("mail.lost")
        expect(page).to_contain_text("mail.late")
    expect(room.section.locator("#live-faults")).to_be_focused()
    room.section.get_by_role("button", name="Disarm mail.late").focus()
    world.personas.create("invited")
    expect(banner(room.page)).to_have_text("Faults armed: mail.late (1)")
    expect(room.section.locator("[data-fault]")).to_contain_text("1 time")
    expect(room.section.get_by_role("button", name="Disarm mail.late")).to_be_focused()
    world.faults.disarm("mail.late")
    expect(banner(room.page)).to_have_count(0)
    expect(room.section).to_contain_text("Nothing is armed")


def test_cpms_that_is_not_available_says_so_and_is_tried_again(room: Room, world: World, watch: Watch) -> None:
    world.faults.arm("cpms.unavailable")
    cpms = Screen(room.page, world.addresses.cpms)
    cpms.open("/screen/home")
    cpms.is_at("unavailable")
    watch.look(cpms.page)
    cpms.link("Try again").click()
    cpms.is_at("home")


def test_eu_login_answers_nobody_until_it_is_disarmed(
    room: Room, eu_login: EuLogin, eulogin_handset: OpenHandset, world: World, watch: Watch
) -> None:
    doctor = world.personas.create("enrolled", **DOCTOR.fields)
    room.arm("eulogin.unavailable", times=None)
    room.arm("mail.twice", times=3, person="somebody.with.a.very.long.name@a-very-long-hospital-name.example")
    watch.look(room.page)
    eu_login.open("/login")
    eu_login.is_at("unavailable")
    watch.look(eu_login.page)
    eu_login.link("Try again").click()
    eu_login.is_at("unavailable")
    phone = eulogin_handset(doctor.phone_id)
    phone.open()
    expect(phone.page.get_by_role("main")).to_contain_text("does not answer")
    watch.look(phone.page)
    world.faults.disarm("eulogin.unavailable")
    with world.faults.armed("eulogin.error", status=503):
        eu_login.open("/login")
    eu_login.is_at("unavailable", "error")
    watch.look(eu_login.page)
    room.arm("eulogin.unavailable", times=None)
    eu_login.link("Disarm it in the control room").click()
    expect(eu_login.page.locator("#faults-heading")).to_be_in_viewport()
    button = room.section.get_by_role("button", name="Disarm eulogin.unavailable")
    tab_to(button)
    button.press("Enter")
    expect(room.page.get_by_text("Disarmed: eulogin.unavailable.")).to_be_visible()
    expect(room.section.locator("[data-fault]")).to_have_count(1)
    eu_login.open("/login")
    eu_login.sign_in(DOCTOR.email, PASSWORD)
    eu_login.is_at("successful-login")
