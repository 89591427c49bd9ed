"""Forms that another page forged are refused: each carries the token of the browser's page session, and counts from a
page of its own origin alone, since browsers share cookies between the ports of a host.
"""

from flask import Flask, current_app, g, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup

from mock_world.relying_party import origin_of
from mock_world.web.context import current_world
from mock_world.web.cookies import FIRST, TOKEN

_OWN_SITES = frozenset({"same-origin", "none"})  # none: the person, not a page, as by reloading


class CsrfCheck(CSRFProtect):  # type: ignore[misc]
    """Compares the token of a form with that of the session.

    Pages that a browser opens at once when it first comes, as frames or in tabs, each begin a session, and the cookie
    of the last answer wins. So the form of another first page counts as well, where the browser says that it stands on
    a page of this origin: no page elsewhere can make it say so.
    """

    def __init__(self, app: Flask, actor: str) -> None:
        self._actor = actor
        super().__init__(app)

    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        app.jinja_env.globals["csrf_field"] = csrf_field

    def protect(self, *, apply_exemptions: bool = False) -> None:
        try:
            super().protect(apply_exemptions=apply_exemptions)
        except CSRFError:
            if not (_is_of_first_page(self._get_csrf_token()) and is_sent_from_here(self._actor)):
                raise
            g.csrf_valid = True
        if g.get("csrf_valid") and is_sent_from_here(self._actor) is False:
            raise CSRFError


def csrf_field() -> Markup:
    """The hidden field by which a form shows that a page of this session holds it."""
    token: str = generate_csrf()
    return Markup('<input name="csrf_token" type="hidden" value="%s">') % token


def _is_of_first_page(token: str | None) -> bool:
    """Whether form and session both began with a first page of the same world and actor."""
    mark, _, _ = str(session.get(TOKEN, "")).partition(FIRST)
    try:
        raw = URLSafeTimedSerializer(str(current_app.secret_key), salt="wtf-csrf-token").loads(token or "")
    except BadData:
        return False
    return str(raw).startswith(mark + FIRST)


def is_sent_from_here(actor: str) -> bool | None:
    """Whether a page of this actor's origin sent the request, by the headers that browsers set themselves.

    None where nothing says it, as no browser does with what it sends by POST: scripts. `Sec-Fetch-Site` goes first: it
    is right behind a proxy that speaks https for us, and where a page withholds its origin.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _OWN_SITES
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if source is None:
        return None
    origin = origin_of(source)
    own = (request.host_url, current_world().addresses.public(actor))
    return origin != "" and origin in map(origin_of, own)
