"""The registry of OpenID Connect clients."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update

from mock_idp.oidc.client_metadata import WITH_SECRET, ClientMetadata, NewClient
from mock_idp.oidc.model import Client, Grant
from mock_world import RefusalKind, World
from mock_world import settings as s
from mock_world.domains import is_harmless_url
from mock_world.i18n import N_

TAKEN = RefusalKind(
    "client.exists",
    message=N_("There is a client with this client_id already; take another one, or delete that one first."),
    expected="a client_id that no client of this world has yet",
    remedy="leave client_id out, or call DELETE /api/clients/{client_id} first",
    status=409,
)
CLIENT_UNKNOWN = RefusalKind(
    "client.unknown",
    message=N_("There is no client with this client_id."),
    expected="the client_id of a registered client",
    remedy="GET /api/clients lists them",
    status=404,
)
WRONG_ADDRESS = RefusalKind(
    "client.wrong_address",
    message=N_("Mend the address of {name}: {problem}."),
    expected="{name} on loopback, on a reserved domain or on one of setting allowed_targets, without fragment",
    remedy="mend {name}; a host that is yours goes into setting allowed_targets",
    status=422,
)
_SHOWN = 80  # characters of a client_id in the journal
_ID_LENGTH = 111  # facts, OpenID Connect
_ID_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SECRET_BYTES = 64  # as many as HS512 needs
_OWN_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:/\S*", re.ASCII)  # RFC 8252, 7.1


def find_client(world: World, client_id: str) -> Client | None:
    """The registered client of that id, or the world's own CPMS."""
    with world.database.session() as db:
        return db.get(Client, client_id) or _cpms(world, client_id)


def _cpms(world: World, client_id: str) -> Client | None:
    """The world's own CPMS, where that is its `client_id`: known without registration, as it is as a CAS service.

    It learns of a session's end where setting `cpms.single_logout` is on.
    """
    if client_id != world.settings[s.CPMS_CLIENT_ID]:
        return None
    listens = world.settings[s.CPMS_SINGLE_LOGOUT]
    metadata = ClientMetadata(
        client_name="CPMS 2.0",
        redirect_uris=[world.addresses.public("cpms", "/screen/signin")],
        post_logout_redirect_uris=[world.addresses.public("cpms", "/screen/home")],
        backchannel_logout_uri=world.addresses.internal("cpms", "/screen/signin/logout") if listens else None,
        scope="openid email profile",
    )
    return Client(
        client_id=client_id,
        secret=world.settings[s.CPMS_CLIENT_SECRET],
        metadata_=metadata.model_dump(mode="json"),
        made_at=world.clock.now(),
    )


def clients(world: World) -> list[Client]:
    """All clients, oldest first."""
    with world.database.reading() as db:
        return list(db.scalars(select(Client).order_by(Client.made_at, Client.client_id)))


def metadata_of(client: Client) -> ClientMetadata:
    """What the registration of a client says, with what was filled in."""
    return ClientMetadata.model_validate(client.metadata_)


def shown_id(client_id: str) -> str:
    """A client_id, of whatever came by that name, as the journal may hold it: not endless."""
    return client_id[:_SHOWN]


def name_of(client: Client) -> str:
    """How pages and phone call a client: its name, else the host that it comes back to, else its id."""
    metadata = metadata_of(client)
    hosts = (urlsplit(uri).netloc for uri in metadata.redirect_uris)
    return metadata.client_name or next(filter(None, hosts), client.client_id)


def register_client(world: World, new: NewClient) -> Client:
    """Register a client. Raises Refusal (client.exists, client.wrong_address)."""
    check_addresses(world, new)
    secret = new.client_secret
    if secret is None:
        secret = world.random.token(_SECRET_BYTES) if new.token_endpoint_auth_method in WITH_SECRET else ""
    client = Client(
        client_id=new.client_id or world.random.text(_ID_SIGNS, _ID_LENGTH),
        secret=secret,
        metadata_=new.model_dump(mode="json", exclude={"client_id", "client_secret"}),
        made_at=world.clock.now(),
    )
    with world.database.session() as db:
        if db.get(Client, client.client_id) is not None:
            raise world.refuse(TAKEN, got=client.client_id, field="client_id", client_id=client.client_id)
        db.add(client)
    return client


def delete_client(world: World, client_id: str) -> None:
    """Take a client off; what was granted to it is worth nothing any more. Raises Refusal (client.unknown)."""
    with world.database.session() as db:
        ended = update(Grant).where(Grant.client_id == client_id, Grant.ended_at.is_(None))
        db.execute(ended.values(ended_at=world.clock.now()))
        if not db.execute(delete(Client).where(Client.client_id == client_id).returning(Client.client_id)).all():
            raise world.refuse(CLIENT_UNKNOWN, got=shown_id(client_id))


def check_addresses(world: World, metadata: ClientMetadata) -> None:
    """Raises Refusal (client.wrong_address) where an address leads to where no mock should send anybody."""
    for name, url, problem in wrong_addresses(metadata, world.settings[s.ALLOWED_TARGETS]):
        raise world.refuse(WRONG_ADDRESS, got=url[:200], field=name, name=name, problem=problem)


def wrong_addresses(metadata: ClientMetadata, allowed: list[str]) -> Iterator[tuple[str, str, str]]:
    """Each wrong address: its field, itself and what is wrong. allowed: domains besides loopback and reserved ones."""
    native = metadata.application_type == "native"
    lists = {"redirect_uris": metadata.redirect_uris, "post_logout_redirect_uris": metadata.post_logout_redirect_uris}
    singles = {"backchannel_logout_uri": metadata.backchannel_logout_uri, "jwks_uri": metadata.jwks_uri}
    for name, urls in lists.items():
        yield from ((name, url, problem) for url in urls if (problem := _problem(url, allowed, native=native)))
    for name, address in singles.items():
        if address is not None and (problem := _problem(address, allowed, native=False)):
            yield name, address, problem


def _problem(url: str, allowed: list[str], *, native: bool) -> str:
    """What is wrong with an address that a client registers; empty where nothing is."""
    if "#" in url:
        return "it has a fragment"
    if url.startswith(("http://", "https://")):
        return "" if is_harmless_url(url, allowed) else "its host is none that a mock may lead to"
    if native and _OWN_SCHEME.fullmatch(url):
        return ""
    if native:
        return "it starts with neither http://, https:// nor a scheme with a dot such as org.example.app:/"
    return "it does not start with http:// or https://"
