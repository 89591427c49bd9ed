"""`/logout` of OpenID Connect: asks like EU Login's own page, and leads back to the client."""

from urllib.parse import urlencode

from flask import Response, render_template, request, url_for

from mock_idp.account_management.sign_out import sign_out
from mock_idp.oidc.authorize_redirect import single
from mock_idp.oidc.authorize_request import spoken
from mock_idp.oidc.logout import return_address
from mock_idp.pages.browser import forget, signed_in
from mock_idp.pages.complete_login import forget_sign_in
from mock_idp.pages.oidc_authorize import gathered, oidc, oidc_forms
from mock_world.web import Page, current_world, go_to, page_url, wish_language


@oidc.get("/logout")
def logout() -> Page:
    """Ask a user who is signed in; without a session, go on at once."""
    values = request.args.to_dict(flat=False)
    wish_language(spoken(single(values, "ui_locales")) or None)
    back = return_address(current_world(), values)
    if signed_in() is not None:
        confirm = url_for("oidc.log_out") + page_url().removeprefix(url_for("oidc.logout"))
        return render_template("signin/logout.html", back=back, confirm=confirm)
    if back:
        return go_to(back)
    return render_template("signin/logged_out.html", back="", sign_in=url_for("signin.login"))


@oidc.post("/logout/confirmed")
def log_out() -> Response:
    """Sign out by the page's own form; then `/logout` leads back to the client."""
    again = go_to(url_for("oidc.logout") + page_url().removeprefix(url_for("oidc.log_out")))
    user = signed_in()
    if user is None:
        return again
    sign_out(current_world(), user)
    forget_sign_in()
    return forget(again)


@oidc_forms.post("/logout")
def logout_by_form() -> Response:
    """Repeat a form as a query, where the browser shows its cookies."""
    return go_to(f"{url_for('oidc.logout')}?{urlencode(gathered())}")
