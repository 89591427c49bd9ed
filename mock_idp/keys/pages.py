"""Pages of the security keys: list, adding, naming, deleting."""

from flask import Blueprint, Response

from mock_idp.signin.browser import requires_sign_in
from mock_world.web import go_to

keys = Blueprint("keys", __name__, url_prefix="/cas/userdata", template_folder="templates")


@keys.get("/manageMySecurityKeys.cgi")
@requires_sign_in
def manage() -> Response:
    return go_to("/cas/login")
