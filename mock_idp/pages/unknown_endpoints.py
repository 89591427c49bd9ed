"""Calls of clients that look for EU Login where it is not: their answer is a page that they cannot read."""

from collections.abc import Container
from difflib import get_close_matches

from mock_idp.oidc import BASE, WELL_KNOWN
from mock_idp.oidc.claims import issuer
from mock_world import RefusalKind, World

VALIDATION = RefusalKind(
    "validation.address_unknown",
    message="No ticket is validated at this address.",
    expected="an address of validation, such as {address}, or /laxValidate beside it, which names everybody",
    remedy="mend EU Login's address or the path of validation in the client's configuration; a ? there may have become "
    "part of the path",
    status=404,
)
DISCOVERY = RefusalKind(
    "discovery.address_unknown",
    message="No discovery document is at this address.",
    expected="{address}",
    remedy="take {issuer} as issuer in the client's configuration, by OpenID Connect's discovery",
    status=404,
)
LOGIN = RefusalKind(
    "cas.address_unknown",
    message="EU Login has no such address.",
    expected="a browser that is sent to {address}",
    remedy="mend EU Login's address in the client's configuration: its paths begin with /cas",
    status=404,
)
AUTHORIZE = RefusalKind(
    "authorize.address_unknown",
    message="This is no authorization endpoint.",
    expected="a browser that is sent to {address}",
    remedy="take authorization_endpoint of the discovery document, where the client is configured by hand",
    status=404,
)
TOKEN = RefusalKind(
    "token.address_unknown",
    message="This is no token endpoint.",
    expected="a POST to {address}",
    remedy="take token_endpoint of the discovery document, where the client is configured by hand",
    status=404,
)
_ENDPOINTS = (  # by a parameter that only their requests have
    ("grant_type", TOKEN, f"{BASE}/token"),
    ("redirect_uri", AUTHORIZE, f"{BASE}/authorize"),
)
_DOCUMENTS = (WELL_KNOWN, "/.well-known/oauth-authorization-server")


def report_unknown_endpoint(world: World, path: str, names: Container[str]) -> None:
    """Record what came to no address of EU Login, as a client's call or a browser that it sent.

    names: of the parameters that came. Values that became part of the path are kept out of the journal.
    """
    got = path.partition("=")[0][:200]
    for parameter, kind, address in _ENDPOINTS:
        if parameter in names:
            world.refuse(kind, got=got, address=world.addresses.public("idp", address))
            return
    if "ticket" in names:
        world.refuse(VALIDATION, got=got, address=world.addresses.internal("idp", "/cas/serviceValidate"))
    elif "service" in names:
        (near,) = get_close_matches(got.rpartition("/")[2], ("login", "logout"), n=1, cutoff=0)
        world.refuse(LOGIN, got=got, address=world.addresses.public("idp", f"/cas/{near}"))
    elif any(name in path for name in _DOCUMENTS):
        base = issuer(world)
        world.refuse(DISCOVERY, got=got, address=base + WELL_KNOWN, issuer=base)
