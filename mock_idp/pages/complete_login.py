"""From the last step of the sign-in page to the service: session, pages in between, ticket, and the way there."""

from datetime import datetime

from flask import Response, render_template, request, session, url_for

from mock_idp.accounts.model import Account
from mock_idp.accounts.password_expiry import expires_at, password_state
from mock_idp.accounts.people import check_enabled, check_same_user, find_account
from mock_idp.cas.tickets import issue_ticket
from mock_idp.common.page_expiry import is_too_old
from mock_idp.common.strength_names import PASSWORD
from mock_idp.pages.browser import KEPT, keep, sign_out_others, signed_in, signed_in_account, start
from mock_idp.pages.remembered_account import remember
from mock_idp.signin import services
from mock_idp.signin.interstitials import DETAILS, EXPIRES, WARN, interstitials_ahead, shows_redirect
from mock_idp.signin.login import LoginRequest, carried, carried_text
from mock_idp.signin.loops import check_loop
from mock_idp.signin.sessions import SignedIn, arrive, is_fresh
from mock_idp.signin.strengths import suffices
from mock_world.addresses import with_query
from mock_world.faults import TICKET_LOST
from mock_world.web import Page, current_world, go_to

STEPS = frozenset({"request", "key", "code", "other", "anonymize"})  # parameters of our own, not of the service
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


def enough(wanted: LoginRequest, found: SignedIn) -> bool:
    """Whether somebody who is signed in goes on without another proof."""
    stale = wanted.renew and not is_fresh(current_world(), found, wanted.service)
    return not stale and suffices(found.account, found.session.strengths, wanted.demand)


def signed_in_by(wanted: LoginRequest, account: Account, strength: str) -> Page:
    """The last step was right: start the session, and go on. Raises Refusal (account.disabled, signin.other_user)."""
    world = current_world()
    check_enabled(world, account)
    if strength != PASSWORD:
        check_same_user(world, signed_in_account(), account)
    if password_state(world, account) == "expiring":
        allow_password_change(account)
    waits = interstitials_ahead(world, account, wanted.service, fresh=True) or shows_redirect(world, wanted.service)
    arrives = wanted.service and not waits and suffices(account, [strength], wanted.demand)
    fresh_for, moniker = None if arrives else wanted.service, _typed_name(account)
    with world.database.session():  # one transaction for the session and its first ticket
        sso = start(account, strength, fresh_for=fresh_for, moniker=moniker)
        response = _leave(wanted, SignedIn(sso, account), fresh=True) if arrives else to_login()
    return remember(keep(response, sso), account, strength)


def keep_typed_name(account: Account, typed: str) -> None:
    """Remember what was typed as user name until the sign-in ends, since validation tells it.

    Who typed the e-mail address is known by that.
    """
    session.pop("moniker", None)
    if typed.strip() != account.email:
        session["moniker"] = {"uid": account.uid, "typed": typed.strip()}


def _typed_name(account: Account) -> str:
    kept = session.get("moniker")
    return str(kept["typed"]) if kept and kept["uid"] == account.uid else ""


def allow_password_change(account: Account) -> None:
    """Let somebody whose password was right change it, and go on with this sign-in afterwards."""
    at = current_world().clock.now().isoformat()
    session["password_change"] = {"uid": account.uid, "query": carried_text(current_world(), request.args), "at": at}


def waiting_change() -> tuple[Account, str] | None:
    """Whose password may be changed during a sign-in, and the query of that.

    None where somebody else is signed in, or the right password was typed longer ago than a sign-in page may be open.
    """
    world, kept, other = current_world(), session.get("password_change"), signed_in_account()
    if kept is None or (other is not None and other.uid != kept["uid"]):
        return None
    if is_too_old(world, datetime.fromisoformat(kept["at"])):
        return None
    account = find_account(world, kept["uid"])
    return (account, kept["query"]) if account is not None else None


def forget_sign_in() -> None:
    """What was kept for the sign-in at hand is over."""
    for name in KEPT:
        session.pop(name, None)


def finish(wanted: LoginRequest, found: SignedIn, passed: str = "") -> Page:
    """Go on to the service, by way of the pages that come after `passed`."""
    world = current_world()
    fresh = is_fresh(world, found, wanted.service)
    for name in interstitials_ahead(world, found.account, wanted.service, fresh=fresh, passed=passed):
        return _interstitial(name, wanted, found.account)
    if wanted.service:
        return _leave(wanted, found, fresh=fresh)
    arrive(world, found)
    session.pop("password_change", None)
    if request.method == "POST":
        return go_to(url_for("signin.login"))
    return render_template("signin/successful_login.html", account=found.account)


def _interstitial(name: str, wanted: LoginRequest, account: Account, state: str = "ready") -> str:
    """Sent back, the page names itself, so that the next one is found; a reload shows it again."""
    return render_template(
        _TEMPLATES[name],
        wanted=wanted,
        account=account,
        state=state,
        expires_at=expires_at(current_world(), account),
    )


def interstitial_answered(wanted: LoginRequest) -> Page:
    """A page in between was sent: go on behind it, or give up."""
    found = signed_in()
    if found is None or not enough(wanted, found):
        return to_login()
    if request.form["goOn"] == _CANCEL:
        arrive(current_world(), found)
        given_up = services.is_openid_connect(current_world(), wanted.service)
        return go_to(services.return_url(current_world(), wanted.service) if given_up else url_for("signin.login"))
    return finish(wanted, found, passed=request.form["goOn"])


def password_expired(wanted: LoginRequest, account: Account) -> str:
    """The password was right, and is good for nothing but changing it."""
    sign_out_others(account)
    allow_password_change(account)
    return _interstitial(EXPIRES, wanted, account, state="expired")


def _leave(wanted: LoginRequest, found: SignedIn, *, fresh: bool) -> Response:
    """Send the browser to the service with a ticket; pages of EU Login itself need none.

    fresh: the person proved who it is for this service. Raises Refusal (signin.loop).
    """
    world = current_world()
    own = services.is_own(world, wanted.service)
    if not fresh and not own and request.method == "GET":  # nobody has sent a page meanwhile
        check_loop(world, found.session.sid, wanted.service, person=found.account.email)
    forget_sign_in()
    arrive(world, found)
    if own:
        return go_to(wanted.service)
    ticket = issue_ticket(world, found, wanted.service, sso=not fresh, fingerprint=wanted.fingerprint)
    lost = world.faults.inject(TICKET_LOST, found.account.email)
    target = wanted.service if lost else with_query(wanted.service, {"ticket": ticket.id})
    if shows_redirect(world, wanted.service):
        return Response(render_template("signin/redirect.html", wanted=wanted, target=target))
    return go_to(target)
