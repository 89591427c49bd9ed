"""Signing in to CPMS and out again: every reason why it may fail, waiting for a new account, two tabs."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import DOCTOR, HOSPITAL, PASSWORD, PIN, Desk, OpenHandset, SignIn, change_account
from e2e.watch import Watch, fits, small_targets
from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.client import World
from eulogin_harness.client.names import RequestFields, SettingValues
from eulogin_harness.documents.people import Persona
from eulogin_harness.guide.scenarios.cpms import recognition
from eulogin_harness.guide.walkthrough import Walkthrough

REFUSED = "sign-in-refused"


# Why a sign-in fails.


def test_each_refusal_is_shown_and_may_be_tried_again(
    desk: Desk, doctor: Persona, world: World, request: pytest.FixtureRequest
) -> None:
    silent = socket.create_server(("localhost", 0))
    request.addfinalizer(silent.close)
    slow: SettingValues = {"idp.internal_url": f"http://localhost:{silent.getsockname()[1]}", "cpms.patience": "PT0.2S"}
    service = f"{desk.cpms.url}/screen/signin"
    by_address = f"/login?service={service}"  # asks for no second factor, as in an old bookmark
    desk.cpms.open("/screen/signin?ticket=ST-1-used")
    desk.sees(REFUSED, "ticket-refused")
    ticket = world.personas.session(doctor, service=f"{desk.cpms.url}/screen/home").ticket
    desk.cpms.open(f"/screen/signin?ticket={ticket}")
    desk.sees(REFUSED, "service-refused")
    desk.start_session(doctor.email, strength="PASSWORD")
    desk.eu_login.open(by_address)
    desk.sees(REFUSED, "level-too-low")
    registered = world.services.create(service, least_assurance_level=20)
    desk.eu_login.open(by_address)
    desk.sees(REFUSED, "account-refused")
    world.services.delete(registered.id)
    desk.start_session(doctor.email)
    with changed(world, {"idp.internal_url": "http://localhost:1"}):
        desk.cpms.open("/screen/signin")
        desk.sees(REFUSED, "unreachable")
    with changed(world, slow):
        desk.cpms.button("Try again").click()
        desk.sees(REFUSED, "too-slow")
    with changed(world, {"recognition.delay": "PT5M"}):
        change_account(world, doctor.email, registered_at="2126-11-27T10:00:00+00:00")
        desk.cpms.button("Try again").click()
        desk.sees(REFUSED, "clocks-differ")
    change_account(world, doctor.email, last_name="")
    desk.cpms.button("Try again").click()
    desk.sees(REFUSED, "attributes-missing")
    change_account(world, doctor.email, last_name=doctor.last_name)
    desk.cpms.button("Try again").click()
    desk.sees("complete-profile")


@contextmanager
def changed(world: World, settings: SettingValues) -> Iterator[None]:
    """Other settings for as long as something goes wrong."""
    before = cast("SettingValues", {one.name: one.value for one in world.settings.list() if one.name in settings})
    world.settings.change(settings)
    yield
    world.settings.change(before)


# By OpenID Connect.


@pytest.fixture
def by_openid(world: World) -> None:
    world.settings.change({"cpms.sign_in": "oidc"})


@pytest.mark.usefixtures("by_openid")
def test_what_openid_connect_refuses_is_shown_and_may_be_tried_again(
    desk: Desk, doctor: Persona, sign_in: SignIn, world: World
) -> None:
    desk.cpms.open("/screen/signin?code=of-another-browser&state=of-another-browser")
    desk.sees(REFUSED, "state-lost")
    world.faults.arm("token.wrong_signature")
    sign_in(desk.cpms, doctor)
    desk.sees(REFUSED, "token-refused")
    world.clients.create(f"{desk.cpms.url}/screen/signin", client_id="cpms", client_secret="right-" * 8)
    with changed(world, {"cpms.client_secret": "wrong"}):
        desk.cpms.button("Try again").click()
        desk.sees(REFUSED, "client-refused")
    world.settings.change({"cpms.client_secret": "right-" * 8})
    desk.cpms.button("Try again").click()
    desk.sees("complete-profile")


@pytest.mark.usefixtures("by_openid")
def test_somebody_signs_in_by_openid_connect_and_out_everywhere(
    desk: Desk, doctor: Persona, eulogin_handset: OpenHandset, world: World
) -> None:
    world.settings.change({"cpms.single_logout": True})
    desk.cpms.open()
    desk.cpms.start_sign_in()
    desk.sees("whoami")
    expect(desk.page.get_by_role("main")).to_contain_text("CPMS 2.0")
    desk.eu_login.sign_in(doctor.email, PASSWORD, APP_METHOD)
    desk.sees("waiting", "pending")
    handset = eulogin_handset(doctor.phone_id)
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
    desk.cpms.start_sign_in()
    desk.sees("whoami", "known")


@pytest.mark.usefixtures("by_openid")
def test_who_does_not_let_eu_login_tell_who_they_are_comes_back_and_may_try_again(
    desk: Desk, doctor: Persona, world: World
) -> None:
    change_account(world, doctor.email, warns=True)
    desk.start_session(doctor.email)
    desk.cpms.open("/screen/signin")
    desk.sees("warn")
    desk.eu_login.button("Cancel").click()
    desk.sees(REFUSED, "denied")
    expect(desk.page.get_by_role("main")).not_to_contain_text("If it stays like this")
    desk.cpms.button("Try again").click()
    desk.eu_login.is_at("warn")
    desk.eu_login.button("Continue").click()
    desk.sees("complete-profile")


# A new account.


@pytest.mark.guide("G09")
def test_a_new_account_sees_the_time_left_and_goes_on_by_itself(walkthrough: Walkthrough, world: World) -> None:
    world.clock.freeze()
    recognition(walkthrough)
    cpms = walkthrough.pages.cpms
    left = cpms.page.get_by_role("timer")
    expect(left).to_have_text("4:00")
    world.clock.advance("PT3M59S")
    expect(left).to_have_text("0:01")
    cpms.page.reload()
    expect(left).to_have_text("0:01")
    world.clock.advance("PT1S")
    cpms.is_at("complete-profile")


def test_without_script_the_button_goes_on(
    open_page: Callable[..., Page], watch: Watch, world: World, sign_in: SignIn
) -> None:
    desk = Desk(open_page(java_script_enabled=False), watch, world)
    world.settings.change({"recognition.delay": "PT5M"})
    world.clock.freeze()
    doctor = world.personas.create("enrolled", **DOCTOR.fields)
    sign_in(desk.cpms, doctor)
    desk.cpms.is_at("not-recognised")
    expect(desk.page.get_by_text("This page goes on by itself")).to_be_hidden()
    world.clock.advance("PT5M")
    desk.cpms.button("Try again").click()
    desk.cpms.is_at("complete-profile")


# Signing out.


def test_signing_out_here_leaves_eu_login_signed_in_and_everywhere_does_not(
    desk: Desk, doctor: Persona, sign_in: SignIn
) -> None:
    sign_in(desk.cpms, doctor)
    desk.cpms.sign_out()
    desk.sees("home")
    expect(desk.page.get_by_role("status")).to_contain_text("EU Login may still know you")
    assert small_targets(desk.page) == []  # whoever looked at the page first saw it without this note
    desk.cpms.start_sign_in()
    desk.sees("complete-profile")
    desk.cpms.sign_out(everywhere=True)
    desk.sees("logout")
    desk.eu_login.button("Log me out").click()
    desk.sees("logged-out")
    desk.eu_login.link("Return to the application").click()
    desk.sees("home")
    desk.cpms.start_sign_in()
    desk.sees("whoami")


def test_the_back_button_shows_nothing_after_signing_out(desk: Desk, doctor: Persona, sign_in: SignIn) -> None:
    sign_in(desk.cpms, doctor)
    desk.cpms.is_at("complete-profile")
    desk.cpms.sign_out()
    desk.cpms.is_at("home")
    desk.page.go_back()
    desk.cpms.is_at("home")
    expect(desk.page.locator("body")).not_to_contain_text(doctor.last_name)


# The menu, and two tabs.


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
    assert fits(desk.page)
    for button in ("Sign out", "Sign out here and at EU Login"):
        box = desk.cpms.button(button).bounding_box()
        assert box
        assert (box["x"] >= 0, box["x"] + box["width"] <= 320, box["height"] >= 44) == (True, True, True)


def test_a_sign_in_in_another_tab_keeps_what_was_typed(
    desk: Desk, doctor: Persona, sign_in: SignIn, watch: Watch, world: World
) -> None:
    sign_in(desk.cpms, doctor)
    desk.cpms.fill_profile(networks=["PaedCAN"], **HOSPITAL)
    other = desk.another_tab(watch, world)
    other.cpms.open("/screen/signin")
    other.cpms.is_at("complete-profile", "draft")
    desk.cpms.button("Next").click()
    desk.sees("access-request")


def test_a_form_sent_after_signing_out_in_another_tab_leads_to_the_sign_in_and_back(
    desk: Desk, doctor: Persona, sign_in: SignIn, watch: Watch, world: World
) -> None:
    sign_in(desk.cpms, doctor)
    desk.cpms.fill_profile(networks=["PaedCAN"], **HOSPITAL)
    other = desk.another_tab(watch, world)
    other.cpms.open()
    other.cpms.sign_out()
    other.cpms.is_at("home")
    desk.cpms.button("Next").click()
    desk.sees("home")
    expect(desk.page.get_by_role("status").last).to_contain_text("Please sign in first, then send the page again")
    desk.cpms.start_sign_in()
    desk.sees("complete-profile", "draft")


def test_an_answer_sent_after_signing_out_in_another_tab_is_given_back(
    desk: Desk, sign_in: SignIn, watch: Watch, world: World
) -> None:
    asked: RequestFields = {"network": "PaedCAN", "state": "info_requested", "reason": "Which ward?"}
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
