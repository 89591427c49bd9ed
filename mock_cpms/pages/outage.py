"""CPMS that is not available, by a fault."""

from dataclasses import replace

from flask import Blueprint, Response, make_response, request

from mock_cpms.pages.session import current_person
from mock_world import RefusalKind
from mock_world.fault_types import CPMS_UNAVAILABLE
from mock_world.i18n import N_
from mock_world.web import current_world
from mock_world.web.app import refusal_page
from mock_world.web.context import shows_page
from mock_world.web.outages import OF_THE_MOCK, RETRY_AFTER

blueprint = Blueprint("outage", __name__)

UNAVAILABLE = RefusalKind(
    "cpms.unavailable",
    message=N_("Try again in a moment: CPMS is not available."),
    expected="a request while fault cpms.unavailable is not armed",
    remedy="disarm the fault, in the control room or by DELETE /api/faults/cpms.unavailable",
    status=503,
)


@blueprint.before_app_request
def unavailable() -> Response | None:
    """Fault cpms.unavailable: pages get a page, machines one line of text."""
    world = current_world()
    if not world.faults.is_armed(CPMS_UNAVAILABLE) or request.path.startswith(OF_THE_MOCK):
        return None
    person = current_person()
    email = person.email if person else None
    injected = world.faults.inject(CPMS_UNAVAILABLE, email)
    if injected is None:
        return None
    refusal = world.refuse(
        replace(UNAVAILABLE, status=injected.status), got=f"{request.method} {request.path}", person=email
    )
    if shows_page():
        response = make_response(refusal_page(refusal, "cpms/unavailable.html"))
    else:
        response = Response(f"{refusal.message()}\n", injected.status, mimetype="text/plain")
    response.headers["Retry-After"] = RETRY_AFTER
    return response
