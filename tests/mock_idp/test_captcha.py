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
from tests.mock_idp.accounts_pages import EMAIL, LOST, REGISTER, value
from tests.mock_idp.conftest import Browser, advance, minutes
from tests.mock_idp.signing_in import tab, told

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


def test_no_code_is_asked_for_by_default(world: World, browser: Browser) -> None:
    assert ["captcha" in browser.open(page).page.text for page in (REGISTER, LOST)] == [False, False]
    assert captcha.captchas(world) == []


def test_a_code_has_five_characters_without_look_alikes(asking: World) -> None:
    codes = [captcha.new_captcha(asking, "b").code for _ in range(50)]
    assert {len(each) for each in codes} == {5}
    assert not set("IOl10og") & set("".join(codes))


@pytest.mark.parametrize("entered", ["", "wrong"])
def test_another_code_is_refused_with_a_new_picture(asking: World, browser: Browser, entered: str) -> None:
    browser.open(REGISTER)
    first = value(browser, "captchaId")
    browser.send(**SIGN_UP, captcha=entered)
    assert browser.at == ("register", "ready")
    assert any("Enter the code of the new picture" in error for error in browser.errors)
    assert (value(browser, "firstName"), value(browser, "emailConfirm")) == ("Ada", EMAIL)
    assert value(browser, "captcha") == ""
    assert value(browser, "captchaId") != first
    assert find_account(asking, EMAIL) is None
    assert told(asking, "captcha.wrong")["got"] == ("another code" if entered else "nothing")
    journal = str([event.fields for event in asking.journal.events()])
    assert not [each.code for each in captcha.captchas(asking) if each.code in journal]
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
    [_used, _missed, _foreign, *(lambda *_, text=text: text for text in ("abc", "9" * 30))],
)
def test_the_code_of_another_picture_is_refused(
    asking: World, browser: Browser, picture: Callable[[World, Browser], str]
) -> None:
    browser.open(REGISTER)
    number = picture(asking, browser)
    known = [each.code for each in captcha.captchas(asking) if str(each.id) == number]
    browser.send(**SIGN_UP, captchaId=number, captcha=known[0] if known else "abcde")
    assert browser.at == ("register", "ready")
    assert told(asking, "captcha.wrong")["got"] == "another code"


def test_another_code_is_one_button_away_and_keeps_what_was_typed(asking: World, browser: Browser) -> None:
    first = value(browser.open(REGISTER), "captchaId")
    browser.send(firstName="Ada", privacy="y", newCode="1")
    assert value(browser, "captchaId") != first
    assert browser.errors == []
    assert (value(browser, "firstName"), "checked" in browser.page.text) == ("Ada", True)


def test_the_picture_is_for_the_browser_whose_page_shows_it(asking: World, browser: Browser) -> None:
    address = f"/cas/captcha.png?id={value(browser.open(REGISTER), 'captchaId')}"
    browser.open(address)
    assert browser.page.headers["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(browser.page.content)).size == (200, 72)
    assert Browser(browser.base).open(address).page.status_code == 404
    for number in ("", "abc", "9" * 30):
        assert browser.open(f"/cas/captcha.png?id={number}").page.status_code == 404
        assert browser.at == ("error", "ready")


def test_a_right_code_stays_an_hour_while_something_else_is_mended(asking: World, browser: Browser) -> None:
    browser.open(REGISTER)
    shown, entered = value(browser, "captchaId"), code(asking)
    advance(asking, timedelta(minutes=59, seconds=59))
    browser.send(**SIGN_UP | {"firstName": ""}, captcha=f" {entered.swapcase()} ")
    assert (value(browser, "captchaId"), value(browser, "captcha").strip()) == (shown, entered.swapcase())
    late = tab(browser)
    assert browser.send(**SIGN_UP, captcha=entered).at == ("sign-up-sent", "ready")
    assert captcha.captchas(asking)[-1].used
    late.open(REGISTER)
    entered = code(asking)
    advance(asking, minutes(60))
    assert late.send(**SIGN_UP, captcha=entered).at == ("register", "ready")
    assert told(asking, "captcha.wrong")["got"] == "another code"


def test_each_of_two_tabs_has_its_own_code(asking: World, browser: Browser) -> None:
    first = browser.open(REGISTER).page
    first_code = code(asking)
    browser.open(REGISTER)
    browser.send(**SIGN_UP | {"email": "bo@x.example", "emailConfirm": "bo@x.example"}, captcha=code(asking))
    assert browser.at == ("sign-up-sent", "ready")
    browser.page = first
    assert browser.send(**SIGN_UP, captcha=first_code).at == ("sign-up-sent", "ready")


def test_a_lost_password_asks_for_a_code_for_each_name(asking: World, account: Account, browser: Browser) -> None:
    browser.open(LOST).send(username="nobody@hospital.example", captcha="wrong")
    assert ["Enter the code" in error for error in browser.errors] == [True] * 2  # summed up, and at the field
    shown, entered = value(browser, "captchaId"), code(asking)
    browser.send(username="nobody@hospital.example", captcha=entered)
    assert "we know no user" in browser.errors[0]
    assert (value(browser, "captchaId") != shown, value(browser, "captcha")) == (True, "")
    browser.send(username=EMAIL, captchaId=shown, captcha=entered)
    assert "Enter the code of the new picture" in browser.errors[0]
    assert browser.send(username=EMAIL, captcha=code(asking)).at == ("sign-up-sent", "ready")


def test_a_code_is_for_one_of_several_forms_sent_at_once(asking: World, browser: Browser) -> None:
    browser.open(REGISTER)
    entered, tabs = code(asking), [tab(browser) for _ in range(4)]

    def sign_up(number: int) -> str:
        email = f"n{number}@hospital.example"
        return tabs[number].send(**SIGN_UP | {"email": email, "emailConfirm": email}, captcha=entered).at[0]

    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(sign_up, range(4))) == ["register"] * 3 + ["sign-up-sent"]


def test_an_unknown_link_sends_no_mail_without_a_code(asking: World, account: Account, browser: Browser) -> None:
    browser.open("/cas/init/initialisePasswordLogin.cgi?nonsense").send(username=EMAIL)
    assert browser.at == ("lost-password", "ready")
    assert value(browser, "username") == EMAIL
    assert asking.mailbox.mails(to=EMAIL) == []
