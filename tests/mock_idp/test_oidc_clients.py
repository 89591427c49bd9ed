"""The registry of OpenID Connect clients, and the file of clients that worlds begin with."""

import json
import logging
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from mock_idp.accounts.model import Account
from mock_idp.oidc.client_file import read_clients
from mock_idp.oidc.client_metadata import NewClient, first_problem
from mock_idp.oidc.clients import clients, delete_client, find_client, metadata_of, name_of
from mock_idp.oidc.model import Grant
from mock_world import Refusal, World, WorldSpec
from mock_world.server import Site
from tests.mock_idp.at_once import at_once
from tests.mock_idp.oidc_machines import RSA, client_of, granted

KEYS = {"keys": [RSA.as_dict(private=False)]}
LONG = "s" * 32


def test_an_id_of_111_characters_and_a_secret_are_made_up(world: World) -> None:
    first, second = client_of(world), client_of(world)
    assert len(first.client_id) == len(second.client_id) == 111
    assert first.client_id.isalnum()
    assert len(first.secret) == 86
    assert {first.client_id, first.secret}.isdisjoint({second.client_id, second.secret})


def test_given_id_and_secret_stay_and_the_id_is_taken_once(world: World) -> None:
    client = client_of(world, client_id="app", client_secret="abc")
    assert (client.client_id, client.secret, "client_secret" in client.metadata_) == ("app", "abc", False)
    with pytest.raises(Refusal) as refused:
        client_of(world, client_id="app", client_secret="another")
    assert (refused.value.code, "DELETE /api/clients/app" in refused.value.remedy) == ("client.exists", True)


@pytest.mark.parametrize(
    ("given", "kind", "method", "secret"),
    [
        ({}, "confidential", "client_secret_basic", True),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "confidential", "client_secret_jwt", True),
        ({"token_endpoint_auth_method": "private_key_jwt", "jwks": KEYS}, "confidential", "private_key_jwt", False),
        ({"token_endpoint_auth_method": "none"}, "public", "none", False),
        ({"client_type": "public"}, "public", "none", False),
        ({"application_type": "native"}, "public", "none", False),
        ({"application_type": "native", "client_type": "confidential"}, "confidential", "client_secret_basic", True),
    ],
)
def test_what_is_left_out_is_filled_in_and_asks_for_nothing_more(
    world: World, given: dict[str, Any], kind: str, method: str, *, secret: bool
) -> None:
    client = client_of(world, **given)
    told = metadata_of(client)
    assert (told.client_type, told.token_endpoint_auth_method, bool(client.secret)) == (kind, method, secret)
    assert (told.grant_types, told.response_types) == (["authorization_code"], ["code"])
    assert (told.scope, told.claims) == ("openid email profile phone hr authentication_factors", [])
    assert (told.require_auth_time, told.backchannel_logout_session_required) == (False, False)
    assert (told.jwt_access_token_explicit_type, told.subject_type) == ("at+jwt", "public")
    assert {told.id_token_signed_response_alg, told.jwt_access_token_signed_response_alg} == {None}
    assert {told.default_max_age, told.default_id_token_max_age, told.backchannel_logout_uri} == {None}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"redirect_url": []}, "Extra inputs"),
        ({"token_endpoint_auth_method": "client_secret_post"}, "takes no secret in the body"),
        ({"grant_types": ["client_credentials"]}, "'authorization_code' or 'refresh_token'"),
        ({"response_types": ["id_token"]}, "'code'"),
        ({"id_token_signed_response_alg": "HS256"}, "'PS512', 'RS256' or 'ES256'"),
        ({"scope": "openid mail"}, "no scope mail"),
        ({"scope": " ".join(f"scope{number}" for number in range(1000))}, "no scope scope0, scope1, scope10"),
        ({"client_type": "public", "token_endpoint_auth_method": "client_secret_basic"}, "has token_endpoint_auth"),
        ({"client_type": "confidential", "token_endpoint_auth_method": "none"}, "has token_endpoint_auth"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "either jwks or jwks_uri"),
        (
            {"token_endpoint_auth_method": "private_key_jwt", "jwks": KEYS, "jwks_uri": "http://localhost/k"},
            "either jwks or jwks_uri",
        ),
        ({"jwks": {"keys": [RSA.as_dict(private=True)]}}, "public keys only"),
        ({"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}}, "public keys only"),
        ({"jwks": {"keys": ["x"]}}, "a set of public keys"),
        ({"jwks": {"keys": [{"n": "x"}]}}, "a set of public keys"),
        ({"token_endpoint_auth_method": "none", "client_secret": "x"}, "has no client_secret"),
        ({"token_endpoint_auth_method": "client_secret_jwt", "client_secret": LONG[1:]}, "32 characters at least"),
        ({"client_id": ".."}, "pattern"),
        ({"client_id": "a" * 256}, "255"),
        ({"client_secret": "geh\u00e9im"}, "pattern"),
        ({"client_secret": ""}, "at least 1"),
        ({"client_secret": "a" * 513}, "at most 512"),
        ({"default_max_age": -1}, "greater than or equal to 0"),
        ({"default_id_token_max_age": 0}, "greater than or equal to 1"),
    ],
)
def test_a_registration_that_does_not_fit_is_refused_in_few_words(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told) as refused:
        NewClient.model_validate(given)
    assert len(first_problem(refused.value)) < 350


TEXTS = ["client_name", "jwt_access_token_explicit_type", "client_uri", "logo_uri", "policy_uri", "tos_uri"]
TEXTS += ["software_id", "software_version"]
LISTS = ["claims", "default_acr_values", "contacts"]
ADDRESSES = ["redirect_uris", "post_logout_redirect_uris", "jwks_uri", "backchannel_logout_uri"]


def test_a_text_of_a_registration_is_one_line_and_neither_it_nor_an_address_is_endless() -> None:
    for name, (value, told) in product(
        [*TEXTS, *LISTS], [("a\n", "pattern"), ("a\x7f", "pattern"), ("a" * 201, "200")]
    ):
        with pytest.raises(ValidationError, match=told):
            NewClient.model_validate({name: [value] if name in LISTS else value})
    address = "http://localhost/" + "a" * 1984
    for name in ADDRESSES:
        with pytest.raises(ValidationError, match="at most 2000"):
            NewClient.model_validate({name: [address] if name.endswith("uris") else address})


def test_a_registration_goes_to_its_limits(world: World) -> None:
    known = {"client_id": "a" * 255, "client_name": "a" * 200, "client_secret": "a" * 512, "default_max_age": 0}
    address = "http://localhost/" + "a" * 1983
    told = metadata_of(
        client_of(world, redirect_uris=[address], scope="openid email openid", default_id_token_max_age=1, **known)
    )
    assert (told.client_name, told.redirect_uris, told.scope) == ("a" * 200, [address], "openid email")
    assert (told.default_max_age, told.default_id_token_max_age) == (0, 1)
    assert client_of(world, token_endpoint_auth_method="client_secret_jwt", client_secret=LONG).secret == LONG


@pytest.mark.parametrize("field", ADDRESSES)
def test_addresses_that_no_mock_should_lead_to_are_refused(world: World, field: str) -> None:
    wrong = {"http://localhost/x#": "it has a fragment", "//app.example/back": "it does not start with"}
    wrong |= {"org.example.app:/back": "it does not start with", "https://ec.europa.eu/back": "its host is none"}
    for url, problem in wrong.items():
        with pytest.raises(Refusal, match=problem) as refused:
            client_of(world, **{field: [url] if field.endswith("uris") else url})
        assert (refused.value.code, refused.value.field) == ("client.wrong_address", field)
    assert clients(world) == []


def test_harmless_addresses_are_taken_and_hosts_of_ones_own_once_they_are_allowed(world: World) -> None:
    world.settings.change({"allowed_targets": ["hospital.eu"]})
    urls = ["http://localhost:3000/back?x=1", "http://[::1]:8/", "https://a.test", "https://app.hospital.eu/back"]
    assert metadata_of(client_of(world, redirect_uris=urls)).redirect_uris == urls


def test_only_a_native_client_has_a_scheme_of_its_own(world: World) -> None:
    native = {"application_type": "native"}
    assert client_of(world, redirect_uris=["org.example.app:/back", "http://127.0.0.1/back"], **native)
    for url in ("myapp://back", "javascript:alert(1)", "data:text/html,x", "org.example.app:/a b"):
        with pytest.raises(Refusal, match="a scheme with a dot"):
            client_of(world, redirect_uris=[url], **native)


def test_of_two_registrations_at_the_same_instant_one_wins(world: World) -> None:
    answers = at_once(2, lambda: client_of(world, client_id="app").secret)
    answers.remove("client.exists")
    assert [client.secret for client in clients(world)] == answers


def test_a_client_that_is_taken_off_leaves_nothing_that_works(world: World, account: Account) -> None:
    gone, other = client_of(world), client_of(world)
    grants = [granted(world, client, account) for client in (gone, other)]
    delete_client(world, gone.client_id)
    assert find_client(world, gone.client_id) is None
    with world.database.session() as db:
        assert [db.get_one(Grant, grant.id).ended_at is None for grant in grants] == [False, True]
    with pytest.raises(Refusal) as refused:
        delete_client(world, gone.client_id)
    assert refused.value.code == "client.unknown"


def test_it_is_called_by_its_name_else_its_host_else_its_id(world: World) -> None:
    assert name_of(client_of(world, client_name="The App")) == "The App"
    assert name_of(client_of(world, redirect_uris=["https://app.example:8/x"])) == "app.example:8"
    assert name_of(client_of(world, client_id="a", redirect_uris=[])) == "a"


# The file.

FILE = [
    {"client_id": "shop", "client_secret": "known", "redirect_uris": ["https://shop.example/back"]},
    {"client_name": "App", "application_type": "native", "redirect_uris": ["org.example.app:/back"]},
]


def written(folder: Path, content: object) -> str:
    file = folder / "clients.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(file)


def test_every_new_world_begins_with_the_clients_of_the_file(site: Site, tmp_path: Path) -> None:
    content = [*FILE, {"client_id": "own", "redirect_uris": ["https://app.hospital.eu/back"]}]
    spec = WorldSpec(settings={"oidc.clients": written(tmp_path, content), "allowed_targets": ["hospital.eu"]})
    world = site.worlds.create(spec=spec)
    assert sorted(name_of(client) for client in clients(world)) == ["App", "app.hospital.eu", "shop.example"]
    shop = find_client(world, "shop")
    assert shop is not None
    assert shop.secret == "known"
    delete_client(world, "shop")
    site.worlds.reset(world, spec)
    assert find_client(world, "shop") is not None
    site.worlds.delete(world.name)


def test_the_file_is_read_once_until_it_changes(tmp_path: Path) -> None:
    path = written(tmp_path, FILE)
    first = read_clients(path, [])
    assert read_clients(path, []) is first
    written(tmp_path, FILE[:1])
    assert read_clients(path, []) == first[:1]


def test_clients_of_the_official_mock_up_are_read_as_far_as_they_go(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    official = {
        "client_id": "old",
        "client_name": None,
        "encrypted_client_secret": "{X}abc",
        "redirect_uri": ["x"],
        "redirect_urls": ["x"],
        "grant_types": ["authorization_code", "client_credentials"],
        "response_types": ["code", "id_token"],
        "default_id_token_max_age": 46800,
    }
    with caplog.at_level(logging.WARNING):
        (client,) = read_clients(written(tmp_path, [official]), [])
    assert (client.client_id, client.grant_types, client.response_types) == ("old", ["authorization_code"], ["code"])
    (line,) = caplog.messages
    assert line == (
        "clients.json, client 1 (old): left aside, since not known here: encrypted_client_secret, "
        "redirect_uri (did you mean redirect_uris?), redirect_urls (did you mean redirect_uris?), "
        "grant_types client_credentials, response_types id_token"
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[\n{,}]", "clients.json, line 2: it is no JSON"),
        ("{}", "it is no list of clients"),
        ('["x"]', "it is no list of clients"),
        ("[" * 100_000, "it cannot be read"),
        ([{"client_id": "a"}, {"client_id": "b", "scope": "x"}], r"client 2 \(b\), scope: there is no scope"),
        ([{"client_name": "A", "scope": "x"}], r"client 1 \(A\), scope"),
        ([{"scope": 1}], r"client 1 \(without a name\), scope: Input should be a valid string; got 1"),
        ([{"client_type": "public", "client_secret": "geheim"}], r"client 1 .*, as a whole: .* has no client_secret$"),
        ([{"client_secret": "geheim\u00e9"}], "client 1"),
        ([{"redirect_uris": ["https://ec.europa.eu"]}], r"client 1, redirect_uris https://ec.europa.eu: its host is"),
        ([{"redirect_uris": ["https://ec.europa.eu"]}], "mend it, or add its host to setting allowed_targets if it is"),
        ([{"jwks_uri": "https://ec.europa.eu/" + "a" * 1900}], "its host is none"),
        ([{"client_id": "a"}, {"client_id": "a"}], "client_id a stands there twice"),
    ],
)
def test_a_broken_file_is_told_with_its_place_and_without_its_secrets(
    tmp_path: Path, content: object, told: str
) -> None:
    with pytest.raises(ValueError, match=told) as refused:
        read_clients(written(tmp_path, content), [])
    assert "geheim" not in str(refused.value)
    assert len(str(refused.value)) < 400


def test_no_world_begins_with_a_broken_file_which_is_named_by_its_path(site: Site, tmp_path: Path) -> None:
    path = written(tmp_path, "{}")
    with pytest.raises(Refusal, match="Please mend the file of setting") as refused:
        site.worlds.create(spec=WorldSpec(settings={"oidc.clients": path}))
    assert (refused.value.code, refused.value.got) == ("client.file_unreadable", path)
    assert refused.value.remedy == "mend the file, or set oidc.clients to nothing"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("none.json", "FileNotFoundError"), ("no\0ne.json", "ValueError"), ("old.json", "UnicodeDecodeError")],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / "old.json").write_bytes(b'[{"client_name": "caf\xe9"}]')
    with pytest.raises(ValueError, match=rf": it cannot be read \({kind}\)$"):
        read_clients(str(tmp_path / name), [])


def test_what_stands_in_the_file_in_utf_8_is_read_so_and_nothing_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "clients.json").write_bytes('[{"client_name": "Caf\u00e9"}, {"client_name": "Bar"}]'.encode())
    with caplog.at_level(logging.WARNING):
        found = read_clients(str(tmp_path / "clients.json"), [])
    assert [(client.client_name, client.client_id) for client in found] == [("Caf\u00e9", None), ("Bar", None)]
    assert caplog.messages == []
