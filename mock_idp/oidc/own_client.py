"""The world's own CPMS as a client: known without registration, as it is as a CAS service."""

from mock_idp.oidc.metadata import ClientMetadata
from mock_idp.oidc.model import Client
from mock_world import World
from mock_world import settings as s


def own_client(world: World, client_id: str) -> Client | None:
    """CPMS, where that is its `client_id`. It learns of a session's end where setting `cpms.single_logout` is on."""
    if client_id != world.settings[s.CPMS_CLIENT_ID]:
        return None
    listens = world.settings[s.CPMS_SINGLE_LOGOUT]
    told = ClientMetadata(
        client_name="CPMS 2.0",
        redirect_uris=[world.addresses.public("cpms", "/screen/signin")],
        post_logout_redirect_uris=[world.addresses.public("cpms", "/screen/home")],
        backchannel_logout_uri=world.addresses.internal("cpms", "/screen/signin/logout") if listens else None,
        scope="openid email profile",
    )
    return Client(
        client_id=client_id,
        secret=world.settings[s.CPMS_CLIENT_SECRET],
        metadata_=told.model_dump(mode="json"),
        made_at=world.clock.now(),
    )
