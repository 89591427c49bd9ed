"""The certificate of the authority behind our listeners, for browsers and clients that are to trust it."""

from flask import Blueprint, Response

from mock_world import World
from mock_world.web.context import current_site

PATH = "/ca.pem"
_NONE = "This mock speaks http, so there is nothing to trust; start it with --tls for https.\n"

authority = Blueprint("authority", __name__)


@authority.get(PATH)
def certificate() -> Response:
    """In PEM; the same in every world."""
    found = current_site().authority
    if found is None:
        return Response(_NONE, 404, mimetype="text/plain")
    response = Response(found.pem, mimetype="application/x-pem-file")
    response.headers["Content-Disposition"] = 'attachment; filename="ca.pem"'
    return response


def certificate_url(world: World) -> str | None:
    """Where it is; None without TLS."""
    return world.addresses.public("desk", PATH) if world.authority else None
