"""The certificate of the authority behind our listeners, for browsers and clients that are to trust it."""

from flask import Blueprint, Response

from mock_world import World
from mock_world.web.context import current_site

PATH = "/ca.pem"
_NONE = "This mock speaks http, so there is nothing to trust; start it with --tls for https.\n"

authority = Blueprint("authority", __name__)


@authority.get(PATH)
def certificate() -> Response:
    """The certificate in PEM, the same in every world."""
    site_authority = current_site().authority
    if site_authority is None:
        return Response(_NONE, 404, mimetype="text/plain")
    response = Response(site_authority.pem, mimetype="application/x-pem-file")
    response.headers["Content-Disposition"] = 'attachment; filename="ca.pem"'
    return response


def certificate_url(world: World) -> str | None:
    """Where the certificate is; None without TLS."""
    return world.addresses.public("desk", PATH) if world.authority else None
