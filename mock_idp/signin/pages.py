"""The sign-in page in its steps, all at one address, told apart by the fields that came."""

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request, session
from wtforms import HiddenField, PasswordField, StringField

from mock_idp.accounts.model import Account
from mock_idp.cas import services
from mock_idp.factors import PASSWORD, PASSWORD_WEBAUTHN
from mock_idp.signin import login as rules
from mock_idp.signin.browser import forget, keep, signed_in, sso_cookie
from mock_idp.signin.going_on import Page, finish, signed_in_by
from mock_idp.signin.key_pages import ask_key, key_action, key_page
from mock_idp.signin.sessions import end_session, start_session
from mock_idp.signin.strengths import chosen_beforehand, offered
from mock_idp.signin.waiting_pages import ask_phone, login_state, waiting, waiting_action
from mock_world import Refusal
from mock_world.i18n import N_
from mock_world.web import current_world, go_to, page_url
from mock_world.web.forms import PageForm

signin = Blueprint("signin", __name__, url_prefix="/cas", template_folder="templates")

signin.add_url_rule("/login/state", view_func=login_state)


class WhoamiForm(PageForm):
    username = StringField(
        N_("Enter your e-mail address or unique identifier"),
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


class PasswordForm(PageForm):
    username = HiddenField()
    loginStrength = HiddenField()  # noqa: N815 - the contract's name
    password = PasswordField(N_("Password"), render_kw={"autocomplete": "current-password"})


@signin.route("/login", methods=["GET", "POST"])
@signin.route("/login.cgi", methods=["GET", "POST"])
def login() -> Page:
    wanted = rules.read_login_request(current_world(), request.args)
    if request.method == "POST":
        return _posted(wanted)
    if "request" in request.args:
        return waiting(wanted)
    if "key" in request.args:
        return key_page(wanted)
    return _opened(wanted)


def _posted(wanted: rules.LoginRequest) -> Page:
    if "requestAction" in request.form:
        return waiting_action()
    if "keyAction" in request.form:
        return key_action(wanted)
    if "password" in request.form:
        return _password_given(wanted)
    return _username_given(wanted)


def _opened(wanted: rules.LoginRequest) -> Page:
    """Somebody who is signed in goes on at once, unless the service asks for more."""
    found = signed_in()
    if found is None or wanted.renew or "anonymize" in request.args:
        return render_template("signin/whoami.html", form=WhoamiForm(), wanted=wanted)
    if any(wanted.demand.accepts(strength) for strength in found.session.strengths):
        return finish(wanted, found, sso=True)
    return _password_page(wanted, found.account, PasswordForm(username=found.account.email))


def _username_given(wanted: rules.LoginRequest) -> Page:
    form = WhoamiForm()
    try:
        account = rules.identify(current_world(), form.username.data or "")
    except Refusal as refusal:
        form.refuse(refusal)
        return render_template("signin/whoami.html", form=form, wanted=wanted)
    return _password_page(wanted, account, PasswordForm(formdata=None, username=account.email))


def _password_page(wanted: rules.LoginRequest, account: Account, form: PasswordForm) -> str:
    methods = offered(current_world(), account, wanted.demand)
    strengths = [method.strength for method in methods]
    if form.loginStrength.data not in strengths:
        form.loginStrength.data = chosen_beforehand(methods)
    return render_template("signin/password.html", form=form, wanted=wanted, account=account, methods=methods)


def _password_given(wanted: rules.LoginRequest) -> Page:
    """Pages without script send radio buttons behind the hidden field, so the last `loginStrength` counts."""
    world, form = current_world(), PasswordForm()
    account = rules.identify(world, form.username.data or "")
    form.loginStrength.data = "".join(request.form.getlist("loginStrength")[-1:])
    try:
        rules.authenticate(world, account, form.password.data or "")
        method = rules.choose_method(world, account, wanted.demand, form.loginStrength.data or "")
    except Refusal as refusal:
        form.refuse(refusal)
        return _password_page(wanted, account, form)
    if method is None:
        return _second_factor_needed(wanted, account)
    if method.strength == PASSWORD:
        return signed_in_by(wanted, account, PASSWORD)
    if method.strength == PASSWORD_WEBAUTHN:
        return ask_key(wanted, account)
    return ask_phone(wanted, account, method.strength)


def _second_factor_needed(wanted: rules.LoginRequest, account: Account) -> Page:
    """The password was right, so the way to add a phone is open; the interrupted sign-in is kept for later."""
    session["interrupted"] = {"name": wanted.service_name, "query": request.query_string.decode()}
    sso = start_session(current_world(), account, PASSWORD, former=sso_cookie())
    return keep(Response(render_template("signin/second_factor_needed.html", wanted=wanted, account=account)), sso)


def _return_address(query: Mapping[str, str]) -> str:
    """Where to go after signing out: `service` or `url`, only where a service may be."""
    address = query.get("service") or query.get("url") or ""
    return address if address and services.may_use(current_world(), address) else ""


@signin.route("/logout", methods=["GET", "POST"])
@signin.route("/logout.cgi", methods=["GET", "POST"])
def logout() -> Page:
    found = signed_in()
    if found is not None and request.method == "GET":
        return render_template("signin/logout.html", back=_return_address(request.args))
    if found is not None:
        end_session(current_world(), found)
        return forget(go_to(page_url()))
    return render_template("signin/logged_out.html", back=_return_address(request.args))
