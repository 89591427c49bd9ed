import pytest

from mock_world import World
from mock_world.addresses import port_of, with_query

from .conftest import MakeWorld


def test_an_address_is_the_listeners_by_default(make_world: MakeWorld) -> None:
    world = make_world("blue")
    assert world.addresses.public("cpms", "/screen/home") == "http://cpms.test/w/blue/screen/home"
    assert world.addresses.internal("cpms", "/x") == world.addresses.public("cpms", "/x")
    quoted = world.addresses.public("idp", "/cas/login", service="http://cpms.test/a?b=c&d")
    assert quoted.endswith("/cas/login?service=http%3A%2F%2Fcpms.test%2Fa%3Fb%3Dc%26d")


def test_a_public_address_may_be_set(world: World) -> None:
    world.settings.change({"idp.public_url": "http://eulogin.localhost/"})
    assert world.addresses.public("idp", "/cas") == f"http://eulogin.localhost{world.prefix}/cas"
    assert world.addresses.internal("idp", "/cas") == f"http://eulogin.localhost{world.prefix}/cas"


def test_the_back_channel_may_have_an_address_of_its_own(world: World) -> None:
    world.settings.change({"idp.internal_url": "http://idp:8401"})
    assert world.addresses.internal("idp", "/cas") == f"http://idp:8401{world.prefix}/cas"
    assert world.addresses.public("idp", "/cas") == f"http://idp.test{world.prefix}/cas"


@pytest.mark.parametrize(
    ("internal", "host", "expected"),
    [
        ("http://idp:8401", "idp:8401", True),
        ("http://idp:8401", "IDP:8401", True),
        ("http://idp:8401/", "idp.test", False),
        ("http://idp:8401", "idp:8400", False),
        ("http://idp", "idp:80", True),
        ("https://idp", "idp", True),
        ("http://idp:8401", "[", False),
        ("http://idp.test", "idp.test", False),  # the public one
        ("", "idp.test", False),
    ],
)
def test_a_request_tells_by_its_host_which_of_the_two_it_came_to(
    world: World, internal: str, host: str, expected: bool
) -> None:
    world.settings.change({"idp.internal_url": internal})
    assert world.addresses.is_internal("idp", host) is expected


def test_parameters_join_those_that_are_there() -> None:
    assert with_query("http://a.test/x?a=1", {"b": "2"}) == "http://a.test/x?a=1&b=2"
    assert with_query("http://a.test/x", {}) == "http://a.test/x"


def test_a_port_that_is_not_named_is_known() -> None:
    urls = ("http://a.test/x", "https://a.test", "https://a.test:8443", "otpauth://totp")
    assert [port_of(url) for url in urls] == [80, 443, 8443, None]
