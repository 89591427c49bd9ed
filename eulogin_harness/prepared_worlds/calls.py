"""Steps over HTTP: what a browser and an application ask EU Login, and what of its answers is remembered."""

import base64
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from requests import RequestException

from eulogin_harness.personas.session import sign_in
from eulogin_harness.prepared_worlds.names import all_filled, filled
from mock_world.addresses import split
from mock_world.calls import call
from mock_world.correlation import HEADER
from mock_world.web.cookies import sso_cookie_name

if TYPE_CHECKING:
    from requests import Response

    from eulogin_harness.prepared_worlds.schema import BrowserCall, Call, ServerCall
    from eulogin_harness.prepared_worlds.steps import Loading

REQUEST_ID_HEADER = "X-Request-ID"
_MOST_REDIRECTS = 5


def browser_call(loading: "Loading", call: "BrowserCall") -> None:
    """A page, and those to which EU Login leads within itself.

    Raises Refusal where the person cannot be signed in, ValueError for unknown names, where EU Login is silent.
    """
    if call.person not in loading.cookies:
        session = sign_in(loading.world, loading.rows[call.person], call.strength, None)
        loading.cookies[call.person] = {sso_cookie_name(loading.world): session.cookie}
    answer = _send(loading, call.method, *_filled(loading, call), cookies=loading.cookies[call.person])
    for _ in range(_MOST_REDIRECTS):
        leads_to = answer.headers.get("Location", "")
        if loading.world.addresses.actor_of(leads_to) != "idp" and not leads_to.startswith("/"):
            return
        url = loading.world.addresses.internal("idp", loading.world.addresses.path_of(leads_to))
        answer = _send(loading, "GET", url, None, cookies=loading.cookies[call.person])


def server_call(loading: "Loading", call: "ServerCall") -> None:
    """Raises ValueError for unknown names, where EU Login is silent."""
    headers = {}
    if call.basic:
        headers["Authorization"] = f"Basic {base64.b64encode(filled(call.basic, loading.values).encode()).decode()}"
    elif call.bearer:
        headers["Authorization"] = f"Bearer {filled(call.bearer, loading.values)}"
    _send(loading, call.method, *_filled(loading, call), headers=headers)


def _filled(loading: "Loading", call: "Call") -> tuple[str, dict[str, str] | None]:
    """Address and form."""
    values = loading.values
    url = loading.world.addresses.internal("idp", filled(call.path, values), **all_filled(call.query, values))
    return url, all_filled(call.form, values) or None


def _send(
    loading: "Loading",
    method: str,
    url: str,
    form: dict[str, str] | None,
    *,
    headers: dict[str, str] | None = None,
    cookies: dict[str, str] | None = None,
) -> "Response":
    """The answer, of which what later steps may need is remembered. cookies: kept up to date."""
    loading.calls += 1
    sent = {REQUEST_ID_HEADER: f"prepared-{loading.calls}"}  # the world's own number counts other requests too
    if cookies:
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    try:
        answer = call(loading.world, method, url, form=form, headers=sent | (headers or {}))
    except RequestException as error:
        raise ValueError(f"no answer of EU Login ({type(error).__name__})") from None
    if cookies is not None:
        cookies.update(answer.cookies.items())
    loading.answers |= dict(_remembered(answer))
    return answer


def _remembered(answer: "Response") -> Iterator[tuple[str, str]]:
    """The sign-in to which the answer belongs, parameters of the address to which it leads, values of its JSON."""
    if journey := answer.headers.get(HEADER):
        yield "journey", journey
    yield from parse_qsl(split(answer.headers.get("Location", "")).query)
    if "json" in answer.headers.get("Content-Type", ""):
        yield from _strings(json.loads(answer.content))


def _strings(value: Any) -> Iterator[tuple[str, str]]:
    items = value.items() if isinstance(value, dict) else ()
    for name, below in items:
        if isinstance(below, str):
            yield name, below
        yield from _strings(below)
