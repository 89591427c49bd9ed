"""What ties a browser to its session: cookies, and the guard of pages that need a sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Response, g, request, session

from mock_idp.account_management.sign_out import sign_out
from mock_idp.accounts.model import Account
from mock_idp.factors.second_factors import second_factors
from mock_idp.signin.sessions import SignedIn, SsoSession, find_session, start_session
from mock_idp.signin.strengths import BASIC, MEDIUM, Demand, suffices
from mock_world import RefusalKind
from mock_world.addresses import with_query
from mock_world.i18n import N_
from mock_world.web import current_world, go_to, page_url
from mock_world.web.cookies import drop_cookie, set_cookie, sso_cookie_name

# What the page session holds for one person until the service is reached.
KEPT = ("interrupted", "password_change", "moniker")

OTHER_OWNER = RefusalKind(
    "account.other_form",
    message=N_("Nothing was changed: this page was opened by somebody else. Send it again only for {email}."),
    expected="a form that was opened by the account that is signed in",
    remedy="open the page again, or sign in as the account that opened it",
    status=409,
)

P = ParamSpec("P")
R = TypeVar("R")


def sso_cookie() -> str | None:
    return request.cookies.get(sso_cookie_name(current_world()))


def signed_in() -> SignedIn | None:
    """Who is signed in at EU Login in this browser."""
    if "signed_in" not in g:
        g.signed_in = find_session(current_world(), sso_cookie())
    found: SignedIn | None = g.signed_in
    return found


def signed_in_account() -> Account | None:
    """For the head of every page."""
    found = signed_in()
    return found.account if found else None


def keep(response: Response, sso: SsoSession) -> Response:
    """Give the browser its session; without expiry, so that a moved clock cannot make it invalid.

    What was kept for the sign-in of somebody else is over.
    """
    world = current_world()
    for name in KEPT:
        if name in session and session[name]["uid"] != sso.uid:
            session.pop(name)
    set_cookie(response, "idp", world, "sso", sso.id)
    return response


def forget(response: Response) -> Response:
    for name in ("password_set", "mail_sent_to"):  # pages that would tell the next person who was here
        session.pop(name, None)
    drop_cookie(response, "idp", current_world(), "sso")
    return response


def sign_out_others(account: Account) -> None:
    """The right password of somebody else ends the session of who is signed in."""
    found = signed_in()
    if found is not None and found.account.uid != account.uid:
        sign_out(current_world(), found)
        g.signed_in = None


def start(account: Account, strength: str, *, fresh_for: str | None = None, moniker: str = "") -> SsoSession:
    """Sign somebody in in this browser, where nobody else stays signed in; `keep` gives it the session."""
    sign_out_others(account)
    return start_session(current_world(), account, strength, former=sso_cookie(), fresh_for=fresh_for, moniker=moniker)


def interrupted() -> dict[str, str] | None:
    """The sign-in that waits until who is signed in has added a factor: the service's name, and its query."""
    kept: dict[str, str] | None = session.get("interrupted")
    account = signed_in_account()
    return kept if kept and account is not None and kept["uid"] == account.uid else None


def browser_token() -> str:
    """What binds requests to the phone to this browser."""
    if "browser" not in session:
        session["browser"] = current_world().random.token(16)
    return str(session["browser"])


def own_address(path_and_query: str) -> str:
    """The public address of a page of EU Login itself, to come back to after signing in."""
    world = current_world()
    return world.addresses.public("idp") + path_and_query.removeprefix(request.script_root)


def to_login(path_and_query: str, level: str) -> Response:
    """Send the browser to sign in, and back to a page of EU Login."""
    query = {"service": own_address(path_and_query)} | ({"authenticationLevel": level} if level != BASIC else {})
    return go_to(with_query(f"{request.script_root}/cas/login", query))


def requires_sign_in(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Guard of a page: sign in first, with the password at least, or as the person always wants it."""
    return _guard(view, lambda account: MEDIUM if account.always_two_factors else BASIC)


def requires_factor(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Guard of pages that manage factors: somebody who has one already must use it (facts, account pages)."""
    return _guard(view, _level_of_factors)


def _level_of_factors(account: Account) -> str:
    """Who always wants two factors and has lost them cannot add one by the password alone."""
    has_one = bool(second_factors(current_world(), account.uid))
    return MEDIUM if has_one or account.always_two_factors else BASIC


def sign_in_with_factor() -> Response | None:
    """The same for a part of a page: where to send somebody who has a factor and did not use it; else None."""
    found = signed_in()
    level = _level_of_factors(found.account) if found else BASIC
    return None if found is not None and _reaches(found, level) else to_login(page_url(), level)


def _reaches(found: SignedIn, level: str) -> bool:
    return suffices(found.account, found.session.strengths, Demand(level))


def _guard(view: Callable[P, R], level: Callable[[Account], str]) -> Callable[P, R | Response]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        found = signed_in()
        if found is None:
            return to_login(page_url(), BASIC)
        wanted = level(found.account)
        if not _reaches(found, wanted):
            return to_login(page_url(), wanted)
        return view(*args, **kwargs)

    return guarded


def the_account() -> Account:
    """The signed-in account, on a page that requires a sign-in."""
    account = signed_in_account()
    if account is None:
        raise RuntimeError("this page lacks its guard requires_sign_in")
    return account


def check_form_owner() -> None:
    """Whether a form was opened by who is signed in now, since two tabs share a session; scripts may leave `uid` out.

    Raises Refusal (account.other_form).
    """
    account, opened_by = the_account(), request.form.get("uid")
    if opened_by not in {None, account.uid}:
        got, email = "a form of somebody else", account.email
        raise current_world().refuse(OTHER_OWNER, got=got, person=email, email=email)
