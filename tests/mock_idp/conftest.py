"""A site with EU Login alone, a frozen world a test, and a small browser without script."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import requests

from mock_idp import create_app
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.common.strength_names import PASSWORD as STRENGTH
from mock_idp.factors.devices.enrolment import DeviceDescription, Enrolled, enrol
from mock_idp.factors.devices.rules import add_device
from mock_idp.signin.sessions import SignedIn, start_session
from mock_world import World, WorldSpec
from mock_world.server import Site
from tests.mock_idp.application import Application

START = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
PASSWORD = "Abcdef-12"
PIN = "1234"
OTHERS = {  # nobody listens there, but addresses that lead there look as they do
    "desk": "http://localhost:18400",
    "cpms": "http://localhost:18402",
    "phone": "http://localhost:18403",
}


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    site = Site({"idp": create_app()})
    site.listeners |= OTHERS
    with site:
        yield site


@pytest.fixture
def world(site: Site) -> Iterator[World]:
    world = site.worlds.create(spec=WorldSpec(now=START, frozen=True))
    yield world
    site.worlds.delete(world.name)


class Browser:
    """Opens pages and sends their forms; keeps cookies; runs no script."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = requests.Session()
        self.page: requests.Response

    def open(self, path: str) -> "Browser":
        self.page = self.http.get(path if path.startswith("http") else self.base + path)
        return self

    def send(self, *, follow: bool = True, **fields: str) -> "Browser":
        """Send the page's form: its hidden fields stay as they are unless given."""
        data = dict(self.hidden) | fields
        self.page = self.http.post(self.page.url, data=data, allow_redirects=follow)
        return self

    @property
    def hidden(self) -> list[tuple[str, str]]:
        tags = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", self.page.text)
        named = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags]
        return [(name[1], unescape(value[1]) if value else "") for name, value in named if name]

    @property
    def at(self) -> tuple[str, str]:
        """Page and state."""
        found = re.search(r'data-page="([^"]*)" data-state="([^"]*)"', self.page.text)
        return (found[1], found[2]) if found else ("", "")

    @property
    def text(self) -> str:
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.page.text)))

    @property
    def errors(self) -> list[str]:
        found = re.findall(r'class="(?:srvErrors )?error[^"]*"[^>]*>(.*?)</(?:div|p)>', self.page.text, re.DOTALL)
        return [unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))).strip() for text in found]


@pytest.fixture
def browser(site: Site, world: World) -> Browser:
    return Browser(site.listeners["idp"] + world.prefix)


@pytest.fixture
def account(world: World) -> Account:
    new = NewAccount("Ada", "Berg", "ada.berg@hospital.example", password=PASSWORD, groups=["G1", "G2"])
    return create_account(world, new)


@pytest.fixture
def other(world: World) -> Account:
    """Somebody else with a password."""
    return create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))


@pytest.fixture
def staff(world: World) -> Account:
    """Somebody of an institution, which manages the account."""
    new = NewAccount("Eva", "Staff", "eva@staff.example", password=PASSWORD, domain="eu.europa.ec", assurance_level=40)
    return create_account(world, new)


@pytest.fixture
def device(world: World, account: Account) -> Enrolled:
    waiting = add_device(world, account.uid, name="My phone", pin=PIN)
    return enrol(world, waiting.enrolment, pin=PIN, description=DeviceDescription("My phone", "Android", "Acme", "One"))


@pytest.fixture
def signed_in(world: World, account: Account) -> SignedIn:
    """Somebody's session, by the password."""
    return SignedIn(start_session(world, account, STRENGTH), account)


@pytest.fixture
def application() -> Iterator[Application]:
    """An application's server."""
    with Application() as application:
        yield application


@pytest.fixture
def is_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once somebody looked for something, found nothing, and waits for a signal."""
    waits, wait = threading.Event(), world.signals.wait

    def observed(check: Callable[[], Any], *topics: str, seconds: float) -> Any:
        def look() -> Any:
            found = check()
            waits.set()
            return found

        return wait(look, *topics, seconds=seconds)

    monkeypatch.setattr(world.signals, "wait", observed)
    return waits


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def advance(world: World, by: timedelta) -> None:
    world.move_clock(world.clock.now() + by)
