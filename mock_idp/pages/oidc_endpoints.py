"""Addresses of OpenID Connect that machines call: discovery, keys, tokens and what is asked about them; and CORS."""

from flask import Blueprint, Response, jsonify, request

from mock_idp.oidc import BASE, WELL_KNOWN, token_endpoint
from mock_idp.oidc.client_authentication import authenticate
from mock_idp.oidc.cors_origins import is_registered
from mock_idp.oidc.discovery import METADATA_LIFE, NOT_MOCKED, metadata
from mock_idp.oidc.introspection import introspect, revoke
from mock_idp.oidc.keys import foreign_jwks, public_jwks
from mock_idp.oidc.model import Client
from mock_idp.oidc.refusals import NOT_POSTED, oauth_error
from mock_idp.oidc.userinfo import userinfo
from mock_world import Refusal
from mock_world.fault_types import DISCOVERY_UNREACHABLE, KEYS_FOREIGN, KEYS_UNREACHABLE, FaultType
from mock_world.web import current_world

oidc_machines = Blueprint("oidc_machines", __name__, url_prefix=BASE)
_FOR_ALL = {BASE + WELL_KNOWN, f"{BASE}/.unsafe/openid-configuration", f"{BASE}/keys"}
_FOR_REGISTERED = {f"{BASE}/token", f"{BASE}/token/revoke", f"{BASE}/userinfo"}
_NOT_POST = ["GET", "PUT", "PATCH", "DELETE"]
_CROSS_ORIGIN = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Expose-Headers": "WWW-Authenticate",
    "Access-Control-Max-Age": str(METADATA_LIFE),
}


@oidc_machines.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    body, status, headers = oauth_error(refusal)
    response = jsonify(body)
    response.status_code = status
    response.headers.update(headers)
    return response


@oidc_machines.after_app_request
def allow_origin(response: Response) -> Response:
    """Let a page of another origin read the answer, where it may: that to a wrong method too, which is no view's."""
    origin = request.headers.get("Origin", "")
    if request.path in _FOR_ALL:
        response.headers["Access-Control-Allow-Origin"] = "*"
    elif request.path in _FOR_REGISTERED:
        response.vary.add("Origin")
        if not origin or not is_registered(current_world(), origin):
            return response
        response.headers["Access-Control-Allow-Origin"] = origin
    else:
        return response
    response.headers.update(_CROSS_ORIGIN)
    return response


def _revalidated(response: Response) -> Response:
    """Cacheable, but validated each time (our choice): tests change keys and settings, and worlds share addresses."""
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _unreachable(fault: FaultType) -> Response | None:
    """What a server in front of EU Login answers where that cannot be reached."""
    injected = current_world().faults.inject(fault)
    return Response("Upstream not available\n", injected.status, mimetype="text/plain") if injected else None


@oidc_machines.get(WELL_KNOWN)
def discovery() -> Response:
    return _unreachable(DISCOVERY_UNREACHABLE) or _revalidated(jsonify(metadata(current_world(), request.host)))


@oidc_machines.get("/.unsafe/openid-configuration")
def unsafe_discovery() -> Response:
    return _unreachable(DISCOVERY_UNREACHABLE) or _revalidated(
        jsonify(metadata(current_world(), request.host, unsafe=True))
    )


@oidc_machines.get("/keys")
def keys() -> Response:
    world = current_world()
    if unreachable := _unreachable(KEYS_UNREACHABLE):
        return unreachable
    return _revalidated(jsonify(foreign_jwks() if world.faults.inject(KEYS_FOREIGN) else public_jwks(world)))


@oidc_machines.route("/register", methods=["GET", "POST", "PUT", "DELETE"])
def register() -> Response:
    raise current_world().refuse(NOT_MOCKED, got=f"{request.method} of the registration endpoint")


@oidc_machines.route("/token", methods=_NOT_POST)
@oidc_machines.route("/token/introspect", methods=_NOT_POST)
@oidc_machines.route("/token/revoke", methods=_NOT_POST)
def not_posted() -> Response:
    """A client that sends another method reads JSON all the same."""
    raise current_world().refuse(NOT_POSTED, got=request.method)


@oidc_machines.post("/token")
def token() -> Response:
    world = current_world()
    answer, issued = token_endpoint.answer_token(world, request.form.to_dict(flat=False), dict(request.headers))
    response = jsonify(answer)
    response.headers["Pragma"] = "no-cache"
    token_endpoint.linger(world, issued)
    if token_endpoint.breaks_off(world, issued):
        whole = response.get_data()
        response.set_data(whole[: len(whole) // 2])
    return response


def _client_and_token() -> tuple[Client, str]:
    """The client that calls, and the token that it asks about."""
    world = current_world()
    form = token_endpoint.each_once(world, request.form.to_dict(flat=False))
    client = authenticate(world, form, dict(request.headers), world.addresses.public("idp", request.path))
    return client, form.get("token", "")


@oidc_machines.post("/token/introspect")
def introspect_token() -> Response:
    return jsonify(introspect(current_world(), *_client_and_token()))


@oidc_machines.post("/token/revoke")
def revoke_token() -> Response:
    revoke(current_world(), *_client_and_token())
    return Response(status=200, mimetype="application/json")


@oidc_machines.route("/userinfo", methods=["GET", "POST"])
def user_info() -> Response:
    form = token_endpoint.each_once(current_world(), request.form.to_dict(flat=False))
    return jsonify(userinfo(current_world(), form, dict(request.headers)))
