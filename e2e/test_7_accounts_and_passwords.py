"""Accounts and passwords beside the guide's path: picture code, lost password, change, links that are closed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import DESKTOP, DOCTOR, PASSWORD, PHONE_WIDTH
from eulogin_harness.browser.checks import Watch
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.client import World

NEW = "Harbour 77?"
REGISTER = "/eim/external/register.cgi"
LOST = "/init/passwordResetRequest.cgi"
CHANGE = "/change/changePassword.cgi"

OpenPage = Callable[..., Page]


@pytest.fixture(params=[DESKTOP, PHONE_WIDTH], ids=["desktop", "phone"])
def at_both_widths(request: pytest.FixtureRequest, open_page: OpenPage, world: World) -> EuLogin:
    """EU Login on a computer, and in the narrow window of a phone."""
    return EuLogin(open_page(viewport=request.param), world.addresses.idp + "/cas")


@pytest.mark.eulogin_world(settings={"captcha": True})
def test_the_code_of_a_picture_can_be_had_anew_and_lets_one_sign_up(
    watch: Watch, world: World, at_both_widths: EuLogin
) -> None:
    eu_login = at_both_widths
    eu_login.open(REGISTER)
    eu_login.fill_sign_up(**DOCTOR.names)
    first = world.captchas.wait()
    expect(eu_login.code_picture).to_have_js_property("naturalWidth", 200)
    eu_login.button("Get another code").click()
    second = world.captchas.wait(after=first.id)
    expect(eu_login.field("First name")).to_have_value(DOCTOR.first_name)
    eu_login.field("Enter the code").fill("wrong")
    eu_login.field("Enter the code").press("Enter")
    expect(eu_login.errors).to_contain_text("Enter the code of the new picture")
    eu_login.is_at("register")
    watch.look(eu_login.page)
    eu_login.field("Enter the code").fill(world.captchas.wait(after=second.id).code)
    eu_login.button("Create an account").click()
    eu_login.is_at("sign-up-sent")
    watch.look(eu_login.page)


def test_a_doctor_who_comes_from_a_service_gets_back_to_it(
    watch: Watch, world: World, eu_login: EuLogin, cpms: Cpms
) -> None:
    eu_login.open(f"{REGISTER}?service={world.addresses.cpms}/screen/home&email={DOCTOR.email}")
    expect(eu_login.page.get_by_text("to continue to CPMS 2.0")).to_be_visible()
    expect(eu_login.field("E-mail")).to_have_value(DOCTOR.email)
    eu_login.fill_sign_up(**DOCTOR.names)
    eu_login.button("Create an account").click()
    eu_login.is_at("sign-up-sent")
    eu_login.page.goto(world.mails.wait(to=DOCTOR.email).links[0].url)
    eu_login.fill_new_password(PASSWORD)
    eu_login.button("Submit").click()
    eu_login.is_at("password-set")
    watch.look(eu_login.page)
    eu_login.link("Proceed to CPMS 2.0").click()
    cpms.is_at("home")
    assert "ticket=ST-" in cpms.page.url


@pytest.mark.eulogin_world(settings={"captcha": True})
def test_a_lost_password_is_replaced_by_mail(watch: Watch, world: World, at_both_widths: EuLogin) -> None:
    eu_login, doctor = at_both_widths, world.personas.create("registered", **DOCTOR.fields)
    world.clock.advance(minutes=1)
    eu_login.open(f"{LOST}?username={doctor.email}")
    eu_login.is_at("lost-password")
    watch.look(eu_login.page)
    eu_login.field("Enter the code").fill(world.captchas.wait().code)
    eu_login.button("Get a password").click()
    eu_login.is_at("sign-up-sent")
    eu_login.page.goto(world.mails.wait(to=doctor.email, subject="new password").links[0].url)
    eu_login.fill_new_password(NEW)
    eu_login.button("Submit").click()
    eu_login.is_at("password-set")
    watch.look(eu_login.page)


def test_a_password_is_changed_by_who_knows_it(watch: Watch, world: World, at_both_widths: EuLogin) -> None:
    eu_login, doctor = at_both_widths, world.personas.create("registered", **DOCTOR.fields)
    world.clock.advance(minutes=1)
    eu_login.open(CHANGE)
    eu_login.sign_in(doctor.email, PASSWORD)
    eu_login.is_at("change-password")
    eu_login.fill_password_change("wrong", NEW)
    eu_login.button("Submit").click()
    expect(eu_login.errors).to_contain_text("Tries left: 4")
    watch.look(eu_login.page)
    eu_login.fill_password_change(PASSWORD, NEW)
    eu_login.button("Submit").click()
    eu_login.is_at("password-set", "changed")
    watch.look(eu_login.page)
    assert "was changed" in world.mails.wait(to=doctor.email).text


def test_a_link_that_met_too_many_wrong_names_leads_to_a_new_request(
    watch: Watch, world: World, at_both_widths: EuLogin
) -> None:
    eu_login, doctor = at_both_widths, world.personas.create("invited", **DOCTOR.names)
    world.settings.change({"link.tries": 2})
    world.clock.advance(minutes=5)
    eu_login.page.goto(world.mails.wait(to=doctor.email).links[0].url)
    for _ in range(2):
        watch.look(eu_login.page)
        eu_login.field("Username or e-mail address").fill("somebody@else.example")
        eu_login.button("Submit").click()
    eu_login.is_at("link-expired", "closed")
    watch.look(eu_login.page)
    eu_login.link("Lost your password?").click()
    eu_login.is_at("lost-password")


@pytest.mark.parametrize("profile", ["guide", "today"])
def test_the_check_list_says_what_the_server_will_say(
    watch: Watch, world: World, eu_login: EuLogin, profile: str
) -> None:
    """The page's script and the server apply the same rules to the same passwords."""
    world.settings.change({"password.min_length": 10, "password.groups": 4} if profile == "today" else {})
    world.personas.create("invited", **DOCTOR.names)
    eu_login.page.goto(world.mails.wait(to=DOCTOR.email).links[0].url)
    expect(eu_login.rules_in_words).to_have_text("The list is ticked off while you type.")
    for password in ("Abcdef1", "abcdefg1", "        ", "ÄÖÜäöüßé12", "\U0001f511" * 4 + "Ab1", "%&'\"<>\\`~", "Ab1_"):
        eu_login.fill_new_password(password)
        expect(eu_login.rules_in_words).not_to_have_text("This password meets the rules.")
        eu_login.button("Submit").click()
        expect(eu_login.errors).to_contain_text("Choose a password of at least")
    eu_login.field("New password").fill("Abcdefg_12")
    expect(eu_login.rules_in_words).to_have_text("Enter the same password in both fields.")
    expect(eu_login.rules_met).to_have_count(5)
    eu_login.field("Confirm new password").fill("Abcdefg_12")
    expect(eu_login.rules_in_words).to_have_text("This password meets the rules.")
    expect(eu_login.rules_met.last).to_have_text("Done: The same in both fields")
    watch.look(eu_login.page)
    eu_login.button("Submit").click()
    eu_login.is_at("password-set")


def test_without_script_the_rules_stand_there_and_the_server_keeps_them(world: World, open_page: OpenPage) -> None:
    world.settings.change({"captcha": True})
    eu_login = EuLogin(open_page(java_script_enabled=False), world.addresses.idp + "/cas")
    eu_login.open(REGISTER)
    eu_login.fill_sign_up(**DOCTOR.names)
    first = world.captchas.wait()
    eu_login.button("Get another code").click()
    eu_login.field("Enter the code").fill(world.captchas.wait(after=first.id).code)
    eu_login.button("Create an account").click()
    eu_login.page.goto(world.mails.wait(to=DOCTOR.email).links[0].url)
    expect(eu_login.page.get_by_text("8 characters or more")).to_be_visible()
    expect(eu_login.rules_in_words).to_be_empty()
    eu_login.fill_new_password("weak")
    eu_login.button("Submit").click()
    expect(eu_login.errors).to_contain_text("Choose a password of at least 8 characters")
    eu_login.fill_new_password(PASSWORD)
    eu_login.button("Submit").click()
    eu_login.is_at("password-set")
