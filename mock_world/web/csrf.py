"""Forms that another site forged are refused: each carries the token of the browser's page session."""

from flask import Flask, current_app, g, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup

from mock_world.relying_party import origin_of
from mock_world.web.cookies import FIRST, TOKEN


class CsrfCheck(CSRFProtect):  # type: ignore[misc]
    """Compares the token of a form with that of the session.

    Pages that a browser opens at once when it first comes, as frames or in tabs, each begin a session, and the cookie
    of the last answer wins. So the form of another first page counts as well, where the browser says that it stands on
    a page of this origin: no page elsewhere can make it say so.
    """

    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        app.jinja_env.globals["csrf_field"] = csrf_field

    def protect(self, *, apply_exemptions: bool = False) -> None:
        try:
            super().protect(apply_exemptions=apply_exemptions)
        except CSRFError:
            if not (_is_of_first_page(self._get_csrf_token()) and _is_sent_from_here()):
                raise
            g.csrf_valid = True


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


def _is_sent_from_here() -> bool:
    """By the headers that browsers set themselves; `Origin` counts for those that do not send the other one."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said == "same-origin"
    return request.headers.get("Origin") == origin_of(request.host_url)
