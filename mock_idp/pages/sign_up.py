"""Pages of sign-up, and what the pages of accounts share."""

from flask import Blueprint, Response, abort, render_template, request, session

from mock_idp.account_management import registration
from mock_idp.account_management.password_links import TOO_MANY_LINKS
from mock_idp.accounts import captcha
from mock_idp.accounts.mail_links import minutes_of, newest_link
from mock_idp.accounts.model import Account, PasswordLink
from mock_idp.accounts.people import EMAIL_TAKEN
from mock_idp.common import settings as s
from mock_idp.pages import captcha_field
from mock_idp.pages.account_forms import RegisterForm
from mock_idp.pages.browser import browser_token
from mock_idp.pages.complete_login import carry
from mock_idp.signin.login import carried_text, read_carried
from mock_world import Refusal
from mock_world.i18n import languages
from mock_world.web import Page, current_language, current_world, go_to, number_of

accounts = Blueprint("accounts", __name__, url_prefix="/cas")


accounts.context_processor(lambda: {"carry": carry})


@accounts.route("/eim/external/register.cgi", methods=["GET", "POST"])
def register() -> Page:
    """Sign-up; `service`, `loginRequestId` and `email` in its address (facts, address map). Raises service.invalid."""
    world, taken = current_world(), False
    login_request = read_carried(world, request.args)
    form = RegisterForm(emailLanguage=current_language(), email=request.args.get("email", ""))
    form.emailLanguage.choices = list(languages().items())
    captcha_field.prepare(form)
    if request.method != "POST" or "newCode" in request.form:
        captcha_field.show_new(form)
    else:
        sign_up = _sign_up(form)
        problems = [*captcha_field.code_problem(form, use=False), *registration.problems(world, sign_up)]
        problems = problems or captcha_field.code_problem(form, use=True)
        if not problems:
            account = registration.register(world, sign_up)
            return mail_sent(account, sign_up.email)
        for problem in problems:
            form.refuse(problem)
        taken = any(problem.kind is EMAIL_TAKEN for problem in problems)
    return render_template("accounts/register.html", form=form, login_request=login_request, taken=taken)


def _sign_up(form: RegisterForm) -> registration.SignUp:
    return registration.SignUp(
        first_name=form.firstName.data or "",
        last_name=form.lastName.data or "",
        email=form.email.data or "",
        email_confirm=form.emailConfirm.data or "",
        language=form.emailLanguage.data or "",
        privacy=form.privacy.data,
        login_query=carried_text(current_world(), request.args),
    )


@accounts.get("/captcha.png")
def picture() -> Response:
    """The picture of a code, for the browser whose page shows it."""
    stored = captcha.captcha_of(current_world(), number_of(request.args.get("id")))
    if stored is None or stored.browser != browser_token():
        abort(404)
    return Response(captcha.picture(stored), mimetype="image/png")


def mail_sent(account: Account, entered: str | None) -> Response:
    """Go on to the page that confirms the mail; it shows the address only to a user who entered it."""
    session["mail_sent_to"] = account.email if (entered or "").strip().lower() == account.email else ""
    if link := newest_link(current_world(), PasswordLink, account.uid):
        session["mail_minutes"] = minutes_of(current_world(), link)
    return go_to(carry("accounts.sign_up_sent"))


def with_refusal_status(refusal: Refusal, page: str) -> Page:
    """A page that shows a refusal; a flood of requests is reported by the status too."""
    return (page, refusal.kind.status) if refusal.kind is TOO_MANY_LINKS else page


@accounts.get("/eim/external/sent.cgi")
def sign_up_sent() -> str:
    minutes = session.get("mail_minutes", current_world().settings.minutes(s.LINK_LIFE))
    return render_template("accounts/sign_up_sent.html", email=session.get("mail_sent_to", ""), minutes=minutes)
