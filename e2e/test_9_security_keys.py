"""Security keys, trusted platforms and passkeys: added, used as second factor, named, deleted."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import DOCTOR, PASSWORD
from e2e.watch import Watch
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.journeys import KEY_METHOD, add_security_key
from eulogin_harness.browser.pages import Pages
from eulogin_harness.browser.security_key import SecurityKey
from eulogin_harness.client import World

KEYS = "/userdata/manageMySecurityKeys.cgi"
FROZEN = pytest.mark.eulogin_world(now="2026-11-27T10:00:00+01:00", frozen=True)


@pytest.fixture
def at_keys(world: World, eu_login: EuLogin) -> EuLogin:
    """Signed in with the password, at the list of security keys."""
    Pages(eu_login.page, world).start_session(world.personas.create("registered", **DOCTOR.fields).email)
    eu_login.open(KEYS)
    eu_login.is_at("security-keys")
    return eu_login


@pytest.fixture
def with_key(at_keys: EuLogin) -> tuple[EuLogin, SecurityKey]:
    """A key is added, and nobody is signed in any more."""
    key = SecurityKey.add(at_keys.page)
    add_security_key(at_keys, "Blue key")
    at_keys.page.context.clear_cookies()
    return at_keys, key


def ask(eu_login: EuLogin, path: str = "/login") -> None:
    """To the page on which the browser asks for the key."""
    eu_login.open(path)
    eu_login.sign_in(DOCTOR.email, PASSWORD, KEY_METHOD)


def told(eu_login: EuLogin, watch: Watch, page: str, state: str, words: str) -> None:
    eu_login.is_at(page, state)
    expect(eu_login.page.get_by_role("alert")).to_contain_text(words)
    watch.look(eu_login.page)


def test_a_key_is_added_and_used_as_second_factor(eu_login: EuLogin, cpms: Cpms, watch: Watch, world: World) -> None:
    doctor = world.personas.create("registered", **DOCTOR.fields)
    page = eu_login.page
    key = SecurityKey.add(page, touched=False)
    eu_login.open(KEYS)
    eu_login.sign_in(doctor.email, PASSWORD)
    eu_login.is_at("security-keys")
    watch.look(page)
    eu_login.link("Add a security key").click()
    eu_login.is_at("add-security-key")
    watch.look(page)
    eu_login.field("Name of your security key").fill("Blue key")
    eu_login.button("Submit").click()
    eu_login.is_at("add-security-key", "pending")
    watch.look(page)
    key.set_touched(True)
    page.reload()
    eu_login.is_at("security-keys")
    expect(page.get_by_role("status")).to_contain_text("Blue key was added.")
    watch.look(page)
    eu_login.log_out()
    key.set_touched(False)
    cpms.open()
    cpms.start_sign_in()
    eu_login.sign_in(doctor.email, PASSWORD, KEY_METHOD)
    eu_login.is_at("webauthn", "pending")
    watch.look(page)
    key.set_touched(True)
    page.reload()
    cpms.is_at("complete-profile")
    eu_login.open(KEYS)
    expect(page.get_by_text("Last used on")).to_be_visible()
    eu_login.link("Rename Blue key").click()
    eu_login.is_at("rename-security-key")
    watch.look(page)
    eu_login.field("Name of your security key").fill("Green key")
    eu_login.button("Submit").click()
    eu_login.link("Delete Green key").click()
    eu_login.is_at("confirm")
    watch.look(page)


def test_a_trusted_platform_is_added_and_used_as_second_factor(at_keys: EuLogin) -> None:
    SecurityKey.add(at_keys.page, platform=True)
    add_security_key(at_keys, "My laptop")
    at_keys.page.context.clear_cookies()
    ask(at_keys)
    at_keys.is_at("successful-login")


def test_a_key_that_does_not_recognise_the_person_signs_nobody_in(
    watch: Watch, with_key: tuple[EuLogin, SecurityKey]
) -> None:
    eu_login, key = with_key
    key.set_user_verified(False)
    ask(eu_login)
    told(eu_login, watch, "webauthn", "failed", "Try again: the prompt of your browser was cancelled")
    key.set_user_verified(True)
    eu_login.button("Try again").click()
    eu_login.is_at("successful-login")


def test_without_the_key_another_verification_method_leads_on(
    watch: Watch, with_key: tuple[EuLogin, SecurityKey]
) -> None:
    eu_login, key = with_key
    key.remove()
    ask(eu_login)
    eu_login.is_at("webauthn", "pending")
    eu_login.button("Use another verification method").click()
    eu_login.is_at("password")
    eu_login.choose_method("Password")
    eu_login.enter_password(PASSWORD)
    eu_login.is_at("successful-login")
    watch.look(eu_login.page)


@FROZEN
def test_a_key_that_is_not_touched_in_time_is_told_by_the_clock(
    watch: Watch, world: World, with_key: tuple[EuLogin, SecurityKey]
) -> None:
    eu_login, key = with_key
    key.set_touched(False)
    ask(eu_login)
    eu_login.is_at("webauthn", "pending")
    world.clock.advance(minutes=10)
    told(eu_login, watch, "webauthn", "timed-out", "Enter your password again")
    key.set_touched(True)
    eu_login.button("Try again").click()
    eu_login.choose_method(KEY_METHOD)
    eu_login.enter_password(PASSWORD)
    eu_login.is_at("successful-login")


@FROZEN
def test_a_new_key_that_is_refused_cancelled_or_late_is_told_and_tried_again(
    watch: Watch, world: World, at_keys: EuLogin
) -> None:
    key = SecurityKey.add(at_keys.page, user_verified=False)
    at_keys.link("Add a security key").click()
    at_keys.field("Name of your security key").fill("Blue key")
    at_keys.button("Submit").click()
    told(at_keys, watch, "add-security-key", "failed", "Try again: the prompt of your browser was cancelled")
    key.set_touched(False)
    at_keys.button("Try again").click()
    at_keys.is_at("add-security-key", "pending")
    world.clock.advance(minutes=10)
    told(at_keys, watch, "add-security-key", "timed-out", "nothing was added")
    key.set_user_verified(True)
    key.set_touched(True)
    at_keys.button("Try again").click()
    at_keys.is_at("security-keys")


def test_the_same_key_is_not_added_twice(watch: Watch, with_key: tuple[EuLogin, SecurityKey]) -> None:
    eu_login, _ = with_key
    ask(eu_login, KEYS)
    eu_login.link("Add a security key").click()
    eu_login.field("Name of your security key").fill("blue KEY")
    eu_login.button("Submit").click()
    expect(eu_login.errors).to_contain_text("Choose another name")
    eu_login.field("Name of your security key").fill("The same again")
    eu_login.button("Submit").click()
    told(eu_login, watch, "add-security-key", "failed", "Use another key: this one is in your list already.")


def test_a_browser_without_webauthn_says_what_to_do(watch: Watch, at_keys: EuLogin) -> None:
    at_keys.page.add_init_script("delete globalThis.PublicKeyCredential")
    at_keys.link("Add a security key").click()
    at_keys.field("Name of your security key").fill("Blue key")
    at_keys.button("Submit").click()
    told(at_keys, watch, "add-security-key", "pending", "Use a current browser")
    at_keys.link("Cancel").click()
    at_keys.is_at("security-keys")
