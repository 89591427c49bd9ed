"""The debugger's pages: a sign-in with chosen parameters, and every message of it."""

from collections.abc import Callable, Mapping

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from eulogin_harness.debugger import cas_trial, openid_trial
from eulogin_harness.debugger.model import Trial, begin_trial, get_trial
from mock_idp.common import assurance
from mock_idp.oidc.acr import ACR
from mock_world import World
from mock_world.i18n import N_
from mock_world.web import current_world, go_to
from mock_world.web.forms import PageForm

debugger = Blueprint("debugger", __name__)

_MOST = 500  # characters of a parameter
_LONGEST_AGE = 10**9  # seconds
_LEVELS = ("BASIC", "MEDIUM", "HIGH")
_ACR = tuple(ACR.values())
_PROMPT = ("none", "login", "select_account", "consent")
_INIT, _MAX_AGE = "/cas/login/init", "max_age"  # names of the protocol, in every language
_AS_TYPED = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


def _text(label: str, default: str = "") -> StringField:
    return StringField(label, default=default, validators=[Length(max=_MOST)], render_kw=_AS_TYPED)


def _choice(label: str, *values: str, default: str = "", empty: str = "-") -> SelectField:
    """One of these values, or none; a script may leave it out."""
    choices = {"": empty, **{value: value for value in values}}
    return SelectField(label, choices=choices, default=default, validators=[Optional()])


class CasForm(PageForm):
    """Labels are the protocol's names; the rules know the fields by theirs."""

    level = _choice("authenticationLevel", *_LEVELS)
    strengths = _text("acceptStrengths")
    renew = _choice("renew", "true")
    gateway = _choice("gateway", "true")
    transaction = BooleanField(N_("Begin by a login transaction"), description=_INIT)
    validation = SelectField(
        N_("Address"), choices={name: f"/{name}" for name in cas_trial.ADDRESSES}, validators=[Optional()]
    )
    details = _choice("userDetails", "true", default="true")
    groups = _text("groups", "*")
    assurance = _choice("assuranceLevel", *assurance.LEVELS)
    checked_level = _choice("authenticationLevel", *_LEVELS)
    checked_strengths = _text("acceptStrengths")
    checked_renew = _choice("renew", "true")
    single_logout = _choice("singleSignOut", "true")
    format = _choice("format", "JSON", empty="XML")


class OpenIdForm(PageForm):
    scope = _text("scope", openid_trial.SCOPE)
    acr_values = _choice("acr_values", *_ACR)
    prompt = _choice("prompt", *_PROMPT)
    max_age = IntegerField(
        _MAX_AGE, validators=[Optional(), NumberRange(0, _LONGEST_AGE)], render_kw={"inputmode": "numeric"}
    )
    login_hint = _text("login_hint")
    ui_locales = _text("ui_locales")


_FORMS: Mapping[str, type[PageForm]] = {"cas": CasForm, "oidc": OpenIdForm}
_GO: Mapping[str, Callable[[World, Trial], str | None]] = {"cas": cas_trial.go, "oidc": openid_trial.go}


@debugger.get("/debugger")
def choose() -> str:
    """With `again`, the parameters of an earlier trial are filled in."""
    earlier = request.args.get("again")
    trial = get_trial(current_world(), earlier) if earlier else None
    forms = {name: form(formdata=None) for name, form in _FORMS.items()}
    if trial is not None:
        for field in forms[trial.protocol]:
            field.process(None, trial.parameters.get(field.name, ""))
    return _page(forms)


def _page(forms: Mapping[str, PageForm]) -> str:
    return render_template("desk/debugger.html", forms=forms, at_login=[*cas_trial.AT_LOGIN, "transaction"])


@debugger.post("/debugger")
def start() -> ResponseReturnValue:
    """Begin a sign-in with what was chosen; empty fields are not sent."""
    world, protocol = current_world(), "oidc" if "scope" in request.form else "cas"
    form = _FORMS[protocol]()
    if not form.validate_on_submit():
        return _page({name: other(formdata=None) for name, other in _FORMS.items()} | {protocol: form})
    parameters = {name: _sent(value) for name, value in form.data.items()}
    trial = begin_trial(world, protocol, parameters)
    return go_to(_GO[protocol](world, trial) or url_for("debugger.show", trial_id=trial.id))


def _sent(value: object) -> str:
    """A field's value as a parameter; empty where it is not sent. 0 is a value."""
    return "true" if value is True else "" if value is None or value is False else str(value).strip()


@debugger.get("/debugger/<trial_id>/back")
def back_with_ticket(trial_id: str) -> ResponseReturnValue:
    """The service of a sign-in by CAS."""
    trial = get_trial(current_world(), trial_id, "cas")
    cas_trial.come_back(current_world(), trial, request.args)
    return go_to(url_for("debugger.show", trial_id=trial.id))


@debugger.post("/debugger/<trial_id>/back")
def signed_out(trial_id: str) -> ResponseReturnValue:
    """Where EU Login, no browser, notifies the service that a session is over."""
    cas_trial.signed_out(current_world(), get_trial(current_world(), trial_id, "cas"), request.form)
    return "", 204


@debugger.get("/debugger/back")
def back_with_code() -> ResponseReturnValue:
    """The redirect address of a sign-in by OpenID Connect."""
    trial = openid_trial.trial_of_state(current_world(), request.args.get("state", ""))
    openid_trial.come_back(current_world(), trial, request.args)
    return go_to(url_for("debugger.show", trial_id=trial.id))


@debugger.get("/debugger/<trial_id>")
def show(trial_id: str) -> str:
    trial = get_trial(current_world(), trial_id)
    messages = trial.message_list
    checks = [(number, check) for number, message in enumerate(messages, 1) for check in message.checks]
    wrong = [(number, check) for number, check in checks if check.good is False]
    good = any(check.good for _, check in checks)
    return render_template("desk/trial.html", trial=trial, messages=messages, wrong=wrong, good=good)
