"""The picture with a code on a form, where setting `captcha` asks for one."""

from mock_idp.accounts.captcha import check_code, new_captcha
from mock_idp.common import settings as s
from mock_idp.pages.account_forms import LostPasswordForm, RegisterForm
from mock_idp.pages.browser import browser_token
from mock_world import Refusal
from mock_world.web import current_world, number_of

CodeForm = RegisterForm | LostPasswordForm


def prepare(form: CodeForm) -> None:
    """Take the code off the form where none is asked for."""
    if not current_world().settings[s.CAPTCHA]:
        del form.captcha
        del form.captchaId


def show_new(form: CodeForm) -> None:
    """Put a new picture on the form."""
    if form.captcha:
        form.captcha.data = ""
        form.captchaId.data = str(new_captcha(current_world(), browser_token()).id)


def code_problem(form: CodeForm, *, use: bool) -> list[Refusal]:
    """What is wrong with the entered code, if anything; then the form has a new picture.

    A right code stays on it until it is used: for one form, also where several are sent at once.
    """
    if not form.captcha:
        return []
    try:
        check_code(current_world(), number_of(form.captchaId.data), browser_token(), form.captcha.data or "", use=use)
    except Refusal as refusal:
        show_new(form)
        return [refusal]
    return []
