"""OpenID Connect clients and keys by the control API, the Python client and the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from joserfc.jwk import RSAKey

from eulogin_harness.cli import main
from eulogin_harness.client import Harness, ProblemError, World
from eulogin_harness.client.names import SettingValues
from eulogin_harness.documents.clients import ClientBody
from mock_idp.oidc.client_metadata import NewClient
from tests.eulogin_harness.conftest import Api
from tests.mock_idp.oidc_machines import basic

BACK = "http://localhost:9/back"


def introspect(world: World, client_id: str, secret: str) -> int:
    """Status of a call by that client."""
    url = f"{world.addresses.idp}/cas/oauth2/token/introspect"
    return requests.post(url, data={"token": "x"}, headers=basic(client_id, secret), timeout=30).status_code


def test_a_client_lives_from_its_registration_to_its_end(world: World) -> None:
    client = world.clients.create(BACK, client_name="Shop", scope="openid email")
    assert (client.client_name, client.redirect_uris, client.scope) == ("Shop", [BACK], "openid email")
    assert (len(client.client_id), client.token_endpoint_auth_method) == (111, "client_secret_basic")
    assert world.clients.list() == [client]
    assert introspect(world, client.client_id, client.client_secret) == 200
    world.clients.delete(client.client_id)
    assert world.clients.list() == []
    assert introspect(world, client.client_id, client.client_secret) == 401


def test_id_and_secret_can_be_fixed(world: World) -> None:
    client = world.clients.create(client_id="my-app", client_secret="known beforehand")
    assert (client.client_id, client.client_secret) == ("my-app", "known beforehand")
    with pytest.raises(ProblemError, match="DELETE /api/clients/my-app") as refused:
        world.clients.create(client_id="my-app")
    assert (refused.value.status, refused.value.type) == (409, "client.exists")


def test_a_client_is_told_how_its_id_tokens_are_signed(world: World) -> None:
    made = [world.clients.create(), world.clients.create(id_token_signed_response_alg="RS256")]
    assert [client.id_token_signed_response_alg for client in made] == ["PS512", "RS256"]
    world.settings.change({"oidc.signing_alg": "ES256"})
    algs = {client.client_id: client.id_token_signed_response_alg for client in world.clients.list()}
    assert [algs[client.client_id] for client in made] == ["ES256", "RS256"]


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        ({"redirect_urls": [BACK]}, "unknown-field", "did you mean redirect_uris?"),
        ({"x": 1}, "unknown-field", "check its spelling;"),
        ({"redirect_uris": [f"{BACK}#top"]}, "client.wrong_address", "mend redirect_uris"),
        ({"redirect_uris": ["https://ec.europa.eu/"]}, "client.wrong_address", "setting allowed_targets"),
        ({"redirect_uris": BACK}, "wrong-field", "mend the field"),
        ({"client_id": "a/../b"}, "wrong-field", "mend the field"),
    ],
)
def test_a_registration_that_does_not_fit_is_refused(
    api: Api, world: World, body: dict[str, Any], kind: str, told: str
) -> None:
    status, document = api.refused("POST", "/api/clients", body)
    assert (status, document["type"], told in document["instructions"]) == (422, kind, True)
    assert world.clients.list() == []


def test_no_secret_comes_back_in_a_refusal(api: Api) -> None:
    for body in (
        {"client_secret": "geheim\u00e9"},
        {"client_secret": ["geheim"]},
        {"client_secret": "geheim", "token_endpoint_auth_method": "none"},
        {"client_secret": "geheim", "redirect_uris": ["x"]},
        {"jwks": {"keys": [{"kty": "oct", "k": "geheim"}]}},
    ):
        assert "geheim" not in str(api.refused("POST", "/api/clients", body))


def test_what_is_not_there_cannot_be_taken_off(api: Api) -> None:
    assert api.refused("DELETE", "/api/clients/x")[1]["type"] == "client.unknown"
    assert api.refused("DELETE", "/api/clients/a/b")[1]["type"] == "not-found"


def test_the_body_takes_what_the_rules_take() -> None:
    assert ClientBody.model_fields.keys() == NewClient.model_fields.keys()


def test_keys_rotate(world: World) -> None:
    url = f"{world.addresses.idp}/cas/oauth2/keys"
    before = requests.get(url, timeout=30).json()["keys"]
    made = {key.alg: key.kid for key in world.clients.rotate_keys()}
    now = requests.get(url, timeout=30).json()["keys"]
    assert [*made] == ["PS512", "RS256", "ES256"]
    assert {key["alg"]: key["kid"] for key in now[:3]} == made
    assert now[3:] == before
    (event,) = world.events.list(type="oidc.keys_rotated")
    assert event.model_dump()["keys"] == ", ".join(f"{kid} ({alg})" for alg, kid in made.items())


def test_clients_and_keys_come_back_with_the_state(world: World) -> None:
    url = f"{world.addresses.idp}/cas/oauth2/keys"
    keys = {"keys": [RSAKey.generate_key(2048).as_dict(private=False)]}
    made = [world.clients.create(BACK), world.clients.create(token_endpoint_auth_method="private_key_jwt", jwks=keys)]
    published, state = requests.get(url, timeout=30).json(), world.state()
    world.reset()
    assert world.clients.list() == []
    world.clients.rotate_keys()
    assert requests.get(url, timeout=30).json() != published
    world.load_state(state)
    assert {client.client_id: client for client in world.clients.list()} == {one.client_id: one for one in made}
    assert requests.get(url, timeout=30).json() == published


def test_a_secret_is_in_no_journal(world: World) -> None:
    client = world.clients.create(client_secret="a-secret-of-its-own")
    introspect(world, client.client_id, "another-secret")
    introspect(world, client.client_id, client.client_secret)
    told = str([event.model_dump() for event in world.events.list()])
    assert "secret-of-its-own" not in told
    assert "another-secret" not in told


# The file, at the start of a process.


def written(folder: Path, content: object) -> str:
    file = folder / "clients.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)


def test_a_world_by_the_api_begins_with_the_file(harness: Harness, tmp_path: Path) -> None:
    path = written(tmp_path, [{"client_id": "shop", "redirect_uris": ["https://app.hospital.eu/back"]}])
    settings: SettingValues = {"oidc.clients": path, "allowed_targets": ["hospital.eu"]}
    world = harness.worlds.create(settings=settings)
    world.clients.create(client_id="more")
    assert [client.client_id for client in world.clients.list()] == ["shop", "more"]  # the oldest first
    world.reset(settings=settings)
    assert [client.client_id for client in world.clients.list()] == ["shop"]
    world.delete()


def test_a_world_of_a_broken_file_is_not_made(harness: Harness, tmp_path: Path) -> None:
    before = [world.name for world in harness.worlds.list()]
    with pytest.raises(ProblemError, match=r"clients.json, client 1 \(x\), scope") as refused:
        harness.worlds.create(settings={"oidc.clients": written(tmp_path, [{"client_id": "x", "scope": "y"}])})
    assert refused.value.type == "client.file_unreadable"
    assert [world.name for world in harness.worlds.list()] == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "clients.json: it cannot be read (FileNotFoundError)"),
        ([{"redirect_uris": ["https://app.hospital.eu/back"]}], "its host is none that a mock may lead to"),
    ],
)
def test_a_broken_file_ends_the_start_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: object, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, content) if content else "clients.json"
    done = CliRunner().invoke(main, ["serve", "--port", "0", "--set", f"oidc.clients={path}"])
    assert (done.exit_code, told in done.output) == (2, True), done.output
