"""Pages of sign-up and of the mail's link."""

from flask import Blueprint, Response, render_template, request, session, url_for
from wtforms import BooleanField, EmailField, PasswordField, SelectField, StringField

from mock_idp.accounts import links, passwords, registration
from mock_idp.accounts.model import Account
from mock_idp.factors import PASSWORD
from mock_idp.signin.browser import keep, requires_sign_in, sso_cookie, the_account
from mock_idp.signin.sessions import start_session
from mock_world import Refusal
from mock_world import settings as s
from mock_world.i18n import N_, languages
from mock_world.web import current_language, current_world, go_to, translate
from mock_world.web.forms import PageForm

accounts = Blueprint("accounts", __name__, url_prefix="/cas", template_folder="templates")

Page = str | Response | tuple[str, int]
_SAMPLES = 3  # passwords (guide, G07)


class RegisterForm(PageForm):
    firstName = StringField(N_("First name"), render_kw={"autocomplete": "given-name"})  # noqa: N815
    lastName = StringField(N_("Last name"), render_kw={"autocomplete": "family-name"})  # noqa: N815
    email = EmailField(N_("E-mail"), render_kw={"autocomplete": "email"})
    emailConfirm = EmailField(N_("Confirm e-mail"), render_kw={"autocomplete": "email"})  # noqa: N815
    emailLanguage = SelectField(N_("E-mail language"))  # noqa: N815
    privacy = BooleanField(N_("I have read and understood the privacy statement"))


class NewPasswordForm(PageForm):
    newPassword = PasswordField(N_("New password"), render_kw={"autocomplete": "new-password"})  # noqa: N815
    newPasswordConfirm = PasswordField(  # noqa: N815
        N_("Confirm new password"), render_kw={"autocomplete": "new-password"}
    )


class UsernameForm(PageForm):
    username = StringField(
        N_("Username or e-mail address"), render_kw={"autocomplete": "username", "autocapitalize": "none"}
    )


@accounts.route("/eim/external/register.cgi", methods=["GET", "POST"])
def register() -> Page:
    form = RegisterForm(emailLanguage=current_language(), email=request.args.get("email", ""))
    form.emailLanguage.choices = list(languages().items())
    if request.method == "GET":
        return render_template("accounts/register.html", form=form)
    sign_up = registration.SignUp(
        first_name=form.firstName.data or "",
        last_name=form.lastName.data or "",
        email=form.email.data or "",
        email_confirm=form.emailConfirm.data or "",
        language=form.emailLanguage.data or "",
        privacy=form.privacy.data,
    )
    if problems := list(registration.problems(current_world(), sign_up)):
        for problem in problems:
            form.refuse(problem)
        return render_template("accounts/register.html", form=form)
    return _mail_sent(registration.register(current_world(), sign_up))


def _mail_sent(account: Account) -> Response:
    session["mail_sent_to"] = account.email
    return go_to(url_for("accounts.sign_up_sent"))


@accounts.get("/eim/external/sent.cgi")
def sign_up_sent() -> str:
    minutes = current_world().settings.minutes(s.LINK_LIFE)
    return render_template("accounts/sign_up_sent.html", email=session.get("mail_sent_to", ""), minutes=minutes)


@accounts.route("/init/initialisePasswordLogin.cgi", methods=["GET", "POST"])
def initialise_password() -> Page:
    """The link of the mail; its opaque part is the whole query."""
    token = request.query_string.decode(errors="replace")
    if "username" in request.form:
        return _send_again(token)
    state = links.look_at(current_world(), token)
    if state.refusal is not None or state.account is None:
        return _link_page(state, UsernameForm(username=state.account.email if state.account else ""))
    form = NewPasswordForm()
    if request.method == "POST" and "newPassword" in request.form and "other" not in request.form:
        return _set_password(token, state.account, form)
    return _password_page(state.account, form)


def _link_page(state: links.LinkState, form: UsernameForm) -> str:
    message = state.refusal.message(translate) if state.refusal else ""
    return render_template("accounts/link_expired.html", form=form, message=message)


def _send_again(token: str) -> Page:
    form = UsernameForm()
    try:
        return _mail_sent(links.renew(current_world(), token, form.username.data or ""))
    except Refusal as refusal:
        form.refuse(refusal)
        return _link_page(links.look_at(current_world(), token), form)


def _password_page(account: Account, form: NewPasswordForm) -> str:
    world = current_world()
    return render_template(
        "accounts/new_password.html",
        form=form,
        account=account,
        groups=[translate(group) for group in passwords.GROUPS],
        samples=[passwords.sample(world) for _ in range(_SAMPLES)],
        length=world.settings[s.PASSWORD_MIN_LENGTH],
        least=world.settings[s.PASSWORD_GROUPS],
    )


def _set_password(token: str, account: Account, form: NewPasswordForm) -> Page:
    password = form.newPassword.data or ""
    try:
        passwords.check_same(current_world(), password, form.newPasswordConfirm.data or "", person=account.email)
        links.set_password(current_world(), token, password)
    except Refusal as refusal:
        form.refuse(refusal)
        return _password_page(account, form)
    sso = start_session(current_world(), account, PASSWORD, former=sso_cookie())
    return keep(go_to(url_for("accounts.password_set")), sso)


@accounts.get("/init/passwordSet.cgi")
@requires_sign_in
def password_set() -> str:
    return render_template("accounts/password_set.html", account=the_account())
