"""A world with phones and a small EU Login, in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import requests

from mock_phone import Phone, create_app
from mock_world import Refusal, World, WorldSpec
from mock_world.server import Site
from tests.mock_phone.browser import Browser
from tests.mock_phone.fake_eu_login import FakeEuLogin, base64url

ANNA = "anna@hospital.example"
NOW = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def eu_login_app() -> FakeEuLogin:
    return FakeEuLogin()


@pytest.fixture(scope="module")
def site(eu_login_app: FakeEuLogin) -> Iterator[Site]:
    with Site({"phone": create_app(), "idp": eu_login_app.app}) as site:
        yield site


@pytest.fixture
def world(site: Site) -> Iterator[World]:
    world = site.worlds.create(spec=WorldSpec(now=NOW, frozen=True))
    yield world
    site.worlds.delete(world.name)


@pytest.fixture
def eu_login(eu_login_app: FakeEuLogin) -> FakeEuLogin:
    eu_login_app.reset()
    return eu_login_app


@pytest.fixture
def phone(world: World) -> Phone:
    """A phone with the app, not initialised."""
    return Phone.create(world, owner=ANNA, installed=True)


@pytest.fixture
def ready(phone: Phone, eu_login: FakeEuLogin) -> Phone:
    """The same, with Anna's account."""
    return link(phone, eu_login, ANNA)


@contextmanager
def refused(code: str, words: str = "", remedy: str = "") -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """Expect a refusal of that code whose sentence holds `words`, and whose way out `remedy`."""
    with pytest.raises(Refusal) as info:
        yield info
    assert info.value.code == code
    assert words in info.value.message()
    assert remedy in info.value.remedy


def link(phone: Phone, eu_login: FakeEuLogin, account: str, server: str = "") -> Phone:
    """Put an account on the phone that EU Login knows; `server`: another than that of this world."""
    eu_login.add_device(phone.world, account, state="active")
    identifier = list(eu_login.devices)[-1]
    device = eu_login.devices[identifier]
    phone.link(
        account=account,
        device_identifier=identifier,
        secret=base64url(device.secret),
        server=server,
    )
    return phone


@pytest.fixture
def base(site: Site, world: World) -> str:
    """Address of the phones' pages in this world."""
    return site.listeners["phone"] + world.prefix


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.fixture
def at(session: requests.Session, base: str) -> Browser:
    """A browser that looks at the phones of this world."""
    return Browser(session, base)
