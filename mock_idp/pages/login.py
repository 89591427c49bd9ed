"""The sign-in page: user name, then password and verification method. What follows stands in `login_by_...`.

All steps have one address: `_ACTIONS` says which field of a form is answered by which step, `_PARTS` which parameter of
the address shows which.
"""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, render_template, request, url_for
from wtforms import HiddenField, PasswordField, StringField

from mock_idp.accounts.model import Account
from mock_idp.accounts.password_expiry import password_state
from mock_idp.accounts.people import OTHER_USER, check_same_user
from mock_idp.common.page_expiry import PAGE_TOO_OLD, check_stamp, stamp
from mock_idp.common.strength_names import MOBILE_APP, PASSWORD, PASSWORD_SOFTWARE_TOKEN, PASSWORD_WEBAUTHN
from mock_idp.pages import site
from mock_idp.pages.browser import browser_token, is_on_phone, own_address, signed_in, signed_in_account
from mock_idp.pages.complete_login import (
    carry,
    enough,
    finish,
    interstitial_answered,
    keep_typed_name,
    login_address,
    password_expired,
    signed_in_by,
)
from mock_idp.pages.login_by_code import ask_code, code_action, code_page, code_state
from mock_idp.pages.login_by_key import ask_key, key_action, key_page
from mock_idp.pages.login_by_phone import ask_phone, login_state, the_phone_request, waiting, waiting_action
from mock_idp.pages.remembered_account import forget_known, known, method_of
from mock_idp.pages.second_factor_needed import second_factor_needed
from mock_idp.pages.sign_in_id import follow_sign_in, keep_sign_in
from mock_idp.signin import login as rules
from mock_idp.signin.invalid_parameters import note, note_gateway, note_stray
from mock_idp.signin.strengths import chosen_beforehand, offered
from mock_world import Refusal
from mock_world.i18n import N_
from mock_world.web import Page, current_world, go_to, translate, wish_language
from mock_world.web.forms import PageForm

signin = Blueprint("signin", __name__, url_prefix="/cas")
signin.add_url_rule("/login/state", view_func=login_state)
signin.add_url_rule("/login/code", view_func=code_state)


class WhoamiForm(PageForm):
    username = StringField(
        N_("Enter your e-mail address or unique identifier"),
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


_MAY_BE_EMPTY = N_('Leave it empty if you choose "On Mobile": the app on this phone is enough.')


class PasswordForm(PageForm):
    loginStrength = HiddenField()  # noqa: N815 - the contract's name
    password = PasswordField(N_("Password"), render_kw={"autocomplete": "current-password"})


@signin.context_processor
def for_pages() -> dict[str, Callable[[], str]]:
    """What templates call: when a page was opened, and where its links lead with what the service asked for."""
    return {
        "opened": lambda: stamp(current_world()),
        "start_again": login_address,
        "log_out": lambda: url_for("signin.logout", service=own_address(login_address())),
        "as_different_user": lambda: login_address(anonymize="true"),
        "sign_up": lambda: carry("accounts.register"),
        "lost_password": lambda: carry("accounts.lost_password"),
    }


@signin.errorhandler(Refusal)
def refused(refusal: Refusal) -> Page:
    """Show refusals that lead back to the current sign-in on pages of their own, others like everywhere."""
    if refusal.kind is PAGE_TOO_OLD:
        page = render_template("signin/page_too_old.html", message=refusal.message(translate))
        return page, refusal.kind.status
    if refusal.kind is OTHER_USER:
        page = render_template("signin/other_user.html", advice=refusal.message(translate))
        return page, refusal.kind.status
    return site.refused(refusal)


@signin.route("/login.cgi", methods=["GET", "POST"])
@signin.route("/login", methods=["GET", "POST"])  # the last one is the address of links
def login() -> Page:
    key = follow_sign_in()
    login_request = rules.read_login_request(current_world(), request.args.to_dict())
    wish_language(login_request.language)
    page = _page(login_request)
    keep_sign_in(key)
    return page


def _page(login_request: rules.LoginRequest) -> Page:
    if request.method == "POST":
        return _posted(login_request)
    for parameter, page in _PARTS.items():
        if parameter in request.args:
            return page(login_request)
    return _opened(login_request)


def _posted(login_request: rules.LoginRequest) -> Page:
    if "opened" in request.form:  # scripts may leave it out
        check_stamp(current_world(), request.form["opened"])
    action = next((action for field, action in _ACTIONS.items() if field in request.form), _username_given)
    return action(login_request)


def _opened(login_request: rules.LoginRequest) -> Page:
    """Open the page; a user who is signed in goes on, unless the service asks for more or for a new proof."""
    note(current_world(), login_request.service, login_request.ignored)
    note_stray(current_world(), login_request.service, request.args)
    user = signed_in()
    if user is not None and enough(login_request, user):
        return finish(login_request, user)
    if rules.asks_without_pages(current_world(), login_request):
        note_gateway(current_world(), login_request.service)
        return go_to(login_request.service)
    if user is not None and not login_request.renew:
        return _password_page(login_request, user.account)
    return _whoami_page(login_request)


def _as_different_user(login_request: rules.LoginRequest) -> Response:
    """The first page, as if nobody had signed in in this browser before."""
    return forget_known(Response(_whoami_page(login_request, WhoamiForm())))


def _by_other_method(login_request: rules.LoginRequest) -> str:
    """The second step again, for a user who chose the phone and would rather not wait for it."""
    return _password_page(login_request, rules.identify(current_world(), the_phone_request("other").uid))


def _whoami_page(login_request: rules.LoginRequest, form: WhoamiForm | None = None) -> str:
    """The first page; without a form it is filled in with the account that this browser remembers."""
    browser_token()  # now, so that a form that is sent twice comes from one browser both times
    last = known() if form is None and not login_request.hint else None
    form = form or WhoamiForm(username=last.account.email if last else login_request.hint)
    return render_template(
        "signin/whoami.html",
        form=form,
        login_request=login_request,
        is_known=last is not None and not login_request.hint,
    )


def _username_given(login_request: rules.LoginRequest) -> Page:
    typed = request.form.get("username", "")
    try:
        account = rules.identify(current_world(), typed)
    except Refusal as refusal:
        return _who_again(login_request, refusal)
    keep_typed_name(account, typed)
    return _password_page(login_request, account)


def _who_again(login_request: rules.LoginRequest, refusal: Refusal) -> str:
    form = WhoamiForm()
    form.refuse(refusal)
    return _whoami_page(login_request, form)


def _password_page(login_request: rules.LoginRequest, account: Account, form: PasswordForm | None = None) -> str:
    browser_token()
    form = form or PasswordForm(formdata=None)
    methods = offered(current_world(), account, login_request.demand, on_mobile=is_on_phone())
    if form.loginStrength.data not in {method.strength for method in methods}:
        form.loginStrength.data = chosen_beforehand(methods, method_of(account))
    if any(method.strength == MOBILE_APP for method in methods):
        form.password.description = _MAY_BE_EMPTY
    other = signed_in_account()
    return render_template(
        "signin/password.html",
        form=form,
        login_request=login_request,
        account=account,
        methods=methods,
        log_out_first=other is not None and other.uid != account.uid,
    )


def _password_given(login_request: rules.LoginRequest) -> Page:
    """Check the password; without script radio buttons follow the hidden field, so the last `loginStrength` counts."""
    world, password = current_world(), request.form["password"]
    try:
        account = rules.identify(world, request.form.get("username", ""))
    except Refusal as refusal:
        return _who_again(login_request, refusal)
    strength = "".join(request.form.getlist("loginStrength")[-1:])
    try:
        if strength == MOBILE_APP and not password:
            return _app_alone(login_request, account)
        rules.authenticate(world, account, password)
        if password_state(world, account) == "expired":
            return password_expired(login_request, account)
        return _second_step(login_request, account, strength)
    except Refusal as refusal:
        form = PasswordForm()
        form.loginStrength.data = strength
        form.refuse(refusal)
        return _password_page(login_request, account, form)


def _app_alone(login_request: rules.LoginRequest, account: Account) -> Page:
    """Ask the app alone. Raises Refusal (account.disabled, signin.method_not_offered, signin.other_user)."""
    world = current_world()
    rules.check_app_alone(world, account, login_request.demand, on_mobile=is_on_phone())
    check_same_user(world, signed_in_account(), account)
    return ask_phone(login_request, account, MOBILE_APP)


def _second_step(login_request: rules.LoginRequest, account: Account, strength: str) -> Page:
    """The step after the right password. Raises Refusal (signin.*, request.too_many, otp.too_many_requests)."""
    method = rules.choose_method(current_world(), account, login_request.demand, strength, on_mobile=is_on_phone())
    if method is None:
        return second_factor_needed(login_request, account)
    if method.strength == PASSWORD:
        return signed_in_by(login_request, account, PASSWORD)
    check_same_user(current_world(), signed_in_account(), account)
    if method.strength == PASSWORD_WEBAUTHN:
        return ask_key(login_request, account)
    if method.strength == PASSWORD_SOFTWARE_TOKEN:
        return ask_code(login_request, account)
    return ask_phone(login_request, account, method.strength)


_ACTIONS: Mapping[str, Callable[[rules.LoginRequest], Page]] = {  # by a field that only that step's form has
    "requestAction": waiting_action,
    "keyAction": key_action,
    "otp": code_action,
    "goOn": interstitial_answered,
    "password": _password_given,
}
_PARTS: Mapping[str, Callable[[rules.LoginRequest], Page]] = {  # what a parameter of our own opens
    "request": waiting,
    "key": key_page,
    "code": code_page,
    "other": _by_other_method,
    "anonymize": _as_different_user,
}
