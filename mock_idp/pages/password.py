"""Pages of a lost password and of a change of password."""

from functools import partial
from urllib.parse import parse_qsl

from flask import Response, render_template, request, session, url_for

from mock_idp.account_management import registration
from mock_idp.account_management.password_change import change_password as change
from mock_idp.accounts import passwords
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import find_account
from mock_idp.common.strength_names import PASSWORD
from mock_idp.factors.second_factors import second_factors
from mock_idp.pages import captcha_field
from mock_idp.pages.account_forms import ChangePasswordForm, LostPasswordForm, NewPasswordForm
from mock_idp.pages.browser import keep, requires_sign_in, signed_in, signed_in_account, start, the_account
from mock_idp.pages.complete_login import carry, waiting_change
from mock_idp.pages.sign_up import accounts, mail_sent, with_refusal_status
from mock_idp.signin.login import LoginRequest, carried_text, read_carried
from mock_world import Refusal
from mock_world.addresses import with_query
from mock_world.web import Page, current_world, go_to, translate

_SAMPLES = 3  # passwords (guide, G07)


@accounts.route("/init/passwordResetRequest.cgi", methods=["GET", "POST"])
def lost_password() -> Page:
    """The request for a mail; `username` and what the service asked for in its address. Raises service.invalid."""
    login_request = read_carried(current_world(), request.args)
    form = LostPasswordForm(username=request.args.get("username", ""))
    captcha_field.prepare(form)
    if request.method != "POST" or "newCode" in request.form:
        captcha_field.show_new(form)
        return _lost_page(form, login_request)
    if problems := captcha_field.code_problem(form, use=True):
        form.refuse(problems[0])
        return _lost_page(form, login_request)
    try:
        account = registration.ask_for_password(
            current_world(), form.username.data or "", login_query=carried_text(current_world(), request.args)
        )
    except Refusal as refusal:
        form.refuse(refusal)
        captcha_field.show_new(form)  # else one code would try many names
        return with_refusal_status(refusal, _lost_page(form, login_request))
    return mail_sent(account, form.username.data)


def _lost_page(form: LostPasswordForm, login_request: LoginRequest) -> str:
    return render_template("accounts/lost_password.html", form=form, login_request=login_request)


def password_page(template: str, account: Account, form: NewPasswordForm | ChangePasswordForm, **more: str) -> str:
    """A page with the fields of a new password, the rules that it obeys, and samples."""
    world = current_world()
    return render_template(
        template,
        form=form,
        account=account,
        rules=passwords.rules_of(world),
        groups={translate(label): signs for label, signs in passwords.GROUPS.items()},
        samples=[passwords.sample(world) for _ in range(_SAMPLES)],
        **more,
    )


@accounts.route("/change/changePassword.cgi", methods=["GET", "POST"])
def change_password() -> Page:
    """Change the password of a user who is signed in, or whose sign-in waits until an old password was changed."""
    waiting = waiting_change()
    return _change_own() if waiting is None else _change_and_continue(*waiting)


@requires_sign_in
def _change_own() -> Page:
    user = signed_in()
    spare = user.session.id if user is not None else None
    refused = _change(the_account(), back=url_for("myaccount.account"), spare=spare)
    return refused or password_is_set(the_account(), url_for("accounts.password_changed"))


def _change_and_continue(account: Account, query: str) -> Page:
    """After the change the sign-in goes on where it was, with the session that it had reached, if any."""
    user = signed_in()
    own = user.session.id if user is not None and user.account.uid == account.uid else None
    query = carried_text(current_world(), dict(parse_qsl(query)))
    login = f"{request.script_root}/cas/login" + (f"?{query}" if query else "")
    if refused := _change(account, back=login, query=query, spare=own):
        return refused
    session.pop("password_change")
    if own or account.always_two_factors:
        return go_to(login)
    login_request = read_carried(current_world(), dict(parse_qsl(query)))
    return keep(go_to(login), start(account, PASSWORD, fresh_for=login_request.service))


def _change(account: Account, *, back: str, query: str = "", spare: str | None = None) -> str | None:
    """The page until the password is changed; then None. query: of the sign-in. spare: the session that goes on."""
    form = ChangePasswordForm()
    lost = with_query(url_for("accounts.lost_password"), dict(parse_qsl(query)) | {"username": account.email})
    page = partial(password_page, "accounts/change_password.html", account, form, back=back, lost=lost)
    if "currentPassword" not in request.form:
        return page()
    current, new, confirm = form.currentPassword.data, form.newPassword.data, form.newPasswordConfirm.data
    try:
        change(current_world(), account, current or "", new or "", confirm=confirm or "", spare=spare)
    except Refusal as refusal:
        form.refuse(refusal)
        return page()
    return None


def password_is_set(account: Account, address: str) -> Response:
    """Go on to the page that confirms the new password, also where the user has to sign in next."""
    session["password_set"] = account.uid
    return go_to(address)


@accounts.get("/init/passwordSet.cgi")
def password_set() -> Page:
    return _password_set(changed=False)


@accounts.get("/change/passwordChanged.cgi")
def password_changed() -> Page:
    return _password_set(changed=True)


def _password_set(*, changed: bool) -> Page:
    world = current_world()
    own = signed_in_account()
    account = find_account(world, session.get("password_set", "")) or own
    if account is None:
        return go_to(carry("signin.login"))
    return render_template(
        "accounts/password_set.html",
        account=account,
        changed=changed,
        here=own is not None and own.uid == account.uid,
        login_request=read_carried(world, request.args),
        has_factor=bool(second_factors(world, account.uid)),
    )
