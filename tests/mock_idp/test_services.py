"""The registry of services, and what a registration changes at validation."""

import pytest

from eulogin_harness.state import dump_state, load_state
from mock_idp.signin.services import NewService, can_use, delete_service, register_service, services
from mock_world import Refusal, World
from tests.mock_idp.validating import SERVICE


@pytest.mark.threat("The address of a registered service with dot segments, also as ..; and ..%5c, leads out of it")
@pytest.mark.parametrize(
    ("registered", "address", "covered"),
    [
        ("https://clinic.org/app", "https://clinic.org/app", True),
        ("https://clinic.org/app", "https://clinic.org/app/in?x=1", True),
        ("https://clinic.org/app", "https://clinic.org/apple", False),
        ("https://clinic.org/app", "https://clinic.org/app/../evil", False),
        ("https://clinic.org/app", "https://clinic.org/app/%2e%2e/evil", False),
        ("https://clinic.org/app", "https://clinic.org/app/..;/evil", False),
        ("https://clinic.org/app", "https://clinic.org/app/..;a=b/evil", False),
        ("https://clinic.org/app", "https://clinic.org/app/..%5cevil", False),
        ("https://clinic.org/app", "https://clinic.org/app/%2e%2e%3b/evil", False),
        ("https://clinic.org/app", "https://clinic.org/app/a;b/..c", True),
        ("https://clinic.org/app", "http://clinic.org/app", False),
        ("https://clinic.org/", "https://clinic.org:444/", False),
        ("https://clinic.org", "https://clinic.org@evil.net/", False),
    ],
)
def test_registered_services_match_by_host_and_path_segment(
    world: World, registered: str, address: str, *, covered: bool
) -> None:
    register_service(world, NewService(registered))
    assert can_use(world, address) is covered


def test_only_registered_services_where_the_setting_says_so(world: World) -> None:
    world.settings.change({"cas.services": "registered"})
    assert not can_use(world, SERVICE)
    service = register_service(world, NewService("http://app.example", authentication_level="MEDIUM"))
    assert can_use(world, SERVICE)
    delete_service(world, service.id)
    assert services(world) == []


def test_a_state_that_is_taken_up_brings_its_registered_services(world: World) -> None:
    service = register_service(world, NewService("https://clinic.org"))
    before = dump_state(world)
    delete_service(world, service.id)
    assert not can_use(world, "https://clinic.org")
    load_state(world, before)
    assert can_use(world, "https://clinic.org")


def test_a_service_needs_a_proper_address(world: World) -> None:
    for url in ("", "cpms.example", "ftp://x.example", "http://", "http://a b.example"):
        with pytest.raises(Refusal, match="http"):
            register_service(world, NewService(url))
