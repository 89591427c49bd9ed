"""The control API: one module a resource; rules stand beside, without Flask."""

from flask import Flask, Response, request

from eulogin_harness.api import (  # noqa: F401 - each has its calls
    access_requests,
    bundle,
    captchas,
    clients,
    clock,
    description,
    events,
    faults,
    grades,
    health,
    mails,
    personas,
    phones,
    prepared_worlds,
    report,
    services,
    settings,
    state,
    worlds,
)
from eulogin_harness.api.frame import CONVERTERS, api
from eulogin_harness.api.problems import answer_to_http_error
from mock_world.web.app import csrf_protection


def is_call(path: str) -> bool:
    """Whether a path of the desk belongs to the control API."""
    return path.startswith("/api/") or path in {"/api", "/livez", "/readyz"}


def register(app: Flask) -> None:
    """Put the control API into the desk's app."""
    app.before_request(_refuse_unknown_path)
    app.url_map.converters |= CONVERTERS
    app.register_blueprint(api)
    csrf_protection(app).exempt(api)


def _refuse_unknown_path() -> Response | None:
    error = request.routing_exception
    if error is None or not is_call(request.path) or (error.code or 0) < 400:  # noqa: PLR2004
        return None
    return answer_to_http_error(error, request.method, request.path)
