"""Waiting for the phone: the page, its buttons, and what its script asks."""

from flask import Response, jsonify, render_template, request

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import check_enabled, check_same_user
from mock_idp.common.page_expiry import check_opened
from mock_idp.common.strength_names import MOBILE_APP
from mock_idp.factors.devices import model as states
from mock_idp.factors.devices import sign_in_requests as phone_requests
from mock_idp.oidc.authorize import application_at
from mock_idp.pages.browser import browser_token, own_address, signed_in_account
from mock_idp.pages.complete_login import login_address, signed_in_by, to_login
from mock_idp.signin import login as rules
from mock_idp.signin.strengths import METHODS
from mock_world import Refusal
from mock_world.web import LONG_POLL, Page, current_world, go_to, translate

_REPEATABLE = frozenset({states.PENDING, states.DENIED, states.TIMED_OUT})


def ask_phone(login_request: rules.LoginRequest, account: Account, strength: str) -> Page:
    """Send a request to the phone. Raises Refusal (request.too_many)."""
    name = login_request.service_name or "EU Login"
    sent = phone_requests.send_request(
        current_world(),
        account,
        browser=browser_token(),
        service=name,
        strength=strength,
        address=login_request.service,
        application=application_at(current_world(), login_request.service),
    )
    return _to_the_phone(sent)


def _to_the_phone(sent: states.SignInRequest) -> Response:
    """Go to the page that waits; "On Mobile" by way of the app, which is on the same phone and leads back."""
    return go_to(app_address(sent)) if sent.strength == MOBILE_APP else to_login(request=sent.id)


def app_address(sent: states.SignInRequest) -> str:
    """Where the app opens with this request (our choice)."""
    world = current_world()
    account, back = rules.identify(world, sent.uid), own_address(login_address(request=sent.id))
    return world.addresses.public("phone", "/open", request=sent.id, account=account.email, back=back)


def the_phone_request(name: str = "request") -> states.SignInRequest:
    """The request that the address names. Raises Refusal (request.unknown)."""
    return phone_requests.request_of(current_world(), request.args.get(name, ""), browser_token())


def waiting(login_request: rules.LoginRequest) -> Page:
    """Waiting for the phone; approved requests are taken for one sign-in, to the service that the phone named.

    Raises Refusal (request.unknown, account.disabled, signin.other_user).
    """
    world, sent = current_world(), the_phone_request()
    if sent.address != login_request.service:
        return to_login()
    state = phone_requests.shown_state(world, sent)
    if state == states.APPROVED:
        account = rules.identify(world, sent.uid)
        check_same_user(world, signed_in_account(), account)
        if phone_requests.use_up(world, sent):
            return signed_in_by(login_request, account, sent.strength)
    if state in {states.APPROVED, states.USED}:
        return to_login()
    return _waiting_page(login_request, sent, state)


def _waiting_page(login_request: rules.LoginRequest, sent: states.SignInRequest, state: str, problem: str = "") -> str:
    method = next(method for method in METHODS if method.strength == sent.strength)
    return render_template(
        "signin/waiting.html",
        login_request=login_request,
        sent=sent,
        account=rules.identify(current_world(), sent.uid),
        method=method,
        state=state,
        shown="sent-again" if state == states.PENDING and sent.sent_again else state,
        repeatable=state in _REPEATABLE,
        app=app_address(sent) if sent.strength == MOBILE_APP else "",
        problem=problem,
        query=request.args,
    )


def waiting_action(login_request: rules.LoginRequest) -> Page:
    """Handle one of the buttons: `again`, `other` (another method), or giving up."""
    world, sent = current_world(), the_phone_request()
    if request.form["requestAction"] == "again":
        return _again(login_request, sent)
    phone_requests.cancel(world, sent)
    return to_login(other=sent.id) if request.form["requestAction"] == "other" else to_login()


def _again(login_request: rules.LoginRequest, sent: states.SignInRequest) -> Page:
    """Send a request again that could still become a sign-in, but not for ever: the password was typed long ago.

    Raises Refusal (signin.page_too_old, account.disabled).
    """
    world = current_world()
    state = phone_requests.shown_state(world, sent)
    if state not in _REPEATABLE:
        return to_login(request=sent.id)
    check_opened(world, sent.started_at)
    check_enabled(world, rules.identify(world, sent.uid))
    try:
        return _to_the_phone(phone_requests.send_again(world, sent, application_at(world, sent.address)))
    except Refusal as refusal:
        return _waiting_page(login_request, sent, state, problem=refusal.message(translate))


def login_state() -> Response:
    """Return the state of its request to the waiting page, held while it is pending."""
    state = phone_requests.wait_for_answer(current_world(), request.args.get("request", ""), browser_token(), LONG_POLL)
    return jsonify(state=state)
