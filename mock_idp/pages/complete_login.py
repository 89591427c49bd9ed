"""From the last step of the sign-in page to the service: session, pages in between, ticket, and the way there."""

from datetime import datetime

from flask import Response, g, render_template, request, session, url_for

from mock_idp.accounts.model import Account
from mock_idp.accounts.password_expiry import expires_at, password_state
from mock_idp.accounts.people import check_enabled, check_same_user, find_account
from mock_idp.cas.tickets import issue_ticket
from mock_idp.common.page_expiry import is_too_old
from mock_idp.common.strength_names import PASSWORD
from mock_idp.pages.browser import SIGN_IN_STATE, keep, sign_out_others, signed_in, signed_in_account, start
from mock_idp.pages.remembered_account import remember
from mock_idp.signin import services
from mock_idp.signin.interstitials import DETAILS, EXPIRES, WARN, interstitials_ahead, shows_redirect
from mock_idp.signin.invalid_parameters import STEPS
from mock_idp.signin.login import LoginRequest, carried, carried_text
from mock_idp.signin.redirect_loops import check_loop
from mock_idp.signin.sessions import SignedIn, arrive, is_fresh
from mock_idp.signin.strengths import suffices
from mock_world.addresses import with_query
from mock_world.fault_types import TICKET_LOST
from mock_world.web import Page, current_world, go_to

_CANCEL = "cancel"
_TEMPLATES = {
    EXPIRES: "signin/password_expires.html",
    DETAILS: "signin/account_details.html",
    WARN: "signin/warn.html",
}


def login_address(**more: str) -> str:
    """The sign-in page with what the service asked for, without or with a request to wait for."""
    query = {name: value for name, value in request.args.items() if name not in STEPS}
    return with_query(url_for("signin.login"), query | more)


def carry(endpoint: str, **more: str) -> str:
    """Address of a page with the part of what the service asked for that is carried to the end."""
    return with_query(url_for(endpoint), carried(current_world(), request.args) | more)


def to_login(**more: str) -> Response:
    return go_to(login_address(**more))


def enough(login_request: LoginRequest, user: SignedIn) -> bool:
    """Whether the current session satisfies the login request without another proof."""
    stale = login_request.renew and not is_fresh(current_world(), user, login_request.service)
    return not stale and suffices(user.account, user.session.strengths, login_request.demand)


def signed_in_by(login_request: LoginRequest, account: Account, strength: str) -> Page:
    """Start the session after the last step, and go on. Raises Refusal (account.disabled, signin.other_user)."""
    world = current_world()
    check_enabled(world, account)
    if strength != PASSWORD:
        check_same_user(world, signed_in_account(), account)
    if password_state(world, account) == "expiring":
        allow_password_change(account)
    waits = interstitials_ahead(world, account, login_request.service, fresh=True) or shows_redirect(
        world, login_request.service
    )
    arrives = login_request.service and not waits and suffices(account, [strength], login_request.demand)
    fresh_for, moniker = None if arrives else login_request.service, _typed_name(account)
    with world.database.session():  # one transaction for the session and its first ticket
        sso = start(account, strength, fresh_for=fresh_for, moniker=moniker)
        response = _leave(login_request, SignedIn(sso, account), fresh=True) if arrives else to_login()
    return remember(keep(response, sso), account, strength)


def keep_typed_name(account: Account, typed: str) -> None:
    """Remember what was typed as user name until the sign-in ends, since validation returns it.

    A user who typed the e-mail address is known by that.
    """
    session.pop("moniker", None)
    if typed.strip() != account.email:
        session["moniker"] = {"uid": account.uid, "typed": typed.strip()}


def _typed_name(account: Account) -> str:
    kept = session.get("moniker")
    return str(kept["typed"]) if kept and kept["uid"] == account.uid else ""


def allow_password_change(account: Account) -> None:
    """Let a user whose password was right change it, and go on with this sign-in afterwards."""
    at = current_world().clock.now().isoformat()
    session["password_change"] = {"uid": account.uid, "query": carried_text(current_world(), request.args), "at": at}


def waiting_change() -> tuple[Account, str] | None:
    """The account whose password may be changed during a sign-in, and the query of that.

    None where another account is signed in, or the right password was typed longer ago than a sign-in page may be open.
    """
    world, kept, other = current_world(), session.get("password_change"), signed_in_account()
    if kept is None or (other is not None and other.uid != kept["uid"]):
        return None
    if is_too_old(world, datetime.fromisoformat(kept["at"])):
        return None
    account = find_account(world, kept["uid"])
    return (account, kept["query"]) if account is not None else None


def forget_sign_in() -> None:
    """Drop what the page session holds for the current sign-in, which is over."""
    g.sign_in_over = True
    for name in SIGN_IN_STATE:
        session.pop(name, None)


def finish(login_request: LoginRequest, user: SignedIn, passed: str = "") -> Page:
    """Go on to the service, by way of the pages that come after `passed`."""
    world = current_world()
    fresh = is_fresh(world, user, login_request.service)
    for name in interstitials_ahead(world, user.account, login_request.service, fresh=fresh, passed=passed):
        return _interstitial(name, login_request, user.account)
    if login_request.service:
        return _leave(login_request, user, fresh=fresh)
    arrive(world, user)
    session.pop("password_change", None)
    g.sign_in_over = True
    if request.method == "POST":
        return go_to(url_for("signin.login"))
    return render_template("signin/successful_login.html", account=user.account)


def _interstitial(name: str, login_request: LoginRequest, account: Account, state: str = "ready") -> str:
    """Show a page in between; sent back, it names itself, so that the next one is found; a reload shows it again."""
    return render_template(
        _TEMPLATES[name],
        login_request=login_request,
        account=account,
        state=state,
        expires_at=expires_at(current_world(), account),
    )


def interstitial_answered(login_request: LoginRequest) -> Page:
    """Handle a page in between that was sent: continue behind it, or give up."""
    user = signed_in()
    if user is None or not enough(login_request, user):
        return to_login()
    if request.form["goOn"] == _CANCEL:
        arrive(current_world(), user)
        given_up = services.is_openid_connect(current_world(), login_request.service)
        return go_to(
            services.return_url(current_world(), login_request.service) if given_up else url_for("signin.login")
        )
    return finish(login_request, user, passed=request.form["goOn"])


def password_expired(login_request: LoginRequest, account: Account) -> str:
    """The page for a password that was right, and is good for nothing but changing it."""
    sign_out_others(account)
    allow_password_change(account)
    return _interstitial(EXPIRES, login_request, account, state="expired")


def _leave(login_request: LoginRequest, user: SignedIn, *, fresh: bool) -> Response:
    """Send the browser to the service with a ticket; pages of EU Login itself need none.

    fresh: the person proved who it is for this service. Raises Refusal (signin.loop).
    """
    world = current_world()
    own = services.is_own(world, login_request.service)
    if not fresh and not own and request.method == "GET":  # nobody has sent a page meanwhile
        check_loop(world, user.session.sid, login_request.service, person=user.account.email)
    forget_sign_in()
    arrive(world, user)
    if own:
        return go_to(login_request.service)
    ticket = issue_ticket(
        world,
        user,
        login_request.service,
        sso=not fresh,
        fingerprint=login_request.fingerprint,
        demands=login_request.demands,
    )
    lost = world.faults.inject(TICKET_LOST, user.account.email, service=login_request.service)
    target = login_request.service if lost else with_query(login_request.service, {"ticket": ticket.id})
    if shows_redirect(world, login_request.service):
        return Response(render_template("signin/redirect.html", login_request=login_request, target=target))
    return go_to(target)
