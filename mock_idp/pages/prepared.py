"""The page of a signed link: it gives the browser its session, and sends a form that is filled in."""

from flask import Response, render_template, request

from mock_idp.pages.site import site_pages
from mock_idp.signin.signed_links import read_signed
from mock_world.web import current_world, go_to
from mock_world.web.cookies import drop_cookie, set_cookie


@site_pages.get("/cas/prepared")
def prepared() -> Response:
    """Raises Refusal (signin.link_not_ours)."""
    world = current_world()
    link = read_signed(world, request.args.get("link", ""))
    response = Response(render_template("signin/prepared.html", link=link)) if link.form else go_to(link.address)
    if link.session:
        set_cookie(response, "idp", world, "sso", link.session)
    else:
        drop_cookie(response, "idp", world, "sso")
    return response
