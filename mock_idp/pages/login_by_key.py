"""The security key as second step of signing in: the page on which the browser asks for it."""

from flask import render_template, request

from mock_idp.accounts.model import Account
from mock_idp.common.page_expiry import PAGE_TOO_OLD
from mock_idp.common.strength_names import PASSWORD_WEBAUTHN
from mock_idp.factors.keys import challenges, signing_in
from mock_idp.factors.keys.model import PENDING, SIGN_IN, TIMED_OUT, USED, KeyChallenge
from mock_idp.pages.browser import browser_token
from mock_idp.pages.complete_login import login_address, signed_in_by, to_login
from mock_idp.signin import login as rules
from mock_world import Refusal
from mock_world.web import Page, current_world, translate


def ask_key(login_request: rules.LoginRequest, account: Account) -> Page:
    """Send the browser to the page that asks for the key."""
    try:
        challenge = signing_in.ask_key(current_world(), account, browser=browser_token(), address=login_request.service)
    except Refusal as refusal:
        return _failed(login_request, account, None, refusal)
    return to_login(key=challenge.id)


def _the_challenge() -> KeyChallenge:
    """The challenge named in the address. Raises Refusal (key.challenge_unknown)."""
    key = request.args.get("key", "")
    return challenges.challenge_of(current_world(), key, browser=browser_token(), purpose=SIGN_IN)


def key_page(login_request: rules.LoginRequest) -> Page:
    """The page of the browser's question; one that was answered leads back to the beginning."""
    world, challenge = current_world(), _the_challenge()
    state = challenges.state_of(world, challenge)
    if challenge.address == login_request.service and state in {PENDING, TIMED_OUT}:
        return _page(login_request, rules.identify(world, challenge.uid), challenge, state)
    return to_login()


def key_action(login_request: rules.LoginRequest) -> Page:
    """Handle the answer of the key or of the browser, or the wish to try again; the right one signs in."""
    world, challenge = current_world(), _the_challenge()
    account = rules.identify(world, challenge.uid)
    if challenge.address != login_request.service or challenges.state_of(world, challenge) == USED:
        return to_login()
    try:
        if request.form["keyAction"] == "again":
            return to_login(key=signing_in.ask_again(world, account, challenge).id)
        if problem := request.form.get("keyProblem"):
            raise challenges.give_up(world, account, challenge, problem)
        signing_in.use_key(world, account, challenge, request.form.get("credential", ""))
    except Refusal as refusal:
        if refusal.kind is PAGE_TOO_OLD:
            raise
        return _failed(login_request, account, challenge, refusal)
    return signed_in_by(login_request, account, PASSWORD_WEBAUTHN)


def _failed(
    login_request: rules.LoginRequest, account: Account, challenge: KeyChallenge | None, refusal: Refusal
) -> str:
    locked = refusal.kind in {signing_in.KEYS_LOCKED, signing_in.TOO_MANY_KEY_REQUESTS}
    return _page(
        login_request,
        account,
        None if locked else challenge,
        challenges.state_after(refusal),
        refusal.message(translate),
    )


def _page(
    login_request: rules.LoginRequest, account: Account, challenge: KeyChallenge | None, state: str, message: str = ""
) -> str:
    """The page that asks for the key. challenge: None where no key may be asked."""
    return render_template(
        "signin/webauthn.html",
        login_request=login_request,
        account=account,
        challenge=challenge,
        state=state,
        message=message,
        options=signing_in.request_options(current_world(), challenge) if challenge and state == PENDING else "",
        password_page=login_address(),
    )
