"""Signing out of EU Login, and where to go afterwards."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from mock_idp.account_management.sign_out import sign_out
from mock_idp.common.service_mismatch import shown
from mock_idp.pages.browser import forget, signed_in
from mock_idp.pages.complete_login import (
    forget_sign_in,
)
from mock_idp.pages.login import signin
from mock_idp.signin import services
from mock_world.events import EventType
from mock_world.web import Page, current_world, go_to, page_url

NO_RETURN = EventType(
    "logout.no_return",
    "A browser came to /cas/logout with {parameters}, and is not led back to the application: {reason}.",
    logged=True,
)


def _return_address(query: Mapping[str, str]) -> str:
    """Where to go after signing out: `service` or `url`, only where a service may be."""
    address = query.get("service") or query.get("url") or ""
    return address if address and services.can_use(current_world(), address) else ""


def _note_no_return(query: Mapping[str, str]) -> None:
    """Write into the journal why a browser stays here, where the application may have meant it to come back."""
    world, names = current_world(), ", ".join(query)
    address = query.get("service") or query.get("url")
    if address and not services.can_use(world, address):
        reason = f"{shown(address)} may not use EU Login; take an address of the application, or register it"
    elif names and not address:
        reason = "the parameter is called service, or url"
    else:
        return
    world.journal.record(NO_RETURN, parameters=shown(names)[:60], reason=reason)


@signin.route("/logout.cgi", methods=["GET", "POST"])
@signin.route("/logout", methods=["GET", "POST"])
def logout() -> Page:
    user = signed_in()
    if user is not None and request.method == "GET":
        if request.environ["REQUEST_METHOD"] != "HEAD":
            _note_no_return(request.args)
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
