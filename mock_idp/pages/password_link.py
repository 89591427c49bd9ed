"""Pages behind the link of a mail: the new password, or why the link does not work any more."""

from urllib.parse import parse_qsl

from flask import render_template, request, url_for

from mock_idp.account_management import password_links
from mock_idp.accounts import passwords
from mock_idp.accounts.model import Account
from mock_idp.common import settings as s
from mock_idp.common.strength_names import PASSWORD
from mock_idp.pages.account_forms import NewPasswordForm, UsernameForm
from mock_idp.pages.browser import keep, start
from mock_idp.pages.password import password_is_set, password_page
from mock_idp.pages.sign_up import accounts, mail_sent, with_refusal_status
from mock_idp.signin.login import carried
from mock_world import Refusal
from mock_world.addresses import with_query
from mock_world.web import Page, current_world, go_to, translate

_LONGEST_NAME = 254  # characters, of an e-mail address


@accounts.route("/init/initialisePasswordLogin.cgi", methods=["GET", "POST"])
def initialise_password() -> Page:
    """The page of a mail's link, whose opaque part is the whole query."""
    token = request.query_string.decode(errors="replace")
    if "username" in request.form:
        return _send_again(token)
    state = password_links.look_at(current_world(), token)
    if state.refusal is not None or state.account is None:
        return _link_page(state, UsernameForm())
    form = NewPasswordForm()
    if request.method == "POST" and "newPassword" in request.form and "other" not in request.form:
        return _set_password(token, state.account, form)
    return password_page("accounts/new_password.html", state.account, form)


def _link_page(state: password_links.LinkState, form: UsernameForm) -> str:
    return render_template(
        "accounts/link_expired.html",
        form=form,
        message=state.refusal.message(translate) if state.refusal else "",
        carried=carried(current_world(), dict(parse_qsl(state.login_query))),
        renewable=state.can_be_renewed,
        disabled=state.account is not None and state.account.disabled,
    )


def _send_again(token: str) -> Page:
    form, world = UsernameForm(), current_world()
    if world.settings[s.CAPTCHA] and password_links.look_at(world, token).account is None:
        query = {"username": (form.username.data or "")[:_LONGEST_NAME]}
        return go_to(with_query(url_for("accounts.lost_password"), query))  # there a picture's code is asked for
    try:
        account = password_links.renew(world, token, form.username.data or "")
    except Refusal as refusal:
        state = password_links.look_at(world, token)
        if state.can_be_renewed:
            form.refuse(refusal)
        return with_refusal_status(refusal, _link_page(state, form))
    return mail_sent(account, form.username.data)


def _set_password(token: str, account: Account, form: NewPasswordForm) -> Page:
    password, world = form.newPassword.data or "", current_world()
    try:
        passwords.check_same(world, password, form.newPasswordConfirm.data or "", person=account.email)
        link = password_links.set_password(world, token, password)
    except Refusal as refusal:
        form.refuse(refusal)
        return password_page("accounts/new_password.html", account, form)
    query = dict(parse_qsl(link.login_query))
    response = password_is_set(account, with_query(url_for("accounts.password_set"), query))
    if account.always_two_factors:
        return response
    return keep(response, start(account, PASSWORD))
