"""Validation addresses of CAS, in EU Login's dialect."""

from flask import Blueprint, Response, request

from mock_idp.cas import answer
from mock_idp.cas.proxy_failures import CODES as PROXY_CODES
from mock_idp.cas.validation import CODES, validate
from mock_world import Refusal
from mock_world.web import current_world

cas = Blueprint("cas", __name__, url_prefix="/cas")


@cas.get("/serviceValidate", defaults={"least": "TOP"})
@cas.get("/p3/serviceValidate", defaults={"least": "TOP"})
@cas.get("/laxValidate", defaults={"least": "LOW"})
def service_validate(least: str) -> Response:
    """Clients never look at the status of a failed validation, so it is 200 (facts)."""
    world = current_world()
    try:
        document = answer.success(world, validate(world, request.args, least))
    except Refusal as refusal:
        document = answer.failure(world, (CODES | PROXY_CODES)[refusal.code], refusal.message())
    return Response(document, mimetype="text/xml")
