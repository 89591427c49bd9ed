"""The field for a one-time password."""

from wtforms import StringField

from mock_world.i18n import N_
from mock_world.web.forms import PageForm

_TYPED = {"autocomplete": "one-time-code", "spellcheck": "false"}


class CodeForm(PageForm):
    """What the app shows for a QR code that it scanned."""

    otp = StringField(
        N_("One-time password"),
        description=N_("8 letters and digits; capitals do not matter."),
        render_kw=_TYPED | {"autocapitalize": "characters"},
    )


class DigitsForm(PageForm):
    """What an authenticator app shows."""

    otp = StringField(
        N_("One-time password"),
        description=N_("The 6 digits that your authenticator app shows for this account."),
        render_kw=_TYPED | {"inputmode": "numeric"},
    )
