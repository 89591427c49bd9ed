"""The token endpoint, for clients."""

from flask import Blueprint, Response, jsonify, request

from mock_idp.oidc import token_endpoint as rules
from mock_idp.oidc.refusals import oauth_error
from mock_world import Refusal
from mock_world.web import current_world

oidc_token = Blueprint("oidc_token", __name__, url_prefix="/cas/oauth2")


@oidc_token.post("/token")
def token() -> Response:
    world = current_world()
    try:
        told, person = rules.answer_token(world, request.form.to_dict(flat=False), dict(request.headers))
    except Refusal as refusal:
        body, status, headers = oauth_error(refusal)
        response = jsonify(body)
        response.status_code = status
        response.headers.update(headers)
        return response
    response = jsonify(told)
    response.headers["Pragma"] = "no-cache"
    rules.linger(world, person)
    if rules.breaks_off(world, person):
        whole = response.get_data()
        response.set_data(whole[: len(whole) // 2])
    return response
