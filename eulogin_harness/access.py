"""Access to desk and control API: by which host name, from which page, with which token."""

import hmac
from urllib.parse import urlsplit

from flask import Flask, Response, render_template, request

from eulogin_harness.api import is_call
from eulogin_harness.api.problems import Problem
from mock_world import World
from mock_world import settings as s
from mock_world.addresses import ACTORS, split
from mock_world.domains import LOOPBACK
from mock_world.i18n import N_
from mock_world.web import current_world, translate
from mock_world.web.context import current_site

_OPEN = frozenset({"/livez", "/readyz", "/ca.pem"})  # for whoever starts the process and watches over it


def guard(app: Flask, token: str | None) -> None:
    """Refuse foreign hosts and origins and, where there is a token, callers without it."""
    app.before_request(lambda: _check_host() or _check_origin() or _check_token(token))


def can_name(world: World, host: str | None) -> bool:
    """Whether desk and API may be reached by this host name."""
    if not host:
        return False
    if host in LOOPBACK or host == current_site().host or host.endswith(".localhost"):
        return True
    urls = (address(actor) for actor in ACTORS for address in (world.addresses.public, world.addresses.internal))
    configured = {urlsplit(url).hostname for url in urls}
    named = {name.lower() for name in world.settings[s.ALLOWED_HOSTS]}
    return host in configured | named


def _host_of(url: str) -> str | None:
    """In lower case; None where there is none."""
    return split(url).hostname


def _check_host() -> Response | None:
    if can_name(current_world(), _host_of(f"//{request.host}")):
        return None
    return _refuse("host", N_("This host is not known here"), request.host)


def _check_origin() -> Response | None:
    origin = request.headers.get("Origin")
    if origin is None or can_name(current_world(), _host_of(origin)):
        return None
    return _refuse("origin", N_("This origin is not known here"), origin)


def _refuse(what: str, title: str, got: str) -> Response:
    problem = Problem(
        f"foreign-{what}",
        title,
        "localhost, a host of the configured addresses, or one of setting allowed_hosts",
        got[:80],
        "use localhost, or start with --set allowed_hosts=<host>",
        403,
    )
    return _answer(problem, N_("Use the address with localhost, or add this host name to setting allowed_hosts."))


def _check_token(token: str | None) -> Response | None:
    if token is None or request.path in _OPEN or _has(token):
        return None
    problem = Problem(
        "token-needed",
        N_("A token is needed here"),
        "the header Authorization: Bearer <EULOGIN_TOKEN>",
        "another header" if "Authorization" in request.headers else "no such header",
        "send the token that the process was started with",
        401,
    )
    response = _answer(problem, N_("Enter the token of EULOGIN_TOKEN as password; any user name will do."))
    response.headers["WWW-Authenticate"] = 'Basic realm="eulogin-harness", charset="UTF-8"'
    return response


def _has(token: str) -> bool:
    given = request.authorization
    if given is None:
        return False
    text = (given.password if given.type == "basic" else given.token) or ""
    return given.type in {"basic", "bearer"} and hmac.compare_digest(text.encode(), token.encode())


def _answer(problem: Problem, advice: str) -> Response:
    if is_call(request.path):
        return problem.response()
    page = render_template("world/error.html", title=translate(problem.title), advice=translate(advice))
    return Response(page, problem.status, mimetype="text/html")
