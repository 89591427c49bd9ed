"""Signing in beside the path of the guide: what scripts fill in, pages in between, and ways of waiting."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from e2e.conftest import PASSWORD, PIN, Desk, SignIn, change_account
from e2e.watch import Watch
from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.client import ProblemError, World
from eulogin_harness.documents.people import Persona

FIRST_CPMS_PAGE = "complete-profile"


def wait_for_phone(desk: Desk, person: Persona, path: str = "/login") -> None:
    desk.eu_login.open(path)
    desk.eu_login.sign_in(person.email, PASSWORD, APP_METHOD)
    desk.sees("waiting", "pending")


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


@pytest.mark.parametrize("width", [1200, 390])
def test_the_head_is_as_high_before_as_after_sign_in(
    open_page: Callable[..., Page], world: World, doctor: Persona, watch: Watch, width: int
) -> None:
    desk = Desk(open_page(viewport={"width": width, "height": 800}), watch, world)
    head = desk.page.locator("header.site-head")
    heights = []
    for path in ("/login", "/userdata/myAccount.cgi"):
        desk.eu_login.open(path)
        heights.append(head.evaluate("(head) => head.offsetHeight"))
        desk.start_session(doctor.email)
    before, after = heights
    assert before == after


# Pages between sign-in and service.


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


def test_the_redirect_page_goes_on_by_itself(world: World, doctor: Persona, desk: Desk, sign_in: SignIn) -> None:
    world.settings.change({"redirect_page": True})
    sign_in(desk.cpms, doctor)
    desk.cpms.is_at(FIRST_CPMS_PAGE)


# Waiting for the phone.


def test_a_second_tab_takes_the_request_over(world: World, doctor: Persona, desk: Desk, watch: Watch) -> None:
    wait_for_phone(desk, doctor)
    expect(desk.page.get_by_text("This page goes on by itself.")).to_be_visible()
    expect(desk.eu_login.button("Continue")).to_be_hidden()
    second = desk.another_tab(watch, world)
    wait_for_phone(second, doctor, "/login?renew=true")
    desk.sees("waiting", "cancelled")
    world.phones.get(doctor.phone_id).approve(PIN)
    second.eu_login.is_at("successful-login")
    desk.eu_login.link("Start again").click()
    desk.eu_login.is_at("successful-login")


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
    desk = Desk(open_page(java_script_enabled=False), watch, world)
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
