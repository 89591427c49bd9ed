"""The check list beside a new password (G06), and signing up without script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import DOCTOR, PASSWORD
from e2e.watch import Watch
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.client import World

REGISTER = "/eim/external/register.cgi"

OpenPage = Callable[..., Page]


@pytest.mark.guide("G06")
@pytest.mark.parametrize("profile", ["guide", pytest.param("today", marks=pytest.mark.slow)])
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
