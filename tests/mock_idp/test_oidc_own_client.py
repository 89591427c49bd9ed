"""The world's own CPMS as a client: known by its settings alone, and like any other client in what it may do."""

import pytest

from mock_idp.accounts.model import Account
from mock_idp.oidc.clients import clients, find_client, metadata_of, name_of, register_client
from mock_idp.oidc.metadata import NewClient
from mock_world import World
from tests.mock_idp.conftest import Browser
from tests.mock_idp.oidc import answered, authorize, client_of, token
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.signing_in import told

SECRET = "a-secret-of-the-mock"


@pytest.fixture(autouse=True)
def _signs_fast(world: World) -> None:
    """Keys of this kind are made at once."""
    world.settings.change({"oidc.signing_alg": "ES256"})


def test_cpms_is_known_without_registration(world: World) -> None:
    found = find_client(world, "cpms")
    assert found is not None
    told = metadata_of(found)
    assert (found.client_id, found.secret, name_of(found)) == ("cpms", SECRET, "CPMS 2.0")
    assert told.redirect_uris == [world.addresses.public("cpms", "/screen/signin")]
    assert told.post_logout_redirect_uris == [world.addresses.public("cpms", "/screen/home")]
    assert (told.scope, told.grant_types) == ("openid email profile", ["authorization_code"])
    assert clients(world) == []  # and stands in no list


@pytest.mark.parametrize("client_id", ["", "CPMS", "cpms ", "cpms2", "x" * 10_000, "\x00"])
def test_it_is_known_by_exactly_its_name(world: World, client_id: str) -> None:
    assert find_client(world, client_id) is None


def test_name_and_secret_are_settings(world: World) -> None:
    world.settings.change({"cpms.client_id": "renamed", "cpms.client_secret": "another"})
    found = find_client(world, "renamed")
    assert found is not None
    assert (found.secret, find_client(world, "cpms")) == ("another", None)


def test_browsers_are_led_to_its_public_addresses_and_its_own_server_is_called(world: World) -> None:
    inside, outside = "http://localhost:8402", "https://cpms.example"
    world.settings.change({"cpms.public_url": outside, "cpms.internal_url": inside, "cpms.single_logout": True})
    found = find_client(world, "cpms")
    assert found is not None
    told = metadata_of(found)
    assert told.redirect_uris == [f"{outside}{world.prefix}/screen/signin"]
    assert told.post_logout_redirect_uris == [f"{outside}{world.prefix}/screen/home"]
    assert told.backchannel_logout_uri == f"{inside}{world.prefix}/screen/signin/logout"


@pytest.mark.parametrize("listens", [True, False])
def test_it_is_told_of_the_end_of_a_session_where_it_wants_to_be(world: World, *, listens: bool) -> None:
    world.settings.change({"cpms.single_logout": listens})
    found = find_client(world, "cpms")
    assert found is not None
    address = world.addresses.internal("cpms", "/screen/signin/logout")
    assert metadata_of(found).backchannel_logout_uri == (address if listens else None)


def test_a_registered_client_of_that_name_goes_before_it(world: World) -> None:
    register_client(world, NewClient(client_id="cpms", client_secret="mine", redirect_uris=["http://a.example/"]))
    found = find_client(world, "cpms")
    assert found is not None
    assert (found.secret, metadata_of(found).redirect_uris) == ("mine", ["http://a.example/"])


def test_it_signs_in_as_any_client_does(world: World, account: Account, browser: Browser) -> None:
    own, back = find_client(world, "cpms"), world.addresses.public("cpms", "/screen/signin")
    assert own is not None
    authorize(sign_in(browser, world, account), own, redirect_uri=back)
    issued = answered(browser, back)["code"]
    own.secret = "another"
    assert token(browser, own, code=issued, redirect_uri=back).status_code == 401
    told(world, "client.secret_wrong")
    own.secret = SECRET
    assert "id_token" in token(browser, own, code=issued, redirect_uri=back).json()


def test_it_is_sent_back_to_its_own_page_alone(world: World, account: Account, browser: Browser) -> None:
    own = find_client(world, "cpms")
    assert own is not None
    for address in ("http://client.example/cb", world.addresses.public("cpms", "/screen/home")):
        assert authorize(sign_in(browser, world, account), own, redirect_uri=address).at == ("oidc-refused", "ready")


def test_another_client_cannot_redeem_what_was_issued_to_it(world: World, account: Account, browser: Browser) -> None:
    own, back = find_client(world, "cpms"), world.addresses.public("cpms", "/screen/signin")
    assert own is not None
    issued = answered(authorize(sign_in(browser, world, account), own, redirect_uri=back), back)["code"]
    assert token(browser, client_of(world), code=issued, redirect_uri=back).json()["error"] == "invalid_grant"
    told(world, "token.code_unknown")
