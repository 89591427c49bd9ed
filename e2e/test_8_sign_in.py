"""Signing in beside the guide's path: pages in between, what the browser remembers, and every way of waiting."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from e2e.conftest import BOTH_WIDTHS, DESKTOP, PASSWORD, PIN, Desk
from eulogin_harness.browser.checks import Watch
from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.client import ProblemError, World
from eulogin_harness.documents.people import Persona

FIRST_CPMS_PAGE = "complete-profile"


def change_account(world: World, email: str, **fields: object) -> None:
    """What a person configures at EU Login, where the pages for it are not the subject."""
    state = world.state()
    for row in state["tables"]["idp_account"]:
        if row["email"] == email:
            row.update(fields)
    world.load_state(state)


def wait_for_phone(desk: Desk, person: Persona, path: str = "/login") -> None:
    desk.eu_login.open(path)
    desk.eu_login.sign_in(person.email, PASSWORD, APP_METHOD)
    desk.sees("waiting", "pending")


# What the browser remembers.


@BOTH_WIDTHS
def test_the_browser_remembers_the_account_and_the_method(world: World, doctor: Persona, desk: Desk) -> None:
    eu_login = desk.eu_login
    eu_login.open()
    eu_login.sign_in(doctor.email, PASSWORD)
    desk.sees("successful-login")
    eu_login.open("/logout")
    desk.sees("logout")
    eu_login.button("Log me out").click()
    desk.sees("logged-out")
    eu_login.link("Sign in").click()
    desk.sees("whoami", "known")
    username = eu_login.page.locator("#username")
    expect(username).to_be_editable()
    expect(username).to_have_value(doctor.email)
    eu_login.button("Next").click()
    expect(eu_login.method).to_contain_text("Password")
    other = world.personas.create("registered", email="bo.lind@hospital.example", password=PASSWORD)
    eu_login.use_another_account()
    eu_login.is_at("whoami")
    expect(username).to_have_value("")
    eu_login.sign_in(other.email, PASSWORD)
    eu_login.is_at("successful-login")


def test_a_script_that_fills_in_the_user_name_need_not_know_what_is_remembered(
    world: World, doctor: Persona, desk: Desk
) -> None:
    world.personas.create("registered", email="bo.lind@hospital.example", password=PASSWORD)
    for person in (doctor.email, "bo.lind@hospital.example"):
        desk.eu_login.open("/login?renew=true")
        desk.page.locator("#username").fill(person)
        desk.page.locator("[name=whoamiSubmit]").click()
        desk.page.locator("#password").fill(PASSWORD)
        desk.page.locator("#verif-method-dd-id").click()
        desk.page.locator("#verif-method-dd-PASSWORD").click()
        desk.page.locator("[name=_submit]").click()
        desk.eu_login.is_at("successful-login")
        expect(desk.page.get_by_role("main")).to_contain_text(person)


# Pages between sign-in and service.


@BOTH_WIDTHS
def test_a_person_who_wants_to_be_warned_is_asked_before_cpms_learns_of_it(
    world: World, doctor: Persona, desk: Desk
) -> None:
    change_account(world, doctor.email, warns=True)
    wait_for_phone(desk, doctor)
    world.phones.get(doctor.phone_id).approve(PIN)
    desk.eu_login.is_at("successful-login")
    desk.cpms.open()
    desk.cpms.start_sign_in()
    desk.sees("warn")
    desk.page.reload()
    desk.eu_login.button("Cancel").click()
    desk.eu_login.is_at("successful-login")
    desk.cpms.open()
    desk.cpms.start_sign_in()
    desk.eu_login.go_on()
    desk.cpms.is_at(FIRST_CPMS_PAGE)


@BOTH_WIDTHS
def test_pages_in_between_come_one_after_the_other(world: World, doctor: Persona, desk: Desk) -> None:
    change_account(world, doctor.email, warns=True, shows_details=True)
    world.settings.change({"password.max_age": "P10D", "redirect_page": True})
    desk.page.route("**/redirect.js", _without_script)
    desk.cpms.open()
    desk.cpms.start_sign_in()
    desk.eu_login.sign_in(doctor.email, PASSWORD, APP_METHOD)
    desk.eu_login.is_at("waiting", "pending")
    world.phones.get(doctor.phone_id).approve(PIN)
    desk.sees("password-expires", "ready")
    expect(desk.eu_login.link("Change password")).to_be_visible()
    desk.page.locator("#imminentForceLogin").click()
    desk.sees("account-details", "after-login")
    expect(desk.page.get_by_role("main")).to_contain_text(doctor.uid)
    desk.page.go_back()
    desk.eu_login.is_at("password-expires", "ready")
    desk.eu_login.go_on()
    desk.eu_login.go_on()
    desk.sees("redirect")
    desk.page.locator("#fallbackLink").click()
    desk.cpms.is_at(FIRST_CPMS_PAGE)


def _without_script(route: Route) -> None:
    route.fulfill(body="", content_type="text/javascript")


def test_the_redirect_page_goes_on_by_itself(world: World, doctor: Persona, desk: Desk) -> None:
    world.settings.change({"redirect_page": True})
    desk.cpms.open()
    desk.cpms.start_sign_in()
    desk.eu_login.sign_in(doctor.email, PASSWORD, APP_METHOD)
    desk.eu_login.is_at("waiting", "pending")
    world.phones.get(doctor.phone_id).approve(PIN)
    desk.cpms.is_at(FIRST_CPMS_PAGE)


@BOTH_WIDTHS
def test_an_expired_password_leads_to_a_new_one(world: World, doctor: Persona, desk: Desk) -> None:
    world.settings.change({"password.max_age": "PT0S"})
    desk.eu_login.open()
    desk.eu_login.sign_in(doctor.email, PASSWORD)
    desk.sees("password-expires", "expired")
    expect(desk.eu_login.errors).to_contain_text("Change your password to sign in")
    expect(desk.eu_login.link("Lost your password?")).to_be_visible()
    expect(desk.eu_login.link("Change password")).to_be_visible()


@BOTH_WIDTHS
def test_a_page_left_open_too_long_starts_again_with_the_service(world: World, doctor: Persona, desk: Desk) -> None:
    world.clock.freeze()
    desk.cpms.open()
    desk.cpms.start_sign_in()
    desk.eu_login.enter_username(doctor.email)
    world.clock.advance("PT1H")
    desk.eu_login.enter_password(PASSWORD)
    desk.sees("page-too-old")
    desk.eu_login.link("Start again").click()
    desk.eu_login.is_at("whoami")
    expect(desk.page.get_by_role("main")).to_contain_text("CPMS")


# Services that may not, or ask for more.


@BOTH_WIDTHS
def test_a_service_that_may_not_use_eu_login_is_told_so(desk: Desk) -> None:
    desk.eu_login.open("/login?service=http://evil.com/")
    desk.sees("invalid-service")
    expect(desk.eu_login.errors).to_contain_text("You are using an invalid service to access EU Login")
    desk.eu_login.link("Go to the sign-in page").click()
    desk.eu_login.is_at("whoami")


@BOTH_WIDTHS
def test_what_nobody_can_reach_here_leads_back_to_the_application(world: World, doctor: Persona, desk: Desk) -> None:
    service = world.addresses.cpms + "/screen/home"
    desk.eu_login.open(f"/login?service={service}&authenticationLevel=HIGH")
    desk.eu_login.enter_username(doctor.email)
    desk.sees("password")
    desk.eu_login.enter_password(PASSWORD)
    desk.sees("second-factor-needed", "no-way")
    desk.eu_login.link("Return to the application").click()
    desk.cpms.is_at("home")


# Waiting for the phone.


@BOTH_WIDTHS
def test_a_second_tab_takes_the_request_over(world: World, doctor: Persona, desk: Desk, watch: Watch) -> None:
    wait_for_phone(desk, doctor)
    second = desk.another_tab(watch, world)
    wait_for_phone(second, doctor, "/login?renew=true")
    desk.sees("waiting", "cancelled")
    world.phones.get(doctor.phone_id).approve(PIN)
    second.eu_login.is_at("successful-login")
    desk.eu_login.link("Start again").click()
    desk.eu_login.is_at("successful-login")


@BOTH_WIDTHS
def test_a_phone_that_blocks_itself_shows_the_way_out(world: World, doctor: Persona, desk: Desk) -> None:
    world.settings.change({"device.pin_tries": 1})
    desk.cpms.open()
    desk.cpms.start_sign_in()
    desk.eu_login.sign_in(doctor.email, PASSWORD, APP_METHOD)
    desk.sees("waiting", "pending")
    with pytest.raises(ProblemError, match="device"):
        world.phones.get(doctor.phone_id).approve("0000")
    desk.sees("waiting", "blocked")
    desk.eu_login.use_another_method()
    desk.eu_login.enter_password(PASSWORD)
    desk.sees("second-factor-needed")
    desk.eu_login.link("Manage my mobile devices").click()
    desk.eu_login.is_at("devices")


@BOTH_WIDTHS
def test_denied_sent_again_and_too_late_are_told_at_once(world: World, doctor: Persona, desk: Desk) -> None:
    world.clock.freeze()
    wait_for_phone(desk, doctor)
    world.phones.get(doctor.phone_id).deny()
    desk.sees("waiting", "denied")
    desk.eu_login.button("Send again").click()
    desk.sees("waiting", "sent-again")
    world.clock.advance("PT10M")
    desk.sees("waiting", "timed-out")
    desk.eu_login.use_another_method()
    desk.eu_login.choose_method("Password")
    desk.eu_login.enter_password(PASSWORD)
    desk.eu_login.is_at("successful-login")


def test_a_page_that_cannot_go_on_by_itself_says_so(world: World, doctor: Persona, desk: Desk) -> None:
    desk.page.route("**/login/state*", lambda route: route.fulfill(status=410))
    wait_for_phone(desk, doctor)
    expect(desk.page.get_by_text('Choose "Continue" when you have answered on the phone.')).to_be_visible()
    expect(desk.page.get_by_text("This page goes on by itself.")).to_be_hidden()
    world.phones.get(doctor.phone_id).approve(PIN)
    desk.eu_login.go_on()
    desk.eu_login.is_at("successful-login")


def test_without_script_the_button_goes_on(
    open_page: Callable[..., Page], world: World, doctor: Persona, watch: Watch
) -> None:
    desk = Desk(open_page(viewport=DESKTOP, java_script_enabled=False), watch, world)
    desk.eu_login.open()
    desk.eu_login.enter_username(doctor.email)
    desk.eu_login.field(APP_METHOD).check()
    desk.eu_login.enter_password(PASSWORD)
    desk.eu_login.is_at("waiting", "pending")
    expect(desk.page.get_by_text('Choose "Continue" when you have answered on the phone.')).to_be_visible()
    expect(desk.page.get_by_text("This page goes on by itself.")).to_be_hidden()
    world.phones.get(doctor.phone_id).approve(PIN)
    desk.eu_login.go_on()
    desk.eu_login.is_at("successful-login")
