"""Logout begun by a client: whom to believe, and where to go afterwards (OpenID Connect RP-Initiated Logout)."""

from collections.abc import Mapping

from mock_idp.oidc.authorize_redirect import mismatch_of, single
from mock_idp.oidc.clients import find_client, metadata_of
from mock_idp.oidc.id_tokens import read_id_token
from mock_idp.oidc.model import Client
from mock_idp.oidc.refusals import REPEATED
from mock_world import Refusal, RefusalKind, World
from mock_world.addresses import with_query

HINT_WRONG = RefusalKind(
    "logout.hint_wrong",
    message="The id_token_hint is no ID token of this world",
    expected="an ID token that this world signed, of whatever age, for a client that is registered",
    remedy="send the ID token as /token gave it; without a good one or a client_id, the person stays at EU Login",
)
OTHER_CLIENT = RefusalKind(
    "logout.other_client",
    message="The id_token_hint was issued to another client than client_id says",
    expected="a client_id that is the audience of id_token_hint",
    remedy="send the client_id of the client that got the ID token, or leave client_id out",
)
CLIENT_MISSING = RefusalKind(
    "logout.client_missing",
    message="Nothing says which client the post_logout_redirect_uri belongs to",
    expected="id_token_hint or the client_id of a registered client, beside post_logout_redirect_uri",
    remedy="send id_token_hint with the ID token, or client_id",
)
REDIRECT_DIFFERS = RefusalKind(
    "logout.redirect_differs",
    message="The post_logout_redirect_uri is not registered for this client",
    expected="exactly one of the client's post_logout_redirect_uris: {registered}",
    remedy="{difference}; send a registered one letter by letter, or add this one to post_logout_redirect_uris",
)
_PARAMETERS = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")
_SHOWN = 200  # characters of an address in a text


def return_address(world: World, values: Mapping[str, list[str]]) -> str:
    """Where the browser goes after signing out, with the client's state; empty for nowhere.

    What is not believed is written to the journal and hinders nobody from signing out: it only leads nowhere.
    """
    problem, client = _client(world, values)
    address = single(values, "post_logout_redirect_uri")
    if problem is not None or not address:
        return ""
    if client is None:
        world.refuse(CLIENT_MISSING, got="neither of a registered client")
        return ""
    registered = metadata_of(client).post_logout_redirect_uris
    if address not in registered:
        got, difference = address[:_SHOWN].partition("?")[0], mismatch_of(registered, address)
        world.refuse(REDIRECT_DIFFERS, got=got, registered=", ".join(registered) or "none", difference=difference)
        return ""
    state = single(values, "state")
    return with_query(address, {"state": state} if state else {})


def _client(world: World, values: Mapping[str, list[str]]) -> tuple[Refusal | None, Client | None]:
    """The client that began a logout, by its ID token (however old) or id; and what is wrong with what it sent."""
    for name in _PARAMETERS:
        if len(values.get(name, [])) > 1:
            return world.refuse(REPEATED, got=f"several of {name}", name=name), None
    hint, client_id = single(values, "id_token_hint"), single(values, "client_id")
    audience = _audience(world, hint)
    if hint and not audience:
        return world.refuse(HINT_WRONG, got="another token"), None
    if hint and client_id and client_id != audience:
        return world.refuse(OTHER_CLIENT, got=client_id[:_SHOWN]), None
    return None, find_client(world, audience or client_id)


def _audience(world: World, hint: str) -> str:
    """The client that an ID token was issued to; empty where it is none."""
    audience = (read_id_token(world, hint) or {}).get("aud")
    return audience if isinstance(audience, str) else ""
