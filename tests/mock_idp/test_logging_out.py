"""Where signing out may lead: to services that may use EU Login, and nowhere else."""

from itertools import product

import pytest

from mock_idp.accounts.model import Account
from mock_world import World
from tests.mock_idp.conftest import Browser
from tests.mock_idp.signed_in import sign_in

APP = "http://app.example/bye?a=1&b=2"


def logged_out(browser: Browser, **query: str) -> Browser:
    """The page after signing out, opened with that query."""
    browser.page = browser.http.get(browser.base + "/cas/logout", params=query)
    if browser.at == ("logout", "ready"):
        browser.send()
    assert browser.at == ("logged-out", "ready")
    return browser


def leads_to(browser: Browser, address: str) -> bool:
    return f'href="{address.replace("&", "&amp;")}"' in browser.page.text


@pytest.mark.parametrize("name", ["service", "url"])
def test_a_service_that_may_use_eu_login_is_returned_to(
    world: World, account: Account, browser: Browser, name: str
) -> None:
    sign_in(browser, world, account)
    assert leads_to(logged_out(browser, **{name: APP}), APP)
    assert "Return to the application" in browser.text
    other = {"service": "https://shop.evil/", "url": APP}  # of two the service counts
    assert "Return to the application" not in logged_out(browser, **other).text


@pytest.mark.threat("Logging out leads to an address of elsewhere (open redirect)")
def test_anything_else_is_left_out(world: World, account: Account, browser: Browser) -> None:
    """Which addresses are harmless: tests of mock_world.domains."""
    odd = [
        "https://shop.evil/",
        "https://app.example\\@shop.evil/",
        "https:///shop.evil/",
        "///shop.evil",
        " https://shop.evil/",
    ]
    odd += ["java\nscript:alert(1)", "http://app.example\r\nLocation: https://shop.evil/", "x" * 10_000]
    for name, address in product(("service", "url"), odd):
        sign_in(browser, world, account)
        logged_out(browser, **{name: address})
        assert "Return to the application" not in browser.text
        assert 'href="https://shop.evil' not in browser.page.text
