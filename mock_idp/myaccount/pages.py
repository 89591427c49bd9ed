"""The account page and the details of an account."""

from flask import Blueprint, Response, render_template

from mock_idp.signin.browser import requires_sign_in, the_account

myaccount = Blueprint("myaccount", __name__, url_prefix="/cas/userdata", template_folder="templates")


@myaccount.get("/myAccount.cgi")
@requires_sign_in
def account() -> str | Response:
    return render_template("myaccount/account.html", account=the_account())


@myaccount.get("/myAccountDetails.cgi")
@requires_sign_in
def details() -> str | Response:
    return render_template("myaccount/details.html", account=the_account())
