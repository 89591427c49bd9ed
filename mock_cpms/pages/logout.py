"""Where EU Login notifies CPMS that a session there ended: called by EU Login, not by browsers."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from mock_cpms.signin.single_logout import logout_by_ticket, logout_by_token
from mock_world import Refusal
from mock_world.web import current_world

blueprint = Blueprint("single_logout", __name__)


@blueprint.errorhandler(Refusal)
def refused(refusal: Refusal) -> ResponseReturnValue:
    return f"{refusal.message()}\n", refusal.kind.status, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.post("/screen/signin")
def by_ticket() -> ResponseReturnValue:
    """Form parameter `logoutRequest`, at the address of the service (facts, logout)."""
    logout_by_ticket(current_world(), request.form.get("logoutRequest", ""))
    return "", 204


@blueprint.post("/screen/signin/logout")
def by_token() -> ResponseReturnValue:
    """Form parameter `logout_token`, at the client's `backchannel_logout_uri`."""
    logout_by_token(current_world(), request.form.get("logout_token", ""))
    return "", 204
