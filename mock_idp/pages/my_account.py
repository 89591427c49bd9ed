"""The account page, and the details of an account."""

from flask import Blueprint, render_template

from mock_idp.accounts.password_expiry import expires_at
from mock_idp.common import assurance
from mock_idp.pages.browser import requires_sign_in, signed_in, the_account
from mock_idp.signin.strengths import METHODS
from mock_world.web import Page, current_world

myaccount = Blueprint("myaccount", __name__, url_prefix="/cas/userdata")


@myaccount.get("/myAccount.cgi")
@requires_sign_in
def account() -> Page:
    return render_template("myaccount/account.html", account=the_account())


@myaccount.get("/myAccountDetails.cgi")
@requires_sign_in
def details() -> Page:
    account, user = the_account(), signed_in()
    return render_template(
        "myaccount/details.html",
        account=account,
        assurance=assurance.NAMES.get(account.assurance_level, ""),
        expires_at=expires_at(current_world(), account),
        session=user.session if user else None,
        methods=[method.label for method in METHODS if user and method.strength in user.session.strengths],
    )
