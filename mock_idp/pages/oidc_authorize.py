"""`/authorize`: the browser comes from a client, signs in by the ordinary pages, and is sent back with a code."""

from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for

from mock_idp.oidc import BASE
from mock_idp.oidc import authorize as rules
from mock_idp.oidc.authorize_redirect import FORM_POST, RedirectTarget, find_redirect_target
from mock_idp.oidc.authorize_request import check_request
from mock_idp.oidc.clients import name_of
from mock_idp.oidc.model import AuthorizationRequest
from mock_idp.pages import site
from mock_idp.pages.browser import browser_token, signed_in
from mock_idp.signin.loops import LOOP, check_loop
from mock_world import Refusal
from mock_world.addresses import with_query
from mock_world.web import Page, current_world, go_to, translate, wish_language

oidc = Blueprint("oidc", __name__, url_prefix=BASE)
oidc_forms = Blueprint("oidc_forms", __name__, url_prefix=BASE)  # sent by clients' own pages


@oidc.errorhandler(Refusal)
def refused(refusal: Refusal) -> Page:
    """What cannot be told to the client: for the person what to do, for who builds the client what is wrong."""
    if refusal.kind is LOOP:
        return site.refused(refusal)
    page = render_template("oidc/refused.html", refusal=refusal, advice=refusal.message(translate))
    return page, refusal.kind.status


@oidc.get("/authorize")
def authorize() -> Page:
    world, values = current_world(), request.args.to_dict(flat=False)
    way = find_redirect_target(world, values)
    try:
        asked = check_request(world, way, values)
        wish_language(asked["locale"] or None)
        if asked["prompt"] == "none":
            return _answer(way, _silently(way, asked))
    except Refusal as refusal:
        return _answer(way, rules.error_fields(world, way, refusal))
    return _to_login(rules.keep_request(world, way, asked, browser_token(), signed_in()), name_of(way.client))


def _silently(way: RedirectTarget, asked: dict[str, str]) -> dict[str, str]:
    """Without any page; a client that asks again and again for who is signed in loops too.

    Raises Refusal (authorize.*_required, signin.loop).
    """
    world, found = current_world(), signed_in()
    if found is not None:
        check_loop(world, found.session.sid, way.redirect_uri, person=found.account.email)
    return rules.answer_silently(world, way, asked, found)


@oidc_forms.post("/authorize")
def authorize_by_form() -> Response:
    """As a query: a browser that is sent here by another site's form does not show its cookies before."""
    return go_to(f"{url_for('oidc.authorize')}?{urlencode(gathered())}")


def gathered() -> list[tuple[str, str]]:
    """What a form of another site sent, with what its address says."""
    return [*request.args.items(multi=True), *request.form.items(multi=True)]


@oidc.get("/authorize/continue")
def go_on() -> Page:
    """Signed in, or given up: back to the client, which is not told of what comes too late."""
    world = current_world()
    kept = rules.find_request(world, request.args.get("request", ""), browser_token())
    if "denied" in request.args:
        return _answer(kept.way, rules.deny(world, kept))
    found = signed_in()
    if found is None or not rules.is_proved(world, kept, found):
        return _to_login(kept.row, name_of(kept.way.client))
    if not rules.was_asked(world, kept, found):
        check_loop(world, found.session.sid, kept.way.redirect_uri, person=found.account.email)
    return _answer(kept.way, rules.answer(world, kept, found))


def _to_login(row: AuthorizationRequest, name: str) -> Response:
    query = rules.begin_login(current_world(), row, name, signed_in())
    return go_to(with_query(url_for("signin.login"), query))


def _answer(way: RedirectTarget, fields: dict[str, str]) -> Page:
    """Tell the client by way of the browser: in the query, or by a form that sends itself."""
    if way.mode == FORM_POST:
        return render_template("oidc/form_post.html", target=way.redirect_uri, fields=fields, name=name_of(way.client))
    return go_to(with_query(way.redirect_uri, fields))
