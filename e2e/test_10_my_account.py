"""The account pages: details, configuration, devices, PANIC, deletion."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import BOTH_WIDTHS, DOCTOR, PASSWORD, PIN, Hold, Mails
from eulogin_harness.browser.checks import Watch
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.browser.my_account import MyAccount
from eulogin_harness.client import ProblemError, World

ALWAYS = "Always require multi-factor authentication"
NEW_EMAIL = "ada@clinic.example"
OpenPage = Callable[..., Page]


class Desk:
    """A computer at which EU Login is used, with an eye on every page that is passed."""

    def __init__(self, page: Page, watch: Watch, world: World) -> None:
        self.eu_login = EuLogin(page, world.addresses.idp + "/cas")
        self.account = MyAccount(page, self.eu_login.url)
        self.page, self._watch = page, watch

    def sign_in(self, method: str = "Password", path: str = "/login") -> None:
        self.eu_login.open(path)
        self.eu_login.sign_in(DOCTOR.email, PASSWORD, method)

    def sees(self, name: str, state: str = "ready") -> None:
        self.account.is_at(name, state)
        self._watch.look(self.page)


@pytest.fixture
def desk(open_page: OpenPage, watch: Watch, world: World, viewport: dict[str, int]) -> Desk:
    return Desk(open_page(viewport=viewport), watch, world)


@BOTH_WIDTHS
def test_my_account_leads_to_details_and_configuration(desk: Desk, world: World, viewport: dict[str, int]) -> None:
    world.personas.create("registered", **DOCTOR.fields)
    desk.sign_in()
    desk.account.open("/userdata/myAccount.cgi")
    desk.sees("account")
    expect(desk.account.entries).to_have_text([
        "My account details", "Configure my account", "Manage my mobile devices", "Manage my security keys",
        "Change my password", "Delete all my devices and eID (PANIC)", "Delete my account",
    ])  # fmt: skip
    desk.account.link("My account details").click()
    desk.sees("account-details")
    expect(desk.page.get_by_text("LOW (10)")).to_be_visible()
    desk.account.link("Configure my account").click()
    desk.sees("configure-account")
    desk.account.field("First name").fill("Zoë")
    desk.account.box("Warn me each time an application asks for my identity").check()
    desk.account.submit()
    desk.sees("configure-account", "updated")
    expect(desk.page.get_by_role("status")).to_contain_text("Your account has been successfully updated.")
    expect(desk.account.field("First name")).to_have_value("Zoë")


@BOTH_WIDTHS
def test_a_new_address_is_confirmed_by_its_mail(
    desk: Desk, world: World, mails: Mails, computer: Page, watch: Watch, viewport: dict[str, int]
) -> None:
    world.personas.create("registered", **DOCTOR.fields)
    desk.sign_in(path="/userdata/configureMyAccount.cgi")
    desk.account.field("E-mail").fill(NEW_EMAIL)
    desk.account.submit()
    desk.sees("configure-account", "updated")
    expect(desk.page.get_by_role("status")).to_contain_text(f"We sent a message to {NEW_EMAIL}")
    link = world.mails.wait(to=NEW_EMAIL, subject="confirm your e-mail address").links[0]
    assert link.text == "this link"
    mails.open(to=NEW_EMAIL).mail_link("this link").click()
    reader = MyAccount(computer, desk.account.url)
    reader.is_at("confirm-email", "ready")
    desk.page.goto(link.url)
    desk.sees("confirm-email", "ready")
    desk.account.button("Confirm").click()
    desk.sees("confirm-email", "confirmed")
    reader.button("Confirm").click()
    reader.is_at("confirm-email", "confirmed")
    assert "was changed to ada@clinic.example" in world.mails.list(to=DOCTOR.email)[-1].text


def test_a_link_that_is_too_old_leads_back_to_the_configuration(desk: Desk, world: World) -> None:
    world.personas.create("registered", **DOCTOR.fields)
    desk.sign_in(path="/userdata/configureMyAccount.cgi")
    desk.account.field("E-mail").fill(NEW_EMAIL)
    desk.account.submit()
    link = world.mails.wait(to=NEW_EMAIL).links[0]
    world.clock.advance(minutes=5)
    desk.page.goto(link.url)
    desk.sees("confirm-email", "refused")
    desk.account.link("Configure my account").click()
    expect(desk.account.field("E-mail")).to_have_value(DOCTOR.email)


def test_always_requiring_two_factors_asks_for_the_factor_and_keeps_what_was_typed(desk: Desk, world: World) -> None:
    doctor = world.personas.create("enrolled", **DOCTOR.fields)
    desk.sign_in(path="/userdata/configureMyAccount.cgi")
    desk.account.box(ALWAYS).check()
    desk.account.field("Last name").fill("Borg")
    desk.account.submit()
    desk.account.is_at("password")
    desk.eu_login.enter_password(PASSWORD)
    desk.account.is_at("waiting", "pending")
    world.phones.get(doctor.phone_id).approve(PIN)
    desk.sees("configure-account", "submit-again")
    expect(desk.account.box(ALWAYS)).to_be_checked()
    expect(desk.account.field("Last name")).to_have_value("Borg")
    desk.account.submit()
    desk.account.is_at("configure-account", "updated")
    assert world.personas.get(doctor.id).always_two_factors
    desk.account.open_entry("Manage my mobile devices")
    desk.page.get_by_role("link", name="Delete").click()
    desk.account.button("Delete").click()
    desk.sees("confirm")
    expect(desk.account.errors).to_contain_text("Add another factor first")


@BOTH_WIDTHS
def test_panic_deletes_all_devices_and_the_phone_shows_it(
    desk: Desk, world: World, hold: Hold, viewport: dict[str, int]
) -> None:
    doctor = world.personas.create("enrolled", **DOCTOR.fields)
    handset = hold(doctor.phone_id)
    handset.open()
    handset.is_at("phone-home")
    desk.sign_in()
    desk.account.open_entry("Delete all my devices and eID (PANIC)")
    desk.sees("panic")
    desk.account.button("Delete all").click()
    desk.sees("panic", "empty")
    expect(handset.page.get_by_text("No longer linked")).to_be_visible()
    desk.account.open("/logout")
    desk.account.button("Log me out").click()
    desk.sign_in()
    desk.account.is_at("successful-login")


def test_staff_ask_their_service_desk(desk: Desk, world: World) -> None:
    world.personas.create("registered", domain="eu.europa.ec", assurance_level="TOP", **DOCTOR.fields)
    desk.sign_in()
    desk.account.open_entry("Delete all my devices and eID (PANIC)")
    desk.sees("panic", "staff")
    desk.account.open_entry("Delete my account")
    desk.sees("delete-account", "staff")
    desk.account.open_entry("Configure my account")
    desk.sees("configure-account")
    expect(desk.account.field("E-mail")).not_to_be_editable()


@BOTH_WIDTHS
def test_an_account_is_deleted_with_its_password(desk: Desk, world: World, viewport: dict[str, int]) -> None:
    world.personas.create("enrolled", **DOCTOR.fields)
    desk.sign_in()
    desk.account.open_entry("Delete my account")
    desk.sees("delete-account")
    desk.account.delete_account("wrong")
    expect(desk.account.errors).to_contain_text("Tries left: 4")
    desk.account.delete_account(PASSWORD)
    desk.sees("account-deleted")
    desk.account.link("Go to the sign-in page").click()
    desk.eu_login.enter_username(DOCTOR.email)
    expect(desk.account.errors).to_contain_text("we know no user")


@BOTH_WIDTHS
def test_devices_are_listed_with_their_states(desk: Desk, world: World, viewport: dict[str, int]) -> None:
    doctor = world.personas.create("enrolled", **DOCTOR.fields)
    phone = world.phones.get(doctor.phone_id)
    desk.sign_in(APP_METHOD, path="/mobile")
    desk.account.is_at("waiting", "pending")
    phone.approve(PIN)
    desk.account.is_at("add-device")
    desk.eu_login.fill_device(name="Tablet", pin=PIN)
    desk.account.submit()
    desk.sees("device-qr", "waiting")
    desk.account.link("Done").click()
    desk.sees("devices")
    expect(desk.account.device("My phone")).to_contain_text("active")
    expect(desk.account.device("Tablet")).to_contain_text("QR code not scanned")
    desk.page.get_by_role("link", name="Rename Tablet").click()
    desk.sees("rename-device")
    desk.account.field("Your device name").fill("Old tablet")
    desk.account.submit()
    expect(desk.account.device("Old tablet")).to_contain_text("QR code not scanned")
    world.clock.advance(minutes=10)
    desk.page.reload()
    expect(desk.account.device("Old tablet")).to_contain_text("QR code expired")


def test_the_page_of_a_qr_code_goes_through_its_states_by_itself(
    desk: Desk, world: World, open_page: OpenPage, watch: Watch
) -> None:
    world.personas.create("registered", **DOCTOR.fields)
    desk.sign_in(path="/mobile")

    def add_again() -> None:
        desk.eu_login.open("/mobile")
        desk.eu_login.fill_device(name="My phone", pin=PIN)
        desk.account.submit()
        desk.account.is_at("device-qr", "waiting")

    add_again()
    world.clock.advance(minutes=10)
    desk.sees("device-qr", "expired")
    desk.account.button("Delete this device").click()
    desk.account.is_at("devices")
    add_again()
    phone = world.phones.create()
    picture = desk.page.screenshot()
    for _ in range(5):
        phone.scan(image=picture)
        with pytest.raises(ProblemError, match="PIN"):
            phone.initialise("0000")
    desk.sees("device-qr", "blocked")
    desk.account.link("Done").click()
    desk.sees("devices")
    add_again()
    other_tab = MyAccount(desk.page.context.new_page(), desk.account.url)
    other_tab.open_entry("Manage my mobile devices")
    other_tab.page.get_by_role("link", name="Delete").last.click()
    other_tab.button("Delete").click()
    desk.sees("device-qr", "deleted")
    desk.account.link("Add a mobile device").click()
    desk.account.is_at("add-device")
