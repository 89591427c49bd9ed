"""How a client proves who it is: by secret, by a signed assertion, or not at all (RFC 6749, 2.3; RFC 7523)."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from mock_idp.oidc.client_assertions import check_assertion, issuer_of, method_of
from mock_idp.oidc.clients import find_client, metadata_of, shown_id
from mock_idp.oidc.model import Client
from mock_idp.oidc.refusals import OAuthRefusalKind, unread
from mock_world import World
from mock_world.correlation import name_client

_ADD = "register it by POST /api/clients or by setting oidc.clients, and take the client_id and secret of the answer"
NOTHING = OAuthRefusalKind(
    "client.not_authenticated",
    message="Client authentication failed: no client authentication included",
    expected="Authorization: Basic, a client_assertion, or the client_id of a public client",
    remedy="send what the client's token_endpoint_auth_method demands, parameters form-encoded in the body",
    status=401,
    error="invalid_client",
)
UNKNOWN_CLIENT = OAuthRefusalKind(
    "client.not_registered",
    message="Client authentication failed: unknown client",
    expected="the client_id of a client that this world knows",
    remedy=_ADD,
    status=401,
    error="invalid_client",
)
UNREADABLE = OAuthRefusalKind(
    "client.basic_unreadable",
    message="Client authentication failed: the Authorization header cannot be read",
    expected="Authorization: Basic, with client_id and secret, each form-urlencoded, a colon between, in base64",
    remedy="let an OAuth library build the header, and send no other kind of Authorization here",
    status=401,
    error="invalid_client",
)
TWO_METHODS = OAuthRefusalKind(
    "client.two_methods",
    message="More than one way of client authentication was used",
    expected="one way of client authentication",
    remedy="leave out all but that of the client's token_endpoint_auth_method (RFC 6749, 2.3)",
)
IN_BODY = OAuthRefusalKind(
    "client.secret_in_body",
    message="Client authentication failed: client_secret_post is not supported",
    expected="the secret in Authorization: Basic; EU Login takes none in the body",
    remedy="set the library's method to client_secret_basic; its default may be client_secret_post",
    status=401,
    error="invalid_client",
)
OTHER_METHOD = OAuthRefusalKind(
    "client.other_method",
    message="Client authentication failed: this client does not use {offered}",
    expected="client authentication by {registered}, as the client is registered",
    remedy="let the client use {registered}, or register it with token_endpoint_auth_method {offered}",
    status=401,
    error="invalid_client",
)
OTHER_CLIENT = OAuthRefusalKind(
    "client.two_ids",
    message="client_id and client authentication name different clients",
    expected="the same client_id in the body, in Authorization and in the assertion",
    remedy="leave client_id out of the body, or send the one that authenticates",
)
WRONG_SECRET = OAuthRefusalKind(
    "client.secret_wrong",
    message="Client authentication failed: wrong secret",
    expected="the secret of client {client_id}",
    remedy="take client_secret of GET /api/clients; where it holds more than letters, digits, - and _, "
    "form-urlencode it before base64 (RFC 6749, 2.3.1)",
    status=401,
    error="invalid_client",
)


@dataclass(frozen=True)
class _Offer:
    """What a request offers: who it says it is, how it proves it, and by what."""

    client_id: str
    method: str
    proof: str = ""


def authenticate(world: World, form: Mapping[str, str], headers: Mapping[str, str], token_endpoint_url: str) -> Client:
    """The client that sent this request, by the one method that it is registered with. Raises Refusal (client.*).

    token_endpoint_url: the public address that was called; an assertion may name it as audience. The caller holds no
    transaction: the client's keys may have to be fetched.
    """
    name_client(shown_id(form.get("client_id", "")) or None)
    offer = _offer(world, form, headers)
    name_client(shown_id(offer.client_id))
    if form.get("client_id", offer.client_id) != offer.client_id:
        raise world.refuse(OTHER_CLIENT, got="two different ones")
    client = find_client(world, offer.client_id)
    if client is None:
        raise world.refuse(UNKNOWN_CLIENT, got=repr(shown_id(offer.client_id)))
    metadata = metadata_of(client)
    registered = str(metadata.token_endpoint_auth_method)
    offered = offer.method
    if offered == "assertion":
        offered = registered if registered.endswith("_jwt") else method_of(world, offer.proof)
    if offered != registered:
        raise world.refuse(
            OTHER_METHOD, got=f"{offered} by client {client.client_id}", offered=offered, registered=registered
        )
    if offered == "client_secret_basic":
        _check_secret(world, client, offer.proof)
    elif offered != "none":
        check_assertion(world, client, offer.proof, token_endpoint_url)
    return client


def _offer(world: World, form: Mapping[str, str], headers: Mapping[str, str]) -> _Offer:
    authorization = headers.get("Authorization", "")
    offers = {
        "Authorization": bool(authorization),
        "client_assertion": bool(form.get("client_assertion") or form.get("client_assertion_type")),
        "client_secret": bool(form.get("client_secret")),
    }
    given = [name for name, there in offers.items() if there]
    if len(given) > 1:
        raise world.refuse(TWO_METHODS, got=", ".join(given))
    if given == ["client_secret"]:
        raise world.refuse(IN_BODY, got="client_secret in the body")
    if given == ["client_assertion"]:
        assertion = form.get("client_assertion", "")
        return _Offer(issuer_of(world, assertion, form.get("client_assertion_type", "")), "assertion", assertion)
    if given:
        return _basic(world, authorization)
    if not form.get("client_id"):
        raise world.refuse(NOTHING, got=f"nothing of these{unread(headers)}")
    return _Offer(form["client_id"], "none")


def _basic(world: World, authorization: str) -> _Offer:
    kind, _, value = authorization.partition(" ")
    if kind.lower() != "basic":
        raise world.refuse(UNREADABLE, got="another kind of Authorization")
    try:
        text = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise world.refuse(UNREADABLE, got="Basic, but not UTF-8 in base64") from None
    name, colon, secret = text.partition(":")
    if not colon:
        raise world.refuse(UNREADABLE, got="Basic without a colon")
    return _Offer(unquote_plus(name), "client_secret_basic", unquote_plus(secret))


def _check_secret(world: World, client: Client, secret: str) -> None:
    if not hmac.compare_digest(secret.encode(), client.secret.encode()):
        got = "another secret" if secret else "an empty secret"
        raise world.refuse(WRONG_SECRET, got=got, client_id=client.client_id)
