"""What ties a browser to its session: cookies, and the guard of pages that need a sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Response, g, request, session

from mock_idp.account_management.sign_out import sign_out
from mock_idp.accounts.model import Account
from mock_idp.factors.second_factors import second_factors
from mock_idp.signin.sessions import SignedIn, SsoSession, find_session, start_session
from mock_idp.signin.strengths import BASIC, MEDIUM, Demand, is_mobile, suffices
from mock_world import RefusalKind
from mock_world.addresses import with_query
from mock_world.i18n import N_
from mock_world.web import current_world, go_to, page_url
from mock_world.web.cookies import drop_cookie, set_cookie, sso_cookie_name

# What the page session holds for one person until the service is reached.
SIGN_IN_STATE = ("interrupted", "password_change", "moniker")

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
    """The user who is signed in at EU Login in this browser, with the session."""
    if "signed_in" not in g:
        g.signed_in = find_session(current_world(), sso_cookie())
    user: SignedIn | None = g.signed_in
    return user


def signed_in_account() -> Account | None:
    """The account that is signed in in this browser, as the head of every page shows it."""
    user = signed_in()
    return user.account if user else None


def keep(response: Response, sso: SsoSession) -> Response:
    """Give the browser its session; without expiry, so that a moved clock cannot make it invalid.

    What the page session holds for another account's sign-in is dropped.
    """
    world = current_world()
    for name in SIGN_IN_STATE:
        if name in session and session[name]["uid"] != sso.uid:
            session.pop(name)
    set_cookie(response, "idp", world, "sso", sso.id)
    return response


def forget(response: Response) -> Response:
    for name in ("password_set", "mail_sent_to"):  # pages that would show the next person who was here
        session.pop(name, None)
    drop_cookie(response, "idp", current_world(), "sso")
    return response


def sign_out_others(account: Account) -> None:
    """End the session of the current user where another account has given its right password."""
    user = signed_in()
    if user is not None and user.account.uid != account.uid:
        sign_out(current_world(), user)
        g.signed_in = None


def start(account: Account, strength: str, *, fresh_for: str | None = None, moniker: str = "") -> SsoSession:
    """Sign an account in in this browser, where no other stays signed in; `keep` gives it the session."""
    sign_out_others(account)
    return start_session(current_world(), account, strength, former=sso_cookie(), fresh_for=fresh_for, moniker=moniker)


def waiting_sign_in() -> dict[str, str] | None:
    """The sign-in that waits until the current user has added a factor: the service's name, and its query."""
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
    """Guard of pages that manage factors: a user who has one already must use it (facts, account pages)."""
    return _guard(view, _level_of_factors)


def _level_of_factors(account: Account) -> str:
    """The level for managing factors: MEDIUM also for an account that always wants two factors and has lost them."""
    has_one = bool(second_factors(current_world(), account.uid))
    return MEDIUM if has_one or account.always_two_factors else BASIC


def sign_in_with_factor() -> Response | None:
    """Guard of a part of a page: where to send a user who has a factor and did not use it; else None."""
    user = signed_in()
    level = _level_of_factors(user.account) if user else BASIC
    return None if user is not None and _reaches(user, level) else to_login(page_url(), level)


def _reaches(user: SignedIn, level: str) -> bool:
    return suffices(user.account, user.session.strengths, Demand(level))


def _guard(view: Callable[P, R], level: Callable[[Account], str]) -> Callable[P, R | Response]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        user = signed_in()
        if user is None:
            return to_login(page_url(), BASIC)
        required_level = level(user.account)
        if not _reaches(user, required_level):
            return to_login(page_url(), required_level)
        return view(*args, **kwargs)

    return guarded


def the_account() -> Account:
    """The signed-in account, on a page that requires a sign-in."""
    account = signed_in_account()
    if account is None:
        raise RuntimeError("this page lacks its guard requires_sign_in")
    return account


def check_form_owner() -> None:
    """Check that the current user opened a form, since two tabs share a session; scripts may leave `uid` out.

    Raises Refusal (account.other_form).
    """
    account, opened_by = the_account(), request.form.get("uid")
    if opened_by not in {None, account.uid}:
        got, email = "a form of somebody else", account.email
        raise current_world().refuse(OTHER_OWNER, got=got, person=email, email=email)


def is_on_phone() -> bool:
    """Whether this browser runs on a phone."""
    return is_mobile(request.user_agent.string, request.headers.get("Sec-CH-UA-Mobile", ""))
