"""Where signing out may lead: to services that may use EU Login, and nowhere else."""

import pytest

from mock_idp.accounts.model import Account
from mock_idp.cas.services import NewService, delete_service, register_service
from mock_world import World
from tests.mock_idp.conftest import Browser
from tests.mock_idp.signed_in import sign_in

APP = "http://app.example/bye?a=1&b=2"
NAMES = pytest.mark.parametrize("name", ["service", "url"])


def logged_out(browser: Browser, **query: str) -> Browser:
    """The page after signing out, opened with that query."""
    browser.page = browser.http.get(browser.base + "/cas/logout", params=query)
    if browser.at == ("logout", "ready"):
        browser.send()
    assert browser.at == ("logged-out", "ready")
    return browser


def leads_to(browser: Browser, address: str) -> bool:
    return f'href="{address.replace("&", "&amp;")}"' in browser.page.text


@NAMES
def test_a_service_that_may_use_eu_login_is_returned_to(
    world: World, account: Account, browser: Browser, name: str
) -> None:
    sign_in(browser, world, account)
    assert leads_to(logged_out(browser, **{name: APP}), APP)
    assert "Return to the application" in browser.text


@NAMES
@pytest.mark.parametrize(
    "address",
    [
        "https://shop.evil/",
        "https://shop.evil/?x=http://app.example/",
        "https://app.example@shop.evil/",
        "https://app.example\\@shop.evil/",
        "https://app.example%2f@shop.evil/",
        "https://app.example.shop.evil/",
        "https:///shop.evil/",
        "https:shop.evil",
        "///shop.evil",
        "/\\shop.evil",
        " https://shop.evil/",
        "https://shop.evil\t.example/",
        "https://shop.evil\uff0e/",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "http://app.example\r\nLocation: https://shop.evil/",
        "x" * 10_000,
    ],
)
def test_anything_else_is_left_out(world: World, account: Account, browser: Browser, name: str, address: str) -> None:
    sign_in(browser, world, account)
    logged_out(browser, **{name: address})
    assert "Return to the application" not in browser.text
    assert 'href="https://shop.evil' not in browser.page.text


@NAMES
def test_it_must_be_registered_where_the_setting_says_so(
    world: World, account: Account, browser: Browser, name: str
) -> None:
    world.settings.change({"cas.services": "registered"})
    assert not leads_to(logged_out(browser, **{name: APP}), APP)
    service = register_service(world, NewService("http://app.example"))
    assert leads_to(logged_out(browser, **{name: APP}), APP)
    delete_service(world, service.id)
    assert not leads_to(logged_out(browser, **{name: APP}), APP)


def test_of_two_addresses_service_counts(browser: Browser) -> None:
    assert leads_to(logged_out(browser, service=APP, url="http://other.example/"), APP)
    assert "Return to the application" not in logged_out(browser, service="https://shop.evil/", url=APP).text
