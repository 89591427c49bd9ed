"""The page's form, made from the fields' descriptions. What is right stands in `checks`."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from wtforms import BooleanField, Field, SelectField, SelectMultipleField, StringField, TelField, TextAreaField
from wtforms.form import BaseForm
from wtforms.widgets import CheckboxInput, ListWidget

from mock_cpms.countries import country_choices
from mock_cpms.networks import networks
from mock_cpms.people import Person
from mock_cpms.profile.fields import ANSWERED, SEPARATOR, FieldSpec, FieldType
from mock_world.i18n import N_
from mock_world.web import current_language, translate
from mock_world.web.forms import PageForm

_AUTOCOMPLETE = {"firstName": "given-name", "lastName": "family-name", "email": "email"}


class ProfileForm(PageForm):
    """A form with these fields: as sent, else with `values`. What comes from EU Login is never taken from the browser.

    The fields are no attributes of it, so that they may have any name.
    """

    def __init__(self, specs: tuple[FieldSpec, ...], person: Person, values: Mapping[str, Any]) -> None:
        super().__init__()
        self.specs = {spec.name: spec for spec in specs}
        for spec in specs:
            BaseForm.__setitem__(self, spec.name, _MAKERS[spec.type](spec))
        shown = {spec.name: _shown(spec, values.get(spec.name)) for spec in specs}
        self.process(request.form if self.is_submitted() else None, data=shown)
        known = {"firstName": person.first_name, "lastName": person.last_name, "email": person.email}
        for spec in specs:
            if spec.type == "readonly":
                self[spec.name].data = known.get(spec.name, "")

    @property
    def answers(self) -> dict[str, str]:
        """As typed, by name of the field, without the networks."""
        return {name: _typed(self[name].data) for name, spec in self.specs.items() if spec.type in ANSWERED}

    @property
    def chosen(self) -> list[str]:
        """Codes of the networks that are ticked."""
        return list(self["networks"].data or ())


def _typed(value: str | bool | list[str] | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return SEPARATOR.join(value) if isinstance(value, list) else value or ""


def _shown(spec: FieldSpec, kept: Any) -> Any:
    """What was kept, as its field takes it."""
    if spec.type == "checkboxes":
        return (kept or "").split(SEPARATOR)
    return bool(kept) if spec.type == "tick" else kept


def _common(spec: FieldSpec) -> dict[str, Any]:
    optional = spec.type not in {"readonly", "networks"} and not spec.mandatory
    hints = [translate(spec.hint)] * bool(spec.hint) + [translate(N_("Optional."))] * optional
    return {"label": translate(spec.label), "description": " ".join(hints)}


def _text(spec: FieldSpec) -> Field:
    return StringField(**_common(spec))


def _textarea(spec: FieldSpec) -> Field:
    return TextAreaField(render_kw={"rows": 4}, **_common(spec))


def _hospital(spec: FieldSpec) -> Field:
    return StringField(render_kw={"list": "known-hospitals", "autocomplete": "off"}, **_common(spec))


def _tel(spec: FieldSpec) -> Field:
    return TelField(render_kw={"autocomplete": "tel", "inputmode": "tel"}, **_common(spec))


def _readonly(spec: FieldSpec) -> Field:
    keywords = {"readonly": True, "autocomplete": _AUTOCOMPLETE.get(spec.name, "off")}
    return StringField(render_kw=keywords, **_common(spec))


def _select_from(spec: FieldSpec, choices: dict[str, str], autocomplete: str) -> Field:
    return SelectField(
        choices={"": translate(N_("Please choose"))} | choices,
        validate_choice=False,
        render_kw={"autocomplete": autocomplete},
        **_common(spec),
    )


def _select(spec: FieldSpec) -> Field:
    return _select_from(spec, {option: translate(option) for option in spec.options}, "off")


def _country(spec: FieldSpec) -> Field:
    return _select_from(spec, country_choices(current_language()), "country")


def _boxes(spec: FieldSpec, choices: dict[str, str]) -> Field:
    return SelectMultipleField(
        choices=choices,
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **_common(spec),
    )


def _checkboxes(spec: FieldSpec) -> Field:
    return _boxes(spec, {option: translate(option) for option in spec.options})


def _networks(spec: FieldSpec) -> Field:
    return _boxes(spec, {code: code for code in networks()})


def _tick(spec: FieldSpec) -> Field:
    return BooleanField(**_common(spec))


# WTForms makes a description out of a field that has no form yet; its type says Field.
_MAKERS: dict[FieldType, Callable[[FieldSpec], Any]] = {
    "readonly": _readonly,
    "text": _text,
    "textarea": _textarea,
    "tel": _tel,
    "select": _select,
    "checkboxes": _checkboxes,
    "country": _country,
    "hospital": _hospital,
    "networks": _networks,
    "tick": _tick,
}
