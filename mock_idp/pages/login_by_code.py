"""The one-time password as second step of signing in: with a QR code for the app, or of any authenticator."""

from flask import Response, jsonify, render_template, request

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import check_same_user
from mock_idp.common.strength_names import PASSWORD_SOFTWARE_TOKEN
from mock_idp.factors.otp import challenges, codes
from mock_idp.factors.otp.model import PENDING, USED, CodeChallenge
from mock_idp.pages.browser import browser_token, signed_in_account
from mock_idp.pages.code_forms import CodeForm, DigitsForm
from mock_idp.pages.complete_login import login_address, signed_in_by, to_login
from mock_idp.pages.qr_picture import qr_picture
from mock_idp.signin import login as rules
from mock_world import Refusal
from mock_world.web import LONG_POLL, Page, current_world

_STATES_OF_THE_PAGE = frozenset({challenges.LAPSED, challenges.TOO_MANY_TRIES, challenges.NO_DEVICE})


def ask_code(login_request: rules.LoginRequest, account: Account) -> Page:
    """Send the browser to the page that asks for a code. Raises Refusal (otp.too_many_requests)."""
    challenge = challenges.ask_code(current_world(), account, browser=browser_token(), address=login_request.service)
    return to_login(code=challenge.id)


def _the_challenge() -> CodeChallenge:
    """The challenge named in the address. Raises Refusal (otp.unknown)."""
    return challenges.challenge_of(current_world(), request.args.get("code", ""), browser_token())


def code_page(login_request: rules.LoginRequest) -> Page:
    """The page that asks for a code; one that was answered leads back to the beginning."""
    challenge = _the_challenge()
    if challenge.address != login_request.service or challenge.state == USED:
        return to_login()
    return _page(login_request, challenge, _form())


def code_action(login_request: rules.LoginRequest) -> Page:
    """Check a typed code; a right one signs in. Raises Refusal (otp.unknown, account.disabled, signin.other_user)."""
    world, challenge, form = current_world(), _the_challenge(), _form()
    if challenge.address != login_request.service or challenge.state == USED:
        return to_login()
    account = rules.identify(world, challenge.uid)
    check_same_user(world, signed_in_account(), account)
    try:
        challenges.use_code(world, account, challenge, form.otp.data or "")
    except Refusal as refusal:
        if refusal.kind is challenges.CODE_PAGE_ENDED:
            return to_login()
        if refusal.field == "otp":
            form.refuse(refusal)
        elif refusal.kind not in _STATES_OF_THE_PAGE:
            raise
        return _page(login_request, _the_challenge(), form)
    return signed_in_by(login_request, account, PASSWORD_SOFTWARE_TOKEN)


def _form() -> CodeForm | DigitsForm:
    return DigitsForm() if codes.by_authenticator(current_world()) else CodeForm()


def _page(login_request: rules.LoginRequest, challenge: CodeChallenge, form: CodeForm | DigitsForm) -> str:
    world = current_world()
    account, state = rules.identify(world, challenge.uid), challenges.state_of(world, challenge)
    has_picture = state == PENDING and not codes.by_authenticator(world)
    return render_template(
        "signin/one_time_code.html",
        login_request=login_request,
        account=account,
        challenge=challenge,
        form=form,
        state=_shown(state),
        picture=_picture(account, challenge) if has_picture else "",
        password_page=login_address(),
    )


def _picture(account: Account, challenge: CodeChallenge) -> str:
    world = current_world()
    return qr_picture(world, codes.payload(world, account.email, challenge.challenge), account.email)


def _shown(state: str) -> str:
    return "ready" if state == PENDING else state


def code_state() -> Response:
    """Return the state of the challenge to the page that asks, held until it changes."""
    state = challenges.wait_for_end(current_world(), request.args.get("code", ""), browser_token(), LONG_POLL)
    return jsonify(state=_shown(state))
