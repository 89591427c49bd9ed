"""The debugger's pages: a sign-in with chosen parameters, and every message of it."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, SelectField, StringField

from eulogin_harness.debugger import cas_trial, openid_trial
from eulogin_harness.debugger.model import begin_trial, get_trial, trial_of_state
from mock_world.i18n import N_
from mock_world.web import current_world, go_to
from mock_world.web.forms import PageForm

debugger = Blueprint("debugger", __name__, template_folder="templates")

_LEVELS = [("", "-"), ("BASIC", "BASIC"), ("MEDIUM", "MEDIUM"), ("HIGH", "HIGH")]
_YES = [("", "-"), ("true", "true")]
_ASSURANCE = [("", "-"), *((name, name) for name in ("LOW", "MEDIUM", "HIGH", "TOP"))]
_ACR = [("", "-"), *((f"https://ecas.ec.europa.eu/loa/{name}", name) for name in ("basic", "medium", "high"))]
_PROMPT = [("", "-"), ("none", "none"), ("login", "login"), ("select_account", "select_account")]


def _text(label: str, default: str = "") -> StringField:
    return StringField(label, default=default, render_kw={"autocomplete": "off", "spellcheck": "false"})


class CasForm(PageForm):
    """Parameters by their own names, so the labels are the names."""

    authenticationLevel = SelectField("authenticationLevel", choices=_LEVELS)  # noqa: N815 - the protocol's name
    acceptStrengths = _text("acceptStrengths")  # noqa: N815
    renew = SelectField("renew", choices=_YES)
    gateway = SelectField("gateway", choices=_YES)
    validation = SelectField(N_("Validated at"), choices=[(name, name) for name in cas_trial.ADDRESSES])
    userDetails = SelectField("userDetails", choices=_YES, default="true")  # noqa: N815
    groups = _text("groups", "*")
    assuranceLevel = SelectField("assuranceLevel", choices=_ASSURANCE)  # noqa: N815
    format = SelectField("format", choices=[("", "XML"), ("JSON", "JSON")])


class OpenIdForm(PageForm):
    scope = _text("scope", openid_trial.SCOPE)
    acr_values = SelectField("acr_values", choices=_ACR)
    prompt = SelectField("prompt", choices=_PROMPT)
    max_age = _text("max_age")
    login_hint = _text("login_hint")
    ui_locales = _text("ui_locales")


_FORMS = {"cas": CasForm, "oidc": OpenIdForm}
_LONGEST = 500  # characters of a parameter


@debugger.get("/debugger")
def choose() -> str:
    forms = {name: form(formdata=None) for name, form in _FORMS.items()}
    return render_template("desk/debugger.html", forms=forms)


@debugger.post("/debugger")
def start() -> ResponseReturnValue:
    """Begin a sign-in with what was chosen; empty fields are not sent."""
    protocol = "oidc" if "scope" in request.form else "cas"
    form = _FORMS[protocol]()
    fields: list[Field] = [field for field in form if field.name != "csrf_token"]
    asked = {field.name: str(field.data or "")[:_LONGEST].strip() for field in fields}
    trial = begin_trial(current_world(), protocol, asked)
    go = openid_trial.go if protocol == "oidc" else cas_trial.go
    return go_to(go(current_world(), trial))


@debugger.get("/debugger/<trial_id>/back")
def back_with_ticket(trial_id: str) -> ResponseReturnValue:
    """The service of a sign-in by CAS."""
    trial = get_trial(current_world(), trial_id)
    cas_trial.come_back(current_world(), trial, request.args)
    return go_to(url_for("debugger.show", trial_id=trial.id))


@debugger.get("/debugger/back")
def back_with_code() -> ResponseReturnValue:
    """The redirect address of a sign-in by OpenID Connect."""
    trial = trial_of_state(current_world(), request.args.get("state", ""))
    openid_trial.come_back(current_world(), trial, request.args)
    return go_to(url_for("debugger.show", trial_id=trial.id))


@debugger.get("/debugger/<trial_id>")
def show(trial_id: str) -> str:
    trial = get_trial(current_world(), trial_id)
    return render_template("desk/trial.html", trial=trial, messages=trial.told)
