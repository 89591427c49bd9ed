"""What the tests of accounts' pages share: the last mail's link, what the journal says, a browser that is signed in."""

import re
from html import unescape
from urllib.parse import urljoin

from mock_idp.accounts.model import Account
from mock_world import World
from mock_world.web.cookies import WorldSessions, cookie_name
from tests.mock_idp.conftest import PASSWORD, Browser

REGISTER = "/cas/eim/external/register.cgi"
LOST = "/cas/init/passwordResetRequest.cgi"
CHANGE = "/cas/change/changePassword.cgi"
EMAIL = "ada.berg@hospital.example"
NEW = "Lantern 42!"

# What people and programs type into a field, whatever it is for.
STRANGE = ["", "x" * 10_000, "\u202e\u05d0\u05d1\u05d2", "<b>x</b>", "a\x00b", "{seconds}"]


def the_link(world: World, to: str = EMAIL) -> str:
    """The link of the newest mail that has one."""
    return [mail for mail in world.mailbox.mails(to=to) if mail.links][-1].links[0]["url"]


def token_of(link: str) -> str:
    return link.partition("?")[2]


def sign_in(browser: Browser, account: Account, password: str = PASSWORD) -> Browser:
    browser.open("/cas/login").send(username=account.email).send(password=password)
    assert browser.at == ("successful-login", "ready")
    return browser


def link_to(browser: Browser, label: str) -> str:
    """The address behind a link of the page."""
    found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*>{re.escape(label)}', browser.page.text)
    assert found, f"no link {label!r} on {browser.at}"
    return urljoin(browser.base, unescape(found[1]))


def value(browser: Browser, name: str) -> str:
    """What a field of the page holds."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', browser.page.text)
    assert found, f"no field {name} on {browser.at}"
    held = re.search(r'value="([^"]*)"', found[0])
    return unescape(held[1]) if held else ""


def interrupt(browser: Browser, world: World, account: Account, query: str) -> None:
    """What the sign-in page leaves in the browser when a password has to be changed first."""
    browser.open("/cas/login")
    (cookie,) = (cookie for cookie in browser.http.cookies if cookie.name == cookie_name("idp", world))
    signed = WorldSessions("idp")._serializer(world)
    waiting = {"password_change": {"uid": account.uid, "query": query, "at": world.clock.now().isoformat()}}
    cookie.value = str(signed.dumps(signed.loads(cookie.value or "") | waiting))
