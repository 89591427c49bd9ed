"""Signing out of EU Login, and where to go afterwards."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from mock_idp.account_management.sign_out import sign_out
from mock_idp.pages.browser import forget, signed_in
from mock_idp.pages.complete_login import (
    forget_sign_in,
)
from mock_idp.pages.login import signin
from mock_idp.signin import services
from mock_world.web import Page, current_world, go_to, page_url


def _return_address(query: Mapping[str, str]) -> str:
    """Where to go after signing out: `service` or `url`, only where a service may be."""
    address = query.get("service") or query.get("url") or ""
    return address if address and services.can_use(current_world(), address) else ""


@signin.route("/logout.cgi", methods=["GET", "POST"])
@signin.route("/logout", methods=["GET", "POST"])
def logout() -> Page:
    user = signed_in()
    if user is not None and request.method == "GET":
        return render_template("signin/logout.html", back=_return_address(request.args), confirm="")
    if user is not None:
        sign_out(current_world(), user)
        forget_sign_in()
        return forget(go_to(page_url()))
    back = _return_address(request.args)
    own = services.is_own(current_world(), back)
    return render_template(
        "signin/logged_out.html",
        back="" if own else back,
        sign_in=back if own else url_for("signin.login"),
    )
