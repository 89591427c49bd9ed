"""Pages to configure the account, and of the link that confirms a new e-mail address."""

from dataclasses import asdict
from datetime import datetime

from flask import render_template, request, session, url_for
from wtforms import BooleanField, EmailField, SelectField, StringField

from mock_idp.account_management import configuration, email_change
from mock_idp.account_management.configuration import Configuration
from mock_idp.accounts.mail_links import minutes_of
from mock_idp.accounts.model import Account
from mock_idp.common.page_expiry import is_too_old
from mock_idp.pages.browser import (
    check_form_owner,
    requires_sign_in,
    sign_in_with_factor,
    signed_in,
    the_account,
    to_login,
)
from mock_idp.pages.my_account import myaccount
from mock_idp.signin.strengths import BASIC
from mock_world import Refusal
from mock_world.i18n import N_, languages
from mock_world.web import Page, current_world, go_to, page_url, translate
from mock_world.web.forms import PageForm

_MOST_KEPT = 1500  # characters: what a form that keeps the rules has, and a cookie can hold


class ConfigureForm(PageForm):
    firstName = StringField(N_("First name"), render_kw={"autocomplete": "given-name"})  # noqa: N815
    lastName = StringField(N_("Last name"), render_kw={"autocomplete": "family-name"})  # noqa: N815
    email = EmailField(
        N_("E-mail"),
        description=N_("A new address takes effect once you follow the link of the message that we send to it."),
        render_kw={"autocomplete": "email"},
    )
    emailLanguage = SelectField(N_("E-mail language"))  # noqa: N815
    notifications = BooleanField(
        N_("E-mail notifications"), description=N_("Messages tell you of changes to your account.")
    )
    warns = BooleanField(N_("Warn me each time an application asks for my identity"))
    showsDetails = BooleanField(N_("View my EU Login account details after logging me in"))  # noqa: N815
    alwaysTwoFactors = BooleanField(  # noqa: N815
        N_("Always require multi-factor authentication"),
        description=N_(
            "Needs a mobile device or a security key, and changing it asks for that. If you lose it while this is "
            "on, only the support can help."
        ),
    )

    @classmethod
    def showing(cls, account: Account, shown: Configuration, *, sent: bool = True) -> "ConfigureForm":
        """The form with the values of a configuration. sent: with what was typed, where the form was sent."""
        form = cls(
            **({} if sent else {"formdata": None}),
            firstName=shown.first_name,
            lastName=shown.last_name,
            email=shown.email,
            emailLanguage=shown.language,
            notifications=shown.notifications,
            warns=shown.warns,
            showsDetails=shown.shows_details,
            alwaysTwoFactors=shown.always_two_factors,
        )
        form.emailLanguage.choices = list(({account.language: account.language} | languages()).items())
        return form

    def to_configuration(self) -> Configuration:
        return Configuration(
            first_name=(self.firstName.data or "").strip(),
            last_name=(self.lastName.data or "").strip(),
            email=(self.email.data or "").strip().lower(),
            language=self.emailLanguage.data or "",
            notifications=self.notifications.data,
            warns=self.warns.data,
            shows_details=self.showsDetails.data,
            always_two_factors=self.alwaysTwoFactors.data,
        )


@myaccount.route("/configureMyAccount.cgi", methods=["GET", "POST"])
def configure() -> Page:
    """Configure the account; what was typed waits in the page's session while a password or factor is asked for."""
    if request.method == "POST" and signed_in() is None:
        _keep_typed(request.form.get("uid", ""), ConfigureForm().to_configuration())
        return to_login(page_url(), BASIC)
    return _configure()


def _keep_typed(uid: str, typed: Configuration) -> None:
    if len(str(asdict(typed))) < _MOST_KEPT:
        at = current_world().clock.now().isoformat()
        session["configuring"] = {"uid": uid, "wanted": asdict(typed), "at": at}


def _typed(account: Account) -> Configuration | None:
    """What this person typed before, at most `login_page.life` ago; another user may have used this browser."""
    world, waiting = current_world(), session.pop("configuring", None)
    if waiting is None or waiting["uid"] != account.uid:
        return None
    if is_too_old(world, datetime.fromisoformat(waiting["at"])):
        return None
    return Configuration(**waiting["wanted"])


@requires_sign_in
def _configure() -> Page:
    account = the_account()
    if request.method == "POST":
        return _posted(account, ConfigureForm.showing(account, Configuration.of(account)))
    typed, updated = _typed(account), session.pop("configured", False)
    form = ConfigureForm.showing(account, typed or Configuration.of(account))
    return _page(account, form, state="updated" if updated else "submit-again" if typed else "ready")


def _posted(account: Account, form: ConfigureForm) -> Page:
    world, typed = current_world(), form.to_configuration()
    try:
        check_form_owner()
    except Refusal as refusal:
        form = ConfigureForm.showing(account, Configuration.of(account), sent=False)
        form.refuse(refusal)
        return _page(account, form)
    if problems := list(configuration.problems(world, account, typed)):
        for problem in problems:
            form.refuse(problem)
        return _page(account, form)
    if typed.always_two_factors != account.always_two_factors and (elsewhere := sign_in_with_factor()):
        _keep_typed(account.uid, typed)
        return elsewhere
    try:
        configuration.configure(world, account, typed)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(account, form)
    session["configured"] = True
    return go_to(url_for("myaccount.configure"))


def _page(account: Account, form: ConfigureForm, state: str = "ready") -> str:
    world = current_world()
    link = email_change.waiting_link(world, account)
    return render_template(
        "myaccount/configure.html",
        form=form,
        account=account,
        state=state,
        staff=configuration.is_staff(account),
        waiting=link.email if link else None,
        minutes=minutes_of(world, link) if link else None,
    )


@myaccount.route("/confirmEmail.cgi", methods=["GET", "POST"])
def confirm_email() -> Page:
    """Confirm an address by the link of a mail, whose opaque part is the whole query; no sign-in is needed."""
    token = request.query_string.decode(errors="replace")
    problem = _confirm(token) if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        return go_to(f"{url_for('myaccount.confirm_email')}?{token}")
    link = email_change.look_at(current_world(), token)
    if link.state == "ready" and problem is not None:
        link = email_change.EmailLinkState(link.email, "refused", problem)
    message = link.refusal.message(translate) if link.refusal else ""
    page = render_template("myaccount/confirm_email.html", link=link, message=message)
    return page, link.refusal.kind.status if link.refusal else 200


def _confirm(token: str) -> Refusal | None:
    try:
        email_change.confirm_email(current_world(), token)
    except Refusal as refusal:
        return refusal
    return None
