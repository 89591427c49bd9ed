"""Applications in the control room: registered by a form, their secret shown, taken off again."""

import re

import pytest

from eulogin_harness.client import World
from tests.eulogin_harness.room import Room


def test_a_service_is_registered_and_taken_off(room: Room, world: World) -> None:
    assert "None is registered." in room.page("/applications")
    fields = {"url": "http://localhost:8080/app/", "name": "Portal", "authentication_level": "MEDIUM", "proxy": "true"}
    page = room.send("/applications", action="service", **fields)
    assert "Portal is registered." in page
    assert '"proxy": true' in page
    (service,) = world.services.list()
    assert (service.url, service.authentication_level, service.proxy) == (fields["url"], "MEDIUM", True)
    page = room.send("/applications", delete_service=str(service.id))
    assert f"curl -X DELETE {world.addresses.desk}/api/services/{service.id}" in page
    assert world.services.list() == []
    assert "error-box" in room.send("/applications", delete_service="99")


def test_a_client_is_registered_and_its_secret_shown(room: Room, world: World) -> None:
    uris = "http://localhost:8080/a\r\nhttp://localhost:8080/b"
    page = room.send("/applications", action="client", redirect_uris=uris, client_name="Portal")
    assert "Portal is registered." in page
    (client,) = world.clients.list()
    assert client.redirect_uris == uris.split()
    assert re.search(rf"<code>{client.client_id}</code>.*<code>{client.client_secret}</code>", page)
    page = room.send("/applications", delete_client=client.client_id)
    assert f"/api/clients/{client.client_id}" in page
    assert world.clients.list() == []


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"action": "service", "url": "nowhere"}, "url", "http"),
        ({"action": "service"}, "url", "http"),
        ({"action": "service", "url": "http://a.example/", "name": "x" * 200}, "name", "at most 100"),
        ({"action": "client", "redirect_uris": "http://evil.com/"}, "redirect_uris", "Mend the address"),
        ({"action": "client", "client_id": "-"}, "client_id", "should match"),
        ({"action": "client", "scope": "everything"}, "scope", "there is no scope everything"),
    ],
)
def test_what_cannot_be_registered_is_said_at_its_field(
    room: Room, world: World, fields: dict[str, str], field: str, words: str
) -> None:
    page = room.send("/applications", **fields)
    assert re.search(rf'href="#{field}">[^<]*{words}', page)
    assert (world.services.list(), world.clients.list()) == ([], [])
