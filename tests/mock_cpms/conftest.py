"""A world with CPMS and a stand-in for EU Login, in this process."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mock_cpms import create_app
from mock_world import World, WorldSpec
from mock_world.server import Site
from tests.mock_cpms.fake_eulogin import FakeEuLogin
from tests.mock_cpms.fake_openid import FakeOpenId
from tests.mock_cpms.visitor import Visitor

FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)  # 17:00 in Brussels


@pytest.fixture(scope="session")
def eulogin_of_session() -> FakeEuLogin:
    return FakeEuLogin()


@pytest.fixture(scope="session")
def site(eulogin_of_session: FakeEuLogin) -> Iterator[Site]:
    with Site({"cpms": create_app(), "idp": eulogin_of_session.app()}) as site:
        yield site


@pytest.fixture
def world(site: Site) -> Iterator[World]:
    world = site.worlds.create(spec=WorldSpec(now=FRIDAY, frozen=True))
    yield world
    site.worlds.delete(world.name)


@pytest.fixture
def eulogin(eulogin_of_session: FakeEuLogin) -> FakeEuLogin:
    eulogin_of_session.clear()
    return eulogin_of_session


@pytest.fixture
def visitor(world: World, eulogin: FakeEuLogin) -> Iterator[Visitor]:
    with Visitor(world.addresses.public("cpms"), eulogin) as visitor:
        yield visitor


@pytest.fixture(scope="session")
def openid_of_session() -> FakeOpenId:
    return FakeOpenId()


@pytest.fixture(scope="session")
def openid_site(openid_of_session: FakeOpenId) -> Iterator[Site]:
    with Site({"cpms": create_app(), "idp": openid_of_session.app()}) as site:
        yield site


@pytest.fixture
def openid(openid_of_session: FakeOpenId) -> FakeOpenId:
    openid_of_session.clear()
    return openid_of_session


@pytest.fixture
def by_openid(openid_site: Site) -> Iterator[World]:
    """A world whose CPMS signs people in by OpenID Connect."""
    settings = {"cpms.sign_in": "oidc", "cpms.single_logout": True}
    world = openid_site.worlds.create(spec=WorldSpec(now=FRIDAY, frozen=True, settings=settings))
    yield world
    openid_site.worlds.delete(world.name)


@pytest.fixture
def openid_visitor(by_openid: World, openid: FakeOpenId) -> Iterator[Visitor]:
    with Visitor(by_openid.addresses.public("cpms"), openid) as visitor:
        yield visitor
