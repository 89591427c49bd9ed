"""What the tests of signing in share: opening the page, answering on the phone, what the journal and tickets say."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from mock_idp.accounts.model import Account
from mock_idp.cas.tickets import ServiceTicket
from mock_idp.factors.devices import sign_in_requests as phone_requests
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.factors.devices.pins import check_pin
from mock_idp.factors.devices.rules import devices_of
from mock_idp.factors.devices.sign_in_requests import open_requests
from mock_world import Refusal, World
from tests.mock_idp.conftest import PASSWORD, PIN, Browser
from tests.mock_idp.test_devices import proof

SERVICE = "http://cpms.example/signin"
WANTED = {"service": SERVICE, "authenticationLevel": "MEDIUM"}
APP = "PASSWORD_MOBILE_APP"


def login(browser: Browser, **query: str) -> Browser:
    return browser.open("/cas/login" + (f"?{urlencode(query)}" if query else ""))


def sign_in(browser: Browser, account: Account, strength: str = "PASSWORD", **query: str) -> Browser:
    """From the first page to what comes after the password; a service outside is not opened."""
    login(browser, **query).send(username=account.email)
    return go_on(browser.send(follow=False, password=PASSWORD, loginStrength=strength))


def go_on(browser: Browser) -> Browser:
    """Follow redirects as long as they stay at EU Login."""
    while "Location" in browser.page.headers and not target(browser):
        browser.page = browser.http.get(_absolute(browser), allow_redirects=False)
    return browser


def _absolute(browser: Browser) -> str:
    location = browser.page.headers["Location"]
    parts = urlsplit(browser.page.url)
    return location if location.startswith("http") else f"{parts.scheme}://{parts.netloc}{location}"


def target(browser: Browser) -> str:
    """The address outside to which the browser is sent; empty where there is none."""
    location = browser.page.headers.get("Location", "")
    return location if location.startswith("http") and not location.startswith(browser.base) else ""


def answer_page(browser: Browser, step: str) -> Browser:
    """Send a page that stands between sign-in and service."""
    return go_on(browser.send(follow=False, goOn=step))


def opened(browser: Browser, **query: str) -> Browser:
    """The sign-in page, going on as far as EU Login itself."""
    browser.page = browser.http.get(browser.base + "/cas/login", params=query, allow_redirects=False)
    return go_on(browser)


def ticket(world: World, browser: Browser) -> ServiceTicket:
    """The ticket with which the browser is sent to the service."""
    (number,) = parse_qs(urlsplit(target(browser)).query)["ticket"]
    with world.database.session() as db:
        return db.get_one(ServiceTicket, number)


def log_out_by_link(browser: Browser) -> Browser:
    """Log out by the page's own link, and go on to the sign-in page, which knows the service still."""
    host = browser.base.partition("/w/")[0]
    (link,) = re.findall(r'href="([^"]*/cas/logout\?[^"]*)"', browser.page.text)
    browser.open(host + unescape(link)).send()
    assert browser.at == ("logged-out", "ready")
    assert "Return to the application" not in browser.text
    (link,) = re.findall(r'title="Login" href="([^"]*)"', browser.page.text)
    return browser.open(unescape(link))


def change(world: World, account: Account, **fields: object) -> None:
    with world.database.session() as db:
        row = db.get_one(Account, account.uid)
        for name, value in fields.items():
            setattr(row, name, value)


def answer(world: World, account: Account, device: Enrolled, *, approve: bool = True) -> None:
    """Answer the only open request."""
    (sent,) = open_requests(world, account.uid)
    (registered,) = devices_of(world, account.uid)
    phone_requests.answer(world, registered, sent.id, approve=approve, pin=PIN, proof=proof(device, sent.challenge))


def told(world: World, code: str) -> dict[str, Any]:
    """What the journal says of the last refusal of that kind."""
    fields: dict[str, Any] = world.journal.events(types=[code])[-1].fields
    assert all(fields[name] for name in ("expected", "got", "remedy"))
    return fields


def tab(browser: Browser) -> Browser:
    """Another tab of the same browser, at the same page."""
    other = Browser(browser.base)
    other.http, other.page = browser.http, browser.page
    return other


def block(world: World, account: Account) -> None:
    """Enter wrong PINs until the only device is blocked."""
    (device,) = devices_of(world, account.uid)
    for _ in range(5):
        with pytest.raises(Refusal):
            check_pin(world, device, "0000", person=account.email)
