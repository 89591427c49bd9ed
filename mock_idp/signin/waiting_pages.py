"""Waiting for the phone: the page, its buttons, and what its script asks."""

from flask import Response, jsonify, render_template, request

from mock_idp.accounts.model import Account
from mock_idp.devices import model as states
from mock_idp.devices import requests as phone_requests
from mock_idp.signin import login as rules
from mock_idp.signin.browser import browser_token
from mock_idp.signin.going_on import Page, signed_in_by, to_login
from mock_idp.signin.strengths import METHODS
from mock_world.web import current_world

_LONG_POLL = 25.0  # seconds a waiting page's question is held


def ask_phone(wanted: rules.LoginRequest, account: Account, strength: str) -> Page:
    name = wanted.service_name or "EU Login"
    sent = phone_requests.send_request(
        current_world(), account, browser=browser_token(), service=name, strength=strength
    )
    return to_login(request=sent.id)


def waiting(wanted: rules.LoginRequest) -> Page:
    """Waiting for the phone; approved requests are taken for one sign-in."""
    world = current_world()
    sent = phone_requests.request_of(world, request.args["request"], browser_token())
    state = phone_requests.state_of(world, sent)
    if state == states.APPROVED and phone_requests.use_up(world, sent):
        return signed_in_by(wanted, rules.identify(world, sent.uid), sent.strength)
    if state in {states.PENDING, states.DENIED, states.TIMED_OUT}:
        return _waiting_page(wanted, sent, state)
    return to_login()


def _waiting_page(wanted: rules.LoginRequest, sent: states.SignInRequest, state: str) -> str:
    method = next(method for method in METHODS if method.strength == sent.strength)
    return render_template(
        "signin/waiting.html",
        wanted=wanted,
        sent=sent,
        account=rules.identify(current_world(), sent.uid),
        method=method,
        state=state,
        shown="sent-again" if state == states.PENDING and sent.sent_again else state,
        query=request.args,
    )


def waiting_action() -> Page:
    world = current_world()
    sent = phone_requests.request_of(world, request.args.get("request", ""), browser_token())
    if request.form["requestAction"] == "again":
        return to_login(request=phone_requests.send_again(world, sent).id)
    phone_requests.cancel(world, sent)
    return to_login()


def login_state() -> Response:
    """For the waiting page: the state of its request, held while it is pending."""
    state = phone_requests.wait_for_answer(
        current_world(), request.args.get("request", ""), browser_token(), _LONG_POLL
    )
    return jsonify(state=state)
