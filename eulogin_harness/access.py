"""Access to desk and control API: by which host name, from which page, with which token."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Flask, Response, render_template, request

from eulogin_harness.api import is_call
from eulogin_harness.api.problems import Problem
from mock_world.i18n import N_
from mock_world.web import current_world, translate
from mock_world.web.app import FOREIGN_HOST
from mock_world.web.csrf import is_sent_from_here
from mock_world.web.hosts import ForeignHost, can_name, host_of
from mock_world.web.token import CHALLENGE, TOKEN_NEEDED, TokenNeeded, demand

_OPEN = frozenset({"/livez", "/readyz", "/ca.pem"})  # for whoever starts the process and watches over it
_SENT_UNASKED = frozenset({"", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded"})
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


def guard(app: Flask, token: str | None) -> None:
    """Refuse foreign hosts and origins and, where there is a token, callers without it."""
    app.before_request(_check_origin)
    app.before_request(demand(token, _OPEN))
    app.register_error_handler(ForeignHost, _foreign)
    app.register_error_handler(TokenNeeded, lambda _: _token_needed())


def _check_origin() -> Response | None:
    """Browsers let any page send what needs no leave (CORS), and keep the answer from it alone: that is too late."""
    origin = request.headers.get("Origin")
    if origin is not None and not can_name(current_world(), host_of(origin)):
        raise ForeignHost("origin", origin)
    unasked = request.method == "POST" and is_call(request.path) and request.mimetype in _SENT_UNASKED
    return _from_elsewhere() if unasked and is_sent_from_here("desk") is False else None


def _from_elsewhere() -> Response:
    return Problem(
        "foreign-origin",
        N_("This origin is not known here"),
        "a page of the control room, or the header Content-Type: application/json",
        "a page of another origin, without that header",
        "send the call with Content-Type: application/json, an empty body as {}",
        403,
    ).response()


def _foreign(error: ForeignHost) -> Response:
    title, advice = FOREIGN_HOST if error.what == "host" else (N_("This origin is not known here"), FOREIGN_HOST[1])
    problem = Problem(
        f"foreign-{error.what}",
        title,
        "localhost, a host of the configured addresses, or one of setting allowed_hosts",
        error.got[:80],
        "use localhost, or start with --set allowed_hosts=<host>",
        403,
    )
    return _answer(problem, advice)


def _token_needed() -> Response:
    title, advice = TOKEN_NEEDED
    problem = Problem(
        "token-needed",
        title,
        "the header Authorization: Bearer <EULOGIN_TOKEN>",
        "another header" if "Authorization" in request.headers else "no such header",
        "send the token that the process was started with",
        401,
    )
    return _answer(problem, advice, CHALLENGE)


def _answer(problem: Problem, advice: str, headers: Mapping[str, str] = _NO_HEADERS) -> Response:
    if is_call(request.path):
        response = problem.response()
    else:
        page = render_template("world/error.html", title=translate(problem.title), advice=translate(advice))
        response = Response(page, problem.status, mimetype="text/html")
    response.headers.update(headers)
    return response
