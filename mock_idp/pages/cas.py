"""What applications call of CAS, in the world's dialect: validation, proxy tickets, login transactions."""

from functools import partial
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, request

from mock_idp.cas import answer, plain_answer
from mock_idp.cas.attribute_faults import inject_attribute_faults
from mock_idp.cas.documents import add, as_json, as_xml
from mock_idp.cas.login_transactions import NOT_POSTED, begin
from mock_idp.cas.parameters import ENDPOINTS, Endpoint, wants_json
from mock_idp.cas.proxying import issue_proxy_ticket
from mock_idp.cas.refusals import NOT_MOCKED, failure_code
from mock_idp.cas.success import Success
from mock_idp.cas.validation import validate
from mock_idp.common.cas_dialect import is_plain
from mock_world import Refusal
from mock_world.fault_types import VALIDATION_MALFORMED, VALIDATION_SLOW
from mock_world.web import current_world

cas = Blueprint("cas", __name__, url_prefix="/cas")

_FORM = "/ws/TicketValidationService/http/post"  # (facts, validation addresses)
_PLAIN_TEXT = "/validate"


def validation(endpoint: Endpoint) -> Response:
    """Validate a ticket; a failure has status 200 too, since clients never look at it (facts)."""
    outcome = _outcome(endpoint)
    root = _failure(outcome) if isinstance(outcome, Refusal) else _success(outcome, endpoint)
    return _answer(*_as_wished(root), outcome)


def validation_as_text(endpoint: Endpoint) -> Response:
    """CAS 1.0: `yes` and the user, or `no` and nothing, each on a line; clients compare the whole text."""
    outcome = _outcome(endpoint)
    text = "no\n\n" if isinstance(outcome, Refusal) else f"yes\n{outcome.account.uid}\n"
    return _answer(text.encode(), "text/plain", outcome)


def _outcome(endpoint: Endpoint) -> Success | Refusal:
    try:
        return validate(current_world(), request.values.to_dict(), endpoint, request.mimetype)
    except Refusal as refusal:
        return refusal


def _root_of(name: str) -> ET.Element:
    """The root of an answer in the world's dialect."""
    world = current_world()
    return plain_answer.root_of(world, name) if is_plain(world) else answer.root_of(world, name)


def _as_wished(root: ET.Element) -> tuple[bytes, str]:
    """The document and its media type: JSON where the client asks for it by `format`, else XML."""
    if wants_json(request.values):
        return as_json(root), "application/json"
    return as_xml(root), "text/xml"


def _answered(root: ET.Element) -> Response:
    body, kind = _as_wished(root)
    return Response(body, mimetype=kind)


def _failure(refusal: Refusal) -> ET.Element:
    """`authenticationFailure` with its documented code and text, alike in both dialects."""
    root = _root_of("serviceResponse")
    add(root, "authenticationFailure", refusal.message(), code=failure_code(refusal, plain=is_plain(current_world())))
    return root


def _success(success: Success, endpoint: Endpoint) -> ET.Element:
    world = current_world()
    plain = is_plain(world)
    root = plain_answer.success(world, success, cas3=endpoint.cas3) if plain else answer.success(world, success)
    inject_attribute_faults(world, root, success)
    return root


def _answer(body: bytes, kind: str, outcome: Success | Refusal) -> Response:
    """The answer, or what a fault makes of it."""
    world = current_world()
    person = outcome.account.email if isinstance(outcome, Success) else None
    service = outcome.ticket.service if isinstance(outcome, Success) else request.values.get("service")
    if slow := world.faults.inject(VALIDATION_SLOW, person, service=service):
        world.signals.wait(lambda: None, seconds=slow.seconds)
    if world.faults.inject(VALIDATION_MALFORMED, person, service=service):
        body = body[: len(body) // 2]
    return Response(body, mimetype=kind)


def _add(path: str, endpoint: Endpoint) -> None:
    methods = ["POST"] if path == _FORM else ["GET", "POST"]  # of the others one is known for both, the rest our choice
    view = partial(validation_as_text if path == _PLAIN_TEXT else validation, endpoint)
    cas.add_url_rule(path, path.strip("/").replace("/", "-"), view, methods=methods)


for _path, _endpoint in ENDPOINTS.items():
    _add(_path, _endpoint)


@cas.route("/proxy", methods=["GET", "POST"])
def proxy() -> Response:
    """Issue a proxy ticket; a failure has status 200, like one of a validation (inferred)."""
    world, root = current_world(), _root_of("serviceResponse")
    sent = request.form if request.method == "POST" else request.args
    try:
        ticket = issue_proxy_ticket(world, sent.get("pgt", "").strip(), sent.get("targetService", "").strip())
    except Refusal as refusal:
        add(root, "proxyFailure", refusal.message(), code=failure_code(refusal, plain=is_plain(world)))
    else:
        add(add(root, "proxySuccess"), "proxyTicket", ticket.id)
    return _answered(root)


@cas.route("/login/init", methods=["GET", "POST"])
def begin_transaction() -> Response:
    """Begin a login transaction; a failure has status 200, since clients look at the document (inferred)."""
    world, root = current_world(), _root_of("loginRequest")
    try:
        if request.method != "POST":
            raise world.refuse(NOT_POSTED, got=request.method)
        world.begin_sign_in()
        stored = begin(world, request.form)
    except Refusal as refusal:
        add(root, "loginRequestFailure", refusal.message(), code=failure_code(refusal))
        response = _answered(root)
        if refusal.kind is NOT_POSTED:
            response.status_code = NOT_POSTED.status
            response.headers.set("Allow", "POST")
        return response
    add(add(root, "loginRequestSuccess"), "loginRequestId", stored.id)
    return _answered(root)


@cas.route("/samlValidate", methods=["GET", "POST"], defaults={"what": "SAML"})
@cas.route("/ws/TicketValidationService", methods=["GET", "POST"], defaults={"what": "SOAP"})
@cas.route("/ws/TicketValidationService/soap/<version>", methods=["GET", "POST"], defaults={"what": "SOAP"})
@cas.route("/ws/CertLoginService/<path:version>", methods=["GET", "POST"], defaults={"what": "certificates"})
def not_mocked(what: str, version: str = "") -> Response:  # noqa: ARG001 - of the address
    """Refuse, in one sentence, what the real EU Login has beside."""
    refusal = current_world().refuse(NOT_MOCKED, got=request.path, what=what)
    return Response(refusal.message() + "\n", refusal.kind.status, mimetype="text/plain")
