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
from mock_idp.signin.redirect_loops import LOOP, MOST_CODES, check_loop
from mock_world import Refusal
from mock_world.addresses import with_query
from mock_world.web import Page, current_world, go_to, translate, wish_language

oidc = Blueprint("oidc", __name__, url_prefix=BASE)
oidc_forms = Blueprint("oidc_forms", __name__, url_prefix=BASE)  # sent by clients' own pages


@oidc.errorhandler(Refusal)
def refused(refusal: Refusal) -> Page:
    """Show a refusal that the client cannot get: to the user what to do, to the client's developer what is wrong."""
    if refusal.kind is LOOP:
        return site.refused(refusal)
    page = render_template("oidc/refused.html", refusal=refusal, advice=refusal.message(translate))
    return page, refusal.kind.status


@oidc.get("/authorize")
def authorize() -> Page:
    world, values = current_world(), request.args.to_dict(flat=False)
    world.begin_sign_in()
    way = find_redirect_target(world, values)
    try:
        parameters = check_request(world, way, values)
        wish_language(parameters["locale"] or None)
        if parameters["prompt"] == "none":
            return _answer(way, _silently(way, parameters))
    except Refusal as refusal:
        return _answer(way, rules.error_fields(world, way, refusal))
    return _to_login(rules.keep_request(world, way, parameters, browser_token(), signed_in()), name_of(way.client))


def _silently(way: RedirectTarget, parameters: dict[str, str]) -> dict[str, str]:
    """Answer without any page; a client that asks for the signed-in user again and again loops too.

    Raises Refusal (authorize.*_required, signin.loop).
    """
    world, user = current_world(), signed_in()
    if user is not None:
        check_loop(world, user.session.sid, way.redirect_uri, person=user.account.email, codes=True)
    return rules.answer_silently(world, way, parameters, user)


@oidc_forms.post("/authorize")
def authorize_by_form() -> Response:
    """Repeat a form as a query: a browser sent here by another site's form does not show its cookies before."""
    return go_to(f"{url_for('oidc.authorize')}?{urlencode(gathered())}")


def gathered() -> list[tuple[str, str]]:
    """What a form of another site sent, with what its address says."""
    return [*request.args.items(multi=True), *request.form.items(multi=True)]


@oidc.get("/authorize/continue")
def continue_sign_in() -> Page:
    """Send a user who signed in or gave up back to the client, which is not notified of what comes too late."""
    world = current_world()
    kept = rules.find_request(world, request.args.get("request", ""), browser_token())
    if "denied" in request.args:
        return _answer(kept.way, rules.deny(world, kept))
    user = signed_in()
    if user is None or not rules.is_proved(world, kept, user):
        return _to_login(kept.row, name_of(kept.way.client))
    if not rules.interaction_happened(world, kept, user):
        check_loop(
            world,
            user.session.sid,
            kept.way.redirect_uri,
            person=user.account.email,
            codes=True,
            most=MOST_CODES,
        )
    return _answer(kept.way, rules.answer(world, kept, user))


def _to_login(row: AuthorizationRequest, name: str) -> Response:
    query = rules.begin_login(current_world(), row, name, signed_in())
    return go_to(with_query(url_for("signin.login"), query))


def _answer(way: RedirectTarget, fields: dict[str, str]) -> Page:
    """Send the answer to the client through the browser: in the query, or by a form that sends itself."""
    if way.mode == FORM_POST:
        return render_template("oidc/form_post.html", target=way.redirect_uri, fields=fields, name=name_of(way.client))
    return go_to(with_query(way.redirect_uri, fields))
