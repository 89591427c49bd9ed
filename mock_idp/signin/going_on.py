"""From the last step of the sign-in page to the service: session, ticket, and the way there."""

from flask import Response, render_template, request, session

from mock_idp.accounts.model import Account
from mock_idp.cas import services
from mock_idp.cas.tickets import issue_ticket
from mock_idp.signin.browser import keep, sso_cookie
from mock_idp.signin.login import LoginRequest
from mock_idp.signin.sessions import SignedIn, start_session
from mock_world.addresses import with_query
from mock_world.web import current_world, go_to

Page = str | Response | tuple[str, int]
STEPS = frozenset({"request", "key", "anonymize"})  # parameters of our own, not of the service


def to_login(**more: str) -> Response:
    """Back to the sign-in page with what the service asked for, without or with a request to wait for."""
    query = {name: value for name, value in request.args.items() if name not in STEPS}
    return go_to(with_query(f"{request.script_root}/cas/login", query | more))


def signed_in_by(wanted: LoginRequest, account: Account, strength: str) -> Response:
    sso = start_session(current_world(), account, strength, former=sso_cookie())
    if wanted.service:
        return keep(_leave(wanted, SignedIn(sso, account), sso=False), sso)
    return keep(to_login(), sso)


def finish(wanted: LoginRequest, found: SignedIn, *, sso: bool) -> Page:
    if wanted.service:
        return _leave(wanted, found, sso=sso)
    return render_template("signin/successful_login.html", account=found.account)


def _leave(wanted: LoginRequest, found: SignedIn, *, sso: bool) -> Response:
    """Send the browser to the service with a ticket; pages of EU Login itself need none."""
    session.pop("interrupted", None)
    if services.is_own(current_world(), wanted.service):
        return go_to(wanted.service)
    ticket = issue_ticket(current_world(), found, wanted.service, sso=sso)
    return go_to(with_query(wanted.service, {"ticket": ticket.id}))
