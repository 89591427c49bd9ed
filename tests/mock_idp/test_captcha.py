"""The picture with a code at sign-up and for a new password (facts, sign-up page)."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from mock_idp.accounts import captcha
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import find_account
from mock_world import World
from tests.mock_idp.accounts_pages import EMAIL, LOST, REGISTER, STRANGE, told, value
from tests.mock_idp.conftest import Browser, advance, minutes

SIGN_UP: dict[str, Any] = {
    "firstName": "Ada",
    "lastName": "Berg",
    "email": EMAIL,
    "emailConfirm": EMAIL,
    "privacy": "y",
}


@pytest.fixture
def asking(world: World) -> World:
    world.settings.change({"captcha": True})
    return world


def code(world: World) -> str:
    return captcha.captchas(world)[-1].code


@pytest.mark.parametrize("page", [REGISTER, LOST])
def test_no_code_is_asked_for_by_default(world: World, browser: Browser, page: str) -> None:
    browser.open(page)
    assert "Enter the code" not in browser.text
    assert "captcha" not in browser.page.text
    assert captcha.captchas(world) == []


def test_a_code_has_five_characters_without_look_alikes(asking: World) -> None:
    codes = [captcha.new_captcha(asking, "b").code for _ in range(50)]
    assert {len(each) for each in codes} == {5}
    assert not set("IOl10og") & set("".join(codes))


def test_the_right_code_lets_one_sign_up_in_upper_or_lower_case(asking: World, browser: Browser) -> None:
    browser.open(REGISTER)
    browser.send(**SIGN_UP, captcha=f" {code(asking).swapcase()} ")
    assert browser.at == ("sign-up-sent", "ready")
    assert captcha.captchas(asking)[-1].used


@pytest.mark.parametrize("entered", [*STRANGE, "wrong"])
def test_another_code_is_refused_with_a_new_picture_and_what_was_typed(
    asking: World, browser: Browser, entered: str
) -> None:
    browser.open(REGISTER)
    first = value(browser, "captchaId")
    browser.send(**SIGN_UP, captcha=entered)
    assert browser.at == ("register", "ready")
    assert any("Enter the code of the new picture" in error for error in browser.errors)
    assert (value(browser, "firstName"), value(browser, "emailConfirm")) == ("Ada", EMAIL)
    assert value(browser, "captcha") == ""
    assert value(browser, "captchaId") != first
    assert find_account(asking, EMAIL) is None
    expected, got, remedy = told(asking, "captcha.wrong")
    assert expected == "the code of the picture on the page, for one form"
    assert got == ("another code" if entered else "nothing")
    assert "GET /api/captchas" in remedy
    browser.send(**SIGN_UP, captcha=code(asking))
    assert browser.at == ("sign-up-sent", "ready")


def _used(world: World, browser: Browser) -> str:
    page, number = browser.page, value(browser, "captchaId")
    browser.send(**SIGN_UP | {"email": "bo@x.example", "emailConfirm": "bo@x.example"}, captcha=code(world))
    browser.page = page
    return number


def _missed(world: World, browser: Browser) -> str:
    number = value(browser, "captchaId")
    browser.send(captcha="wrong")
    return number


def _foreign(world: World, browser: Browser) -> str:
    return value(Browser(browser.base).open(REGISTER), "captchaId")


@pytest.mark.parametrize(
    "picture",
    [_used, _missed, _foreign, *(lambda *_, text=text: text for text in ("", "abc", "9" * 30, "-1", "\u0665"))],
)
def test_the_code_of_another_picture_is_refused(
    asking: World, browser: Browser, picture: Callable[[World, Browser], str]
) -> None:
    browser.open(REGISTER)
    number = picture(asking, browser)
    known = [each.code for each in captcha.captchas(asking) if str(each.id) == number]
    browser.send(**SIGN_UP, captchaId=number, captcha=known[0] if known else "abcde")
    assert browser.at == ("register", "ready")
    assert told(asking, "captcha.wrong")[1] == "another code"


@pytest.mark.parametrize(
    ("age", "page"), [(timedelta(minutes=59, seconds=59), "sign-up-sent"), (minutes(60), "register")]
)
def test_a_picture_lasts_as_long_as_a_page(asking: World, browser: Browser, age: timedelta, page: str) -> None:
    browser.open(REGISTER)
    entered = code(asking)
    advance(asking, age)
    assert browser.send(**SIGN_UP, captcha=entered).at[0] == page


@pytest.mark.parametrize(
    ("page", "typed"), [(REGISTER, {"firstName": "Ada", "privacy": "y"}), (LOST, {"username": EMAIL})]
)
def test_another_code_is_one_button_away_and_keeps_what_was_typed(
    asking: World, browser: Browser, page: str, typed: dict[str, Any]
) -> None:
    browser.open(page)
    first = value(browser, "captchaId")
    browser.send(**typed, newCode="1")
    assert value(browser, "captchaId") != first
    assert browser.errors == []
    assert {name: value(browser, name) for name in typed} == typed
    assert ("checked" in browser.page.text) is ("privacy" in typed)


def test_the_picture_is_for_the_browser_whose_page_shows_it(asking: World, browser: Browser) -> None:
    address = f"/cas/captcha.png?id={value(browser.open(REGISTER), 'captchaId')}"
    browser.open(address)
    assert browser.page.headers["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(browser.page.content)).size == (200, 72)
    assert Browser(browser.base).open(address).page.status_code == 404


@pytest.mark.parametrize("number", ["", "abc", "0", "9" * 30])
def test_there_is_no_other_picture(asking: World, browser: Browser, number: str) -> None:
    assert browser.open(f"/cas/captcha.png?id={number}").page.status_code == 404
    assert browser.at == ("error", "ready")


def test_a_lost_password_asks_for_the_code_before_it_says_who_is_known(asking: World, browser: Browser) -> None:
    browser.open(LOST).send(username="nobody@hospital.example", captcha="wrong")
    assert len(browser.errors) == 2  # summed up, and at the field
    assert "Enter the code" in browser.errors[0]
    assert value(browser, "username") == "nobody@hospital.example"


def test_no_code_stands_in_the_journal(asking: World, browser: Browser) -> None:
    browser.open(REGISTER).send(captcha="wrong")
    journal = str([(event.type, event.fields) for event in asking.journal.events()])
    assert "captcha.shown" in journal
    assert not [each.code for each in captcha.captchas(asking) if each.code in journal]


def test_a_right_code_stays_while_something_else_is_mended(asking: World, browser: Browser) -> None:
    browser.open(REGISTER)
    shown, entered = value(browser, "captchaId"), code(asking)
    browser.send(**SIGN_UP | {"firstName": ""}, captcha=entered)
    assert (value(browser, "captchaId"), value(browser, "captcha")) == (shown, entered)
    assert browser.send(**SIGN_UP, captcha=entered).at == ("sign-up-sent", "ready")


def test_each_of_two_tabs_has_its_own_code(asking: World, browser: Browser) -> None:
    first = browser.open(REGISTER).page
    first_code = code(asking)
    browser.open(REGISTER)
    browser.send(**SIGN_UP | {"email": "bo@x.example", "emailConfirm": "bo@x.example"}, captcha=code(asking))
    assert browser.at == ("sign-up-sent", "ready")
    browser.page = first
    assert browser.send(**SIGN_UP, captcha=first_code).at == ("sign-up-sent", "ready")


def test_a_code_tries_one_name_of_a_lost_password(asking: World, account: Account, browser: Browser) -> None:
    browser.open(LOST)
    shown, entered = value(browser, "captchaId"), code(asking)
    browser.send(username="nobody@hospital.example", captcha=entered)
    assert "we know no user" in browser.errors[0]
    assert (value(browser, "captchaId") != shown, value(browser, "captcha")) == (True, "")
    browser.send(username=EMAIL, captchaId=shown, captcha=entered)
    assert "Enter the code of the new picture" in browser.errors[0]
    assert browser.send(username=EMAIL, captcha=code(asking)).at == ("sign-up-sent", "ready")


def test_a_code_is_for_one_of_several_forms_sent_at_once(asking: World, browser: Browser) -> None:
    browser.open(REGISTER)
    opened, entered, tabs = browser.page, code(asking), [Browser(browser.base) for _ in range(4)]
    for number, tab in enumerate(tabs):
        tab.http.cookies.update(browser.http.cookies)
        tab.page, tab.email = opened, f"n{number}@hospital.example"  # type: ignore[attr-defined]

    def sign_up(tab: Any) -> str:
        return str(tab.send(**SIGN_UP | {"email": tab.email, "emailConfirm": tab.email}, captcha=entered).at[0])

    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(sign_up, tabs)) == ["register"] * 3 + ["sign-up-sent"]


def test_a_link_that_is_not_known_sends_no_mail_without_a_code(
    asking: World, account: Account, browser: Browser
) -> None:
    browser.open("/cas/init/initialisePasswordLogin.cgi?nonsense").send(username=EMAIL)
    assert browser.at == ("lost-password", "ready")
    assert value(browser, "username") == EMAIL
    assert asking.mailbox.mails(to=EMAIL) == []
