"""The forms of sign-up, of the mail's link and of passwords."""

from wtforms import BooleanField, EmailField, HiddenField, PasswordField, SelectField, StringField

from mock_world.i18n import N_
from mock_world.web.forms import PageForm

NAME = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
NEW = {"autocomplete": "new-password"}
CODE = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class RegisterForm(PageForm):
    firstName = StringField(N_("First name"), render_kw={"autocomplete": "given-name"})  # noqa: N815
    lastName = StringField(N_("Last name"), render_kw={"autocomplete": "family-name"})  # noqa: N815
    email = EmailField(N_("E-mail"), render_kw={"autocomplete": "email"})
    emailConfirm = EmailField(N_("Confirm e-mail"), render_kw={"autocomplete": "email"})  # noqa: N815
    emailLanguage = SelectField(N_("E-mail language"))  # noqa: N815
    captcha = StringField(N_("Enter the code"), render_kw=CODE)
    captchaId = HiddenField()  # noqa: N815
    privacy = BooleanField(N_("I have read and understood the privacy statement"))


class LostPasswordForm(PageForm):
    username = StringField(N_("Username or e-mail address"), render_kw=NAME)
    captcha = StringField(N_("Enter the code"), render_kw=CODE)
    captchaId = HiddenField()  # noqa: N815


class UsernameForm(PageForm):
    username = StringField(N_("Username or e-mail address"), render_kw=NAME)


class NewPasswordForm(PageForm):
    newPassword = PasswordField(N_("New password"), render_kw=NEW)  # noqa: N815
    newPasswordConfirm = PasswordField(N_("Confirm new password"), render_kw=NEW)  # noqa: N815


class ChangePasswordForm(PageForm):
    currentPassword = PasswordField(  # noqa: N815
        N_("Current password"), render_kw={"autocomplete": "current-password"}
    )
    newPassword = PasswordField(N_("New password"), render_kw=NEW)  # noqa: N815
    newPasswordConfirm = PasswordField(N_("Confirm new password"), render_kw=NEW)  # noqa: N815
