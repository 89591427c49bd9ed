"""Pages to delete all second factors at once (PANIC), and to delete the account."""

from flask import render_template, request, session, url_for
from wtforms import PasswordField

from mock_idp.account_management import account_deletion
from mock_idp.account_management.configuration import is_staff
from mock_idp.pages.browser import check_form_owner, forget, requires_sign_in, signed_in, the_account
from mock_idp.pages.my_account import myaccount
from mock_world import Refusal
from mock_world.i18n import N_
from mock_world.web import Page, current_world, go_to
from mock_world.web.forms import PageForm


class DeleteAccountForm(PageForm):
    currentPassword = PasswordField(  # noqa: N815
        N_("Current password"), render_kw={"autocomplete": "current-password"}
    )


@myaccount.route("/deleteAllMyDevices.cgi", methods=["GET", "POST"])
@requires_sign_in
def panic() -> Page:
    world, account, user, form = current_world(), the_account(), signed_in(), PageForm()
    if request.method == "POST":
        try:
            check_form_owner()
            account_deletion.delete_all_factors(world, account, spare=user.session.id if user is not None else None)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go_to(url_for("myaccount.panic"))
    state = "staff" if is_staff(account) else "ready" if account_deletion.has_factors(world, account) else "empty"
    return render_template("myaccount/panic.html", form=form, account=account, state=state)


@myaccount.route("/deleteMyAccount.cgi", methods=["GET", "POST"])
@requires_sign_in
def delete() -> Page:
    account, form = the_account(), DeleteAccountForm()
    if request.method == "POST":
        try:
            check_form_owner()
            account_deletion.delete_account(current_world(), account, form.currentPassword.data or "")
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            session.clear()
            return forget(go_to(url_for("myaccount.deleted")))
    state = "staff" if is_staff(account) else "ready"
    return render_template("myaccount/delete_account.html", form=form, account=account, state=state)


@myaccount.get("/accountDeleted.cgi")
def deleted() -> Page:
    return render_template("myaccount/account_deleted.html")
