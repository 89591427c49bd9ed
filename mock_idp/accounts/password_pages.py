"""Pages of a lost password and of a change of password."""

from mock_idp.accounts.pages import Page, accounts
from mock_world.web import go_to


@accounts.route("/init/passwordResetRequest.cgi", methods=["GET", "POST"])
def lost_password() -> Page:
    return go_to("/cas/login")


@accounts.route("/change/changePassword.cgi", methods=["GET", "POST"])
def change_password() -> Page:
    return go_to("/cas/login")
