"""EU Login that fails as a whole, by a fault: not available, an error, slow, the connection cut off."""

import errno
from collections.abc import Iterator
from dataclasses import replace

from flask import Blueprint, Response, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from mock_idp.cas.tickets import follow_ticket
from mock_idp.factors.devices.rules import owner_of
from mock_idp.oidc.authorize import application_at
from mock_idp.oidc.tokens import follow_grant
from mock_idp.pages.browser import signed_in_account
from mock_idp.pages.sign_in_id import follow_sign_in
from mock_idp.signin.login_requests import service_of_stored
from mock_world import RefusalKind
from mock_world.correlation import correlation_id, current_person
from mock_world.fault_types import EU_LOGIN_CUT, EU_LOGIN_ERROR, EU_LOGIN_SLOW, EU_LOGIN_UNAVAILABLE, FaultType
from mock_world.faults import Application, Injected
from mock_world.i18n import N_
from mock_world.web import current_world, translate
from mock_world.web.context import shows_page
from mock_world.web.outages import OF_THE_MOCK, RETRY_AFTER
from mock_world.web.problems import refusal_problem

outages = Blueprint("outages", __name__)

UNAVAILABLE = RefusalKind(
    "eulogin.unavailable",
    message=N_("Try again in a moment: EU Login is not available."),
    expected="a request while fault eulogin.unavailable is not armed",
    remedy="disarm the fault, in the control room or by DELETE /api/faults/eulogin.unavailable",
    status=503,
)
ERROR = RefusalKind(
    "eulogin.error",
    message=N_("Try again later: EU Login met an error."),
    expected="a request while fault eulogin.error is not armed",
    remedy="disarm the fault, in the control room or by DELETE /api/faults/eulogin.error",
    status=500,
)
_OUTAGES = ((EU_LOGIN_UNAVAILABLE, UNAVAILABLE), (EU_LOGIN_ERROR, ERROR))
_WITHOUT_BODY = {204, 304}

_POLLS = frozenset({"app_interface.requests", "signin.login_state", "signin.code_state", "devices.mobile_state"})


@outages.before_app_request
def refuse_request() -> Response | None:
    """Faults eulogin.unavailable and .error: a page for pages, a problem document for the app, a line for others."""
    if not current_world().faults.armed():
        return None
    for fault, kind in _OUTAGES:
        if injected := _inject(fault):
            return _answer(replace(kind, status=injected.status), fault)
    return None


@outages.after_app_request
def inject_into_answer(response: Response) -> Response:
    """Faults eulogin.slow and .cut: the work was done, and the answer comes late, or not whole."""
    if not current_world().faults.armed():
        return response
    if slow := _inject(EU_LOGIN_SLOW):
        current_world().signals.wait(lambda: None, seconds=slow.seconds)
    if response.status_code not in _WITHOUT_BODY and _inject(EU_LOGIN_CUT):
        whole = response.get_data()
        response.response = _half_of(whole)
        response.headers["Content-Length"] = str(max(len(whole), 1))
        response.direct_passthrough = True  # nobody reads it before the server sends it
    return response


def _half_of(body: bytes) -> Iterator[bytes]:
    """The first half, then the end of the connection, as the server knows it from clients that went away."""
    yield body[: len(body) // 2]
    raise ConnectionResetError(errno.ECONNRESET, "cut off by the fault eulogin.cut")


def _inject(fault: FaultType) -> Injected | None:
    """What the fault does to this request, for its person and application; files of our own pages are spared."""
    world = current_world()
    if not world.faults.is_armed(fault) or request.path.startswith(OF_THE_MOCK):
        return None
    if not correlation_id():
        _follow()
    polls = request.endpoint in _POLLS
    return world.faults.inject(fault, _known_person(), until_disarmed=polls, **_application())


def _follow() -> None:
    """Let it belong to the sign-in that the request continues, or begins."""
    world = current_world()
    if request.endpoint == "signin.login":
        follow_sign_in()
    elif ticket := _values().get("ticket"):
        follow_ticket(world, ticket)
    elif request.endpoint == "oidc_machines.token":
        follow_grant(world, _values())


def _values() -> MultiDict[str, str]:
    """Query and form; the query alone where the body was refused, as one that is too large."""
    try:
        return request.values
    except HTTPException:
        return request.args


def _known_person() -> str | None:
    """E-mail address of who is signed in in this browser, whose phone calls, or whose ticket or code is sent."""
    identifier = request.headers.get("Authorization", "").removeprefix("Device ").partition(" ")[0]
    account = signed_in_account() or owner_of(current_world(), identifier)
    return account.email if account else current_person()


def _application() -> Application:
    """The application that this request names, in whatever way."""
    world, values = current_world(), _values()
    basic = request.authorization.username if request.authorization else None
    if client := values.get("client_id") or basic:
        return {"client_id": client}
    address = values.get("service") or service_of_stored(world, values.get("loginRequestId", ""))
    return application_at(world, address or request.url)


def _named_path() -> str:
    """The path without what is secret in it, such as an enrolment."""
    return request.url_rule.rule if request.url_rule else request.path


def _answer(kind: RefusalKind, fault: FaultType) -> Response:
    refusal = current_world().refuse(kind, got=f"{request.method} {_named_path()}", person=_known_person())
    if request.blueprint == "app_interface":
        response = refusal_problem(refusal)
    elif shows_page():
        state = "ready" if fault is EU_LOGIN_UNAVAILABLE else "error"
        message = refusal.message(translate)
        response = Response(render_template("idp/unavailable.html", message=message, fault=fault.name, state=state))
    else:
        response = Response(f"{refusal.message()}\n", mimetype="text/plain")
    response.status_code = kind.status
    if fault is EU_LOGIN_UNAVAILABLE:
        response.headers["Retry-After"] = RETRY_AFTER
    return response
