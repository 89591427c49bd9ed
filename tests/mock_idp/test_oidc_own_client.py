"""The world's own CPMS as a client: known by its settings alone, and like any other client in what it may do."""

from mock_idp.accounts.model import Account
from mock_idp.oidc.client_metadata import NewClient
from mock_idp.oidc.clients import clients, find_client, metadata_of, name_of, register_client
from mock_world import World
from tests.mock_idp.conftest import Browser
from tests.mock_idp.oidc import answered, authorize, token
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.signing_in import told

SECRET = "a-secret-of-the-mock"


def test_cpms_is_known_without_registration_unless_a_client_of_that_name_is_registered(world: World) -> None:
    found = find_client(world, "cpms")
    assert found is not None
    told = metadata_of(found)
    assert (found.client_id, found.secret, name_of(found)) == ("cpms", SECRET, "CPMS 2.0")
    assert told.redirect_uris == [world.addresses.public("cpms", "/screen/signin")]
    assert told.post_logout_redirect_uris == [world.addresses.public("cpms", "/screen/home")]
    assert (told.scope, told.grant_types) == ("openid email profile", ["authorization_code"])
    assert clients(world) == []  # and stands in no list
    assert [find_client(world, other) for other in ("", "CPMS", "cpms ", "cpms2", "\x00")] == [None] * 5
    register_client(world, NewClient(client_id="cpms", client_secret="mine", redirect_uris=["http://a.example/"]))
    other = find_client(world, "cpms")
    assert other is not None
    assert (other.secret, metadata_of(other).redirect_uris) == ("mine", ["http://a.example/"])


def test_name_secret_and_addresses_are_settings(world: World) -> None:
    """Browsers are led to its public addresses; its own server is called inside, where it wants to be told."""
    inside, outside = "http://localhost:8402", "https://cpms.example"
    world.settings.change({"cpms.client_id": "renamed", "cpms.client_secret": "another", "cpms.single_logout": True})
    world.settings.change({"cpms.public_url": outside, "cpms.internal_url": inside})
    found = find_client(world, "renamed")
    assert found is not None
    assert (found.secret, find_client(world, "cpms")) == ("another", None)
    told = metadata_of(found)
    assert told.redirect_uris == [f"{outside}{world.prefix}/screen/signin"]
    assert told.post_logout_redirect_uris == [f"{outside}{world.prefix}/screen/home"]
    assert told.backchannel_logout_uri == f"{inside}{world.prefix}/screen/signin/logout"
    world.settings.change({"cpms.single_logout": False})
    assert (other := find_client(world, "renamed")) is not None
    assert metadata_of(other).backchannel_logout_uri is None


def test_it_signs_in_as_any_client_does(world: World, account: Account, browser: Browser) -> None:
    own, back = find_client(world, "cpms"), world.addresses.public("cpms", "/screen/signin")
    assert own is not None
    for address in ("http://client.example/cb", world.addresses.public("cpms", "/screen/home")):
        assert authorize(sign_in(browser, world, account), own, redirect_uri=address).at == ("oidc-refused", "ready")
    authorize(browser, own, redirect_uri=back)
    issued = answered(browser, back)["code"]
    own.secret = "another"
    assert token(browser, own, code=issued, redirect_uri=back).status_code == 401
    told(world, "client.secret_wrong")
    own.secret = SECRET
    world.settings.change({"oidc.signing_alg": "ES256"})  # whose keys are made at once
    assert "id_token" in token(browser, own, code=issued, redirect_uri=back).json()
