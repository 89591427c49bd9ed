"""Signing in to CPMS and out again: every reason why it may fail, waiting for a new account, two tabs."""

import re
import socket
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import BOTH_WIDTHS, DOCTOR, PASSWORD, PIN, Desk, Hold, SignIn, fits
from eulogin_harness.browser.checks import Watch
from eulogin_harness.browser.journeys import APP_METHOD, link_phone
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona

REFUSED = "sign-in-refused"


def sign_in_with_password(desk: Desk, person: Persona, service: str) -> None:
    """By an address that asks for no second factor, as in an old bookmark."""
    desk.eu_login.open(f"/login?service={service}")
    desk.eu_login.sign_in(person.email, person.password or "")


# Why a sign-in fails.


@BOTH_WIDTHS
def test_a_used_ticket_is_explained_and_a_new_sign_in_works(
    desk: Desk, doctor: Persona, sign_in: SignIn, world: World
) -> None:
    desk.cpms.open("/screen/signin?ticket=ST-1-used")
    desk.sees(REFUSED, "ticket-refused")
    assert "ticket=" not in desk.page.url
    expect(desk.page.get_by_role("alert")).to_contain_text("Please sign in again")
    desk.cpms.link("Go to the home page").click()
    desk.sees("home")
    sign_in(desk.cpms, doctor)
    desk.sees("complete-profile")


@BOTH_WIDTHS
def test_the_password_alone_is_not_enough_and_the_steps_lead_to_a_phone(desk: Desk, world: World, hold: Hold) -> None:
    doctor = world.personas.create("registered", **DOCTOR.fields)
    sign_in_with_password(desk, doctor, f"{world.addresses.cpms}/screen/signin")
    desk.sees(REFUSED, "level-too-low")
    steps = desk.page.get_by_role("list").filter(has_text="Install the EU Login app").get_by_role("listitem")
    expect(steps).to_have_count(4)
    handset = hold(world.phones.create().id)
    handset.open()
    desk.cpms.link("Add a phone in EU Login").click()
    desk.eu_login.is_at("add-device")
    link_phone(desk.eu_login, handset, PIN)
    desk.cpms.open("/screen/signin/refused")
    desk.sees(REFUSED, "level-too-low")
    desk.cpms.button("Try again").click()
    desk.eu_login.is_at("password")
    desk.eu_login.choose_method(APP_METHOD)
    desk.eu_login.enter_password(PASSWORD)
    handset.approve(PIN)
    desk.sees("complete-profile")


def test_somebody_without_a_phone_reads_at_the_start_what_is_needed(desk: Desk, world: World) -> None:
    doctor = world.personas.create("registered", **DOCTOR.fields)
    desk.cpms.open()
    expect(desk.page.locator("main")).to_contain_text("The password alone does not open CPMS.")
    desk.cpms.start_sign_in()
    desk.eu_login.enter_username(doctor.email)
    desk.eu_login.enter_password(PASSWORD)
    desk.sees("second-factor-needed")
    desk.cpms.open()
    desk.cpms.link("Add a phone in EU Login").click()
    desk.sees("add-device")


def test_who_cannot_sign_in_returns_to_the_home_page_and_does_not_go_round(desk: Desk, doctor: Persona) -> None:
    desk.eu_login.open(f"/login?service={desk.cpms.url}/screen/signin&authenticationLevel=HIGH")
    desk.eu_login.enter_username(doctor.email)
    desk.eu_login.enter_password(PASSWORD)
    desk.eu_login.is_at("second-factor-needed", "no-way")
    desk.eu_login.link("Return to the application").click()
    desk.sees("home")


@BOTH_WIDTHS
def test_an_account_that_eu_login_does_not_let_in_can_be_changed_for_another(desk: Desk, world: World) -> None:
    service = f"{world.addresses.cpms}/screen/signin"
    world.services.create(service, name="CPMS 2.0", least_assurance_level=20)
    doctor = world.personas.create("registered", **DOCTOR.fields)
    sign_in_with_password(desk, doctor, service)
    desk.sees(REFUSED, "account-refused")
    desk.cpms.link("Sign out at EU Login").click()
    desk.eu_login.button("Log me out").click()
    desk.eu_login.link("Return to the application").click()
    desk.sees("home")


@BOTH_WIDTHS
def test_a_ticket_for_another_address_is_explained(desk: Desk, doctor: Persona, world: World) -> None:
    sign_in_with_password(desk, doctor, f"{world.addresses.cpms}/screen/home")
    expect(desk.page).to_have_url(re.compile(r"/screen/home\?ticket="))
    desk.cpms.open(f"/screen/signin?{desk.page.url.partition('?')[2]}")
    desk.sees(REFUSED, "service-refused")


@BOTH_WIDTHS
def test_an_account_without_a_name_is_told_where_to_complete_it(desk: Desk, doctor: Persona, world: World) -> None:
    state = world.state()
    for row in state["tables"]["idp_account"]:
        if row["email"] == doctor.email:
            row["last_name"] = ""
    world.load_state(state)
    sign_in_with_app(desk, world, doctor)
    desk.sees(REFUSED, "attributes-missing")
    desk.cpms.link("Open My Account in EU Login").click()
    desk.sees("account")


def sign_in_with_app(desk: Desk, world: World, person: Persona) -> None:
    desk.cpms.open()
    desk.cpms.start_sign_in()
    desk.eu_login.sign_in(person.email, PASSWORD, APP_METHOD)
    desk.eu_login.is_at("waiting", "pending")
    world.phones.get(person.phone_id).approve(PIN)


@BOTH_WIDTHS
def test_an_eu_login_that_cannot_be_reached_is_tried_again(
    desk: Desk, doctor: Persona, sign_in: SignIn, world: World
) -> None:
    sign_in(desk.cpms, doctor)
    desk.cpms.sign_out()
    world.settings.change({"idp.internal_url": "http://localhost:1"})  # the phone needs it too, so after its answer
    desk.cpms.start_sign_in()
    desk.sees(REFUSED, "unreachable")
    expect(desk.page.get_by_role("alert")).to_contain_text("Please try again in a moment")
    world.settings.change({"idp.internal_url": ""})
    desk.cpms.button("Try again").click()
    desk.sees("complete-profile")


@BOTH_WIDTHS
def test_a_slow_eu_login_is_given_up_and_tried_again(
    desk: Desk, doctor: Persona, sign_in: SignIn, world: World
) -> None:
    sign_in(desk.cpms, doctor)
    desk.cpms.sign_out()
    with socket.create_server(("localhost", 0)) as silent:
        address = f"http://localhost:{silent.getsockname()[1]}"
        world.settings.change({"idp.internal_url": address, "cpms.patience": "PT0.2S"})
        desk.cpms.start_sign_in()
        desk.sees(REFUSED, "too-slow")
    world.settings.change({"idp.internal_url": "", "cpms.patience": "PT10S"})
    desk.cpms.button("Try again").click()
    desk.sees("complete-profile")


@BOTH_WIDTHS
def test_clocks_that_differ_are_told_apart_from_a_new_account(desk: Desk, doctor: Persona, world: World) -> None:
    world.settings.change({"recognition.delay": "PT5M"})
    state = world.state()
    for row in state["tables"]["idp_account"]:
        if row["email"] == doctor.email:
            row["registered_at"] = row["registered_at"].replace("20", "21", 1)
    world.load_state(state)
    sign_in_with_app(desk, world, doctor)
    desk.sees(REFUSED, "clocks-differ")
    expect(desk.page.get_by_role("main")).to_contain_text("about 100 years ahead")
    world.settings.change({"recognition.delay": "PT0S"})
    desk.cpms.button("Try again").click()
    desk.sees("complete-profile")


# By OpenID Connect.


def by_openid(world: World, **changed: str) -> None:
    world.settings.change({"cpms.sign_in": "oidc", **changed})


@BOTH_WIDTHS
def test_somebody_signs_in_by_openid_connect_and_out_everywhere(
    desk: Desk, doctor: Persona, hold: Hold, world: World
) -> None:
    by_openid(world)
    world.settings.change({"cpms.single_logout": True})
    desk.cpms.open()
    desk.cpms.start_sign_in()
    desk.sees("whoami")
    expect(desk.page.get_by_role("main")).to_contain_text("CPMS 2.0")
    desk.eu_login.sign_in(doctor.email, PASSWORD, APP_METHOD)
    desk.sees("waiting", "pending")
    handset = hold(doctor.phone_id)
    handset.open()
    expect(handset.page.get_by_role("main")).to_contain_text("CPMS 2.0")
    handset.approve(PIN)
    desk.sees("complete-profile")
    assert "code=" not in desk.page.url
    expect(desk.cpms.field("Last name")).to_have_value(doctor.last_name)
    desk.eu_login.open("/logout")
    desk.eu_login.button("Log me out").click()
    desk.sees("logged-out")
    world.events.wait(type="cpms.session_ended")
    desk.cpms.open("/screen/profile")
    desk.sees("home")


@BOTH_WIDTHS
def test_who_does_not_let_eu_login_tell_who_they_are_comes_back_and_may_try_again(
    desk: Desk, doctor: Persona, sign_in: SignIn, world: World
) -> None:
    state = world.state()
    for row in state["tables"]["idp_account"]:
        if row["email"] == doctor.email:
            row["warns"] = True
    world.load_state(state)
    by_openid(world)
    desk.cpms.open()
    desk.cpms.start_sign_in()
    desk.eu_login.sign_in(doctor.email, PASSWORD, APP_METHOD)
    desk.eu_login.is_at("waiting", "pending")
    world.phones.get(doctor.phone_id).approve(PIN)
    desk.sees("warn")
    desk.eu_login.button("Cancel").click()
    desk.sees(REFUSED, "denied")
    assert fits(desk.page)
    expect(desk.page.get_by_role("main")).not_to_contain_text("If it stays like this")
    desk.cpms.button("Try again").click()
    desk.eu_login.is_at("warn")
    desk.eu_login.button("Continue").click()
    desk.sees("complete-profile")


@BOTH_WIDTHS
def test_an_answer_that_this_browser_did_not_ask_for_is_explained(
    desk: Desk, doctor: Persona, sign_in: SignIn, world: World
) -> None:
    by_openid(world)
    desk.cpms.open("/screen/signin?code=of-another-browser&state=of-another-browser")
    desk.sees(REFUSED, "state-lost")
    assert fits(desk.page)
    assert "code=" not in desk.page.url
    desk.cpms.link("Go to the home page").click()
    sign_in(desk.cpms, doctor)
    desk.sees("complete-profile")


@BOTH_WIDTHS
def test_a_token_that_cannot_be_trusted_is_explained_and_a_new_sign_in_works(
    desk: Desk, doctor: Persona, sign_in: SignIn, world: World
) -> None:
    by_openid(world)
    world.faults.arm("token.wrong_signature")
    sign_in(desk.cpms, doctor)
    desk.sees(REFUSED, "token-refused")
    assert fits(desk.page)
    expect(desk.page.get_by_role("main")).to_contain_text("If it stays like this, send the support the line below.")
    expect(desk.page.get_by_role("main")).to_contain_text("cpms.token_refused BadSignatureError")
    desk.cpms.button("Try again").click()
    desk.sees("complete-profile")


@BOTH_WIDTHS
def test_a_cpms_that_eu_login_does_not_accept_is_explained(
    desk: Desk, doctor: Persona, sign_in: SignIn, world: World
) -> None:
    world.clients.create(f"{world.addresses.cpms}/screen/signin", client_id="cpms", client_secret="right-" * 8)
    by_openid(world, **{"cpms.client_secret": "wrong"})
    sign_in(desk.cpms, doctor)
    desk.sees(REFUSED, "client-refused")
    assert fits(desk.page)
    expect(desk.page.get_by_role("main")).to_contain_text("cpms.client_refused invalid_client")
    by_openid(world, **{"cpms.client_secret": "right-" * 8})
    desk.cpms.button("Try again").click()
    desk.sees("complete-profile")


# A new account.


@pytest.mark.guide("G09")
@BOTH_WIDTHS
def test_a_new_account_sees_the_time_left_and_goes_on_by_itself(desk: Desk, world: World) -> None:
    world.settings.change({"recognition.delay": "PT5M"})
    world.clock.freeze()
    doctor = world.personas.create("enrolled", **DOCTOR.fields)
    world.clock.advance("PT1M")
    sign_in_with_app(desk, world, doctor)
    desk.sees("not-recognised")
    left = desk.page.get_by_role("timer")
    expect(left).to_have_text("4:00")
    world.clock.advance("PT3M59S")
    expect(left).to_have_text("0:01")
    desk.page.reload()
    expect(left).to_have_text("0:01")
    world.clock.advance("PT1S")
    desk.sees("complete-profile")


def test_without_script_the_button_goes_on(open_page: Callable[..., Page], watch: Watch, world: World) -> None:
    desk = Desk(open_page(java_script_enabled=False), watch, world)
    world.settings.change({"recognition.delay": "PT5M"})
    world.clock.freeze()
    doctor = world.personas.create("enrolled", **DOCTOR.fields)
    desk.cpms.open("/screen/signin")
    desk.eu_login.enter_username(doctor.email)
    desk.page.get_by_role("textbox", name="Password", exact=True).fill(PASSWORD)
    desk.eu_login.button("Sign in").click()
    desk.eu_login.is_at("waiting", "pending")
    world.phones.get(doctor.phone_id).approve(PIN)
    desk.eu_login.go_on()
    desk.cpms.is_at("not-recognised")
    expect(desk.page.get_by_text("This page goes on by itself")).to_be_hidden()
    world.clock.advance("PT5M")
    desk.cpms.button("Try again").click()
    desk.cpms.is_at("complete-profile")


# Signing out.


@BOTH_WIDTHS
def test_signing_out_here_leaves_eu_login_signed_in(desk: Desk, doctor: Persona, sign_in: SignIn) -> None:
    sign_in(desk.cpms, doctor)
    desk.cpms.sign_out()
    desk.sees("home")
    expect(desk.page.get_by_role("status")).to_contain_text("EU Login may still know you")
    desk.cpms.start_sign_in()
    desk.sees("complete-profile")


@BOTH_WIDTHS
def test_signing_out_everywhere_asks_for_the_password_the_next_time(
    desk: Desk, doctor: Persona, sign_in: SignIn
) -> None:
    sign_in(desk.cpms, doctor)
    desk.cpms.sign_out(everywhere=True)
    desk.sees("logout")
    desk.eu_login.button("Log me out").click()
    desk.sees("logged-out")
    desk.eu_login.link("Return to the application").click()
    desk.sees("home")
    desk.cpms.start_sign_in()
    desk.sees("whoami", "known")


def test_the_offer_after_signing_out_here_ends_the_session_at_eu_login_as_well(
    desk: Desk, doctor: Persona, sign_in: SignIn
) -> None:
    sign_in(desk.cpms, doctor)
    desk.cpms.sign_out()
    desk.cpms.link("Sign out at EU Login").click()
    desk.eu_login.button("Log me out").click()
    desk.eu_login.link("Return to the application").click()
    desk.cpms.start_sign_in()
    desk.eu_login.is_at("whoami", "known")


def test_the_back_button_shows_nothing_after_signing_out(desk: Desk, doctor: Persona, sign_in: SignIn) -> None:
    sign_in(desk.cpms, doctor)
    desk.cpms.is_at("complete-profile")
    desk.cpms.sign_out()
    desk.cpms.is_at("home")
    desk.page.go_back()
    desk.cpms.is_at("home")
    expect(desk.page.locator("body")).not_to_contain_text(doctor.last_name)


# The menu, and two tabs.


@BOTH_WIDTHS
def test_the_menu_works_by_keyboard(desk: Desk, world: World, sign_in: SignIn) -> None:
    doctor = world.personas.create("access_requested", **DOCTOR.fields)
    sign_in(desk.cpms, doctor)
    desk.cpms.is_at("access-status")
    summary = desk.page.locator("summary")
    summary.focus()
    desk.page.keyboard.press("Enter")
    desk.sees("access-status")
    desk.page.keyboard.press("Tab")
    expect(desk.cpms.link("My requests")).to_be_focused()
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Enter")
    desk.cpms.is_at("complete-profile", "editing")
    desk.cpms.open_menu()
    desk.cpms.link("My requests").click()
    desk.cpms.is_at("access-status")


def test_at_320_pixels_nothing_of_the_menu_is_cut_off(
    open_page: Callable[..., Page], watch: Watch, world: World, sign_in: SignIn
) -> None:
    desk = Desk(open_page(viewport={"width": 320, "height": 640}), watch, world)
    sign_in(desk.cpms, world.personas.create("enrolled", **DOCTOR.fields | {"last_name": "Bergheimer-Lindqvist " * 3}))
    desk.cpms.open_menu()
    desk.sees("complete-profile")
    assert fits(desk.page)
    for button in ("Sign out", "Sign out here and at EU Login"):
        box = desk.cpms.button(button).bounding_box()
        assert box
        assert (box["x"] >= 0, box["x"] + box["width"] <= 320, box["height"] >= 44) == (True, True, True)


def test_a_sign_in_in_another_tab_keeps_what_was_typed(
    desk: Desk, doctor: Persona, sign_in: SignIn, watch: Watch, world: World
) -> None:
    sign_in(desk.cpms, doctor)
    desk.cpms.fill_profile(country="AT", hospital="St. Anna Children's Hospital / CCRI", networks=["PaedCAN"])
    other = desk.another_tab(watch, world)
    other.cpms.open("/screen/signin")
    other.cpms.is_at("complete-profile", "draft")
    desk.cpms.button("Next").click()
    desk.sees("access-request")


def test_a_form_sent_after_signing_out_in_another_tab_leads_to_the_sign_in_and_back(
    desk: Desk, doctor: Persona, sign_in: SignIn, watch: Watch, world: World
) -> None:
    sign_in(desk.cpms, doctor)
    desk.cpms.fill_profile(country="AT", hospital="St. Anna Children's Hospital / CCRI", networks=["PaedCAN"])
    other = desk.another_tab(watch, world)
    other.cpms.open()
    other.cpms.sign_out()
    other.cpms.is_at("home")
    desk.cpms.button("Next").click()
    desk.sees("home")
    expect(desk.page.get_by_role("status").last).to_contain_text("Please sign in first, then send the page again")
    desk.cpms.start_sign_in()
    desk.sees("complete-profile", "draft")


@BOTH_WIDTHS
def test_an_answer_sent_after_signing_out_in_another_tab_is_given_back(
    desk: Desk, sign_in: SignIn, watch: Watch, world: World
) -> None:
    asked = {"network": "PaedCAN", "state": "info_requested", "reason": "Which ward?"}
    sign_in(desk.cpms, world.personas.create("access_requested", **DOCTOR.fields, requests=[asked]))
    desk.cpms.field("Your answer").fill("Ward 3,\nsince May.")
    other = desk.another_tab(watch, world)
    other.cpms.open()
    other.cpms.sign_out()
    other.cpms.is_at("home")
    desk.cpms.button("Reply").click()
    desk.sees("home", "not-sent")
    given_back = desk.cpms.field("This text was not sent. Copy it where you still need it.")
    expect(given_back).to_have_value("Ward 3,\nsince May.")
    expect(given_back).to_have_attribute("readonly", "")
    desk.cpms.start_sign_in()
    desk.sees("access-status")
    desk.cpms.reply("Ward 3,\nsince May.")
    expect(desk.page.get_by_role("status")).to_contain_text("has your answer")
