"""Calls of clients that look for EU Login where it is not: their answer is a page that they cannot read."""

from mock_idp.oidc import WELL_KNOWN
from mock_idp.oidc.claims import issuer
from mock_world import RefusalKind, World

VALIDATION = RefusalKind(
    "validation.address_unknown",
    message="No ticket is validated at this address.",
    expected="an address of validation, such as {address}",
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
_DOCUMENTS = (WELL_KNOWN, "/.well-known/oauth-authorization-server")


def report_unknown_endpoint(world: World, path: str, *, ticket: bool) -> None:
    """Record a client's call that came to no address of EU Login. ticket: whether it brought one.

    Values that became part of the path are kept out of the journal.
    """
    got = path.partition("=")[0][:200]
    if ticket:
        world.refuse(VALIDATION, got=got, address=world.addresses.internal("idp", "/cas/serviceValidate"))
    elif any(name in path for name in _DOCUMENTS):
        base = issuer(world)
        world.refuse(DISCOVERY, got=got, address=base + WELL_KNOWN, issuer=base)
