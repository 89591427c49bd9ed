"""The page's form, made from the fields' descriptions."""

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, Field, SelectField, SelectMultipleField, StringField, TelField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional, Regexp

from mock_cpms.countries import country_choices
from mock_cpms.networks import networks
from mock_cpms.profile.fields import FieldSpec, FieldType
from mock_world.i18n import N_
from mock_world.web import current_language, translate
from mock_world.web.forms import PageForm

FILL_IN = N_("Please fill in “{label}”.")
CHOOSE = N_("Please choose from “{label}”.")
CHOOSE_NETWORK = N_("Please choose at least one network.")
TICK = N_("Please tick this box to go on.")
TOO_LONG = N_("Please use at most {length} characters for “{label}”.")
NO_NUMBER = N_("Please enter a phone number of digits, such as +44 20 7946 0123.")

_LENGTH = 200  # characters
_NUMBER = r"^\+?[0-9][0-9 ()/.-]{4,29}$"
_AUTOCOMPLETE = {"firstName": "given-name", "lastName": "family-name", "email": "email"}


def profile_form(specs: tuple[FieldSpec, ...]) -> type[PageForm]:
    """A form class with these fields."""
    fields = {spec.name: _MAKERS[spec.type](spec) for spec in specs}
    return type("ProfileForm", (PageForm,), fields)


def _say(text: str, spec: FieldSpec, **more: int) -> str:
    return translate(text).format(label=translate(spec.label), **more)


def _common(spec: FieldSpec) -> dict[str, Any]:
    optional = spec.type != "readonly" and not spec.mandatory
    hints = [translate(spec.hint)] * bool(spec.hint) + [translate(N_("Optional."))] * optional
    return {"label": translate(spec.label), "description": " ".join(hints)}


def _line(spec: FieldSpec, **keywords: str) -> Field:
    needed = DataRequired(_say(FILL_IN, spec)) if spec.mandatory else Optional()
    length = Length(max=_LENGTH, message=_say(TOO_LONG, spec, length=_LENGTH))
    return StringField(validators=[needed, length], render_kw=keywords, **_common(spec))


def _text(spec: FieldSpec) -> Field:
    return _line(spec)


def _hospital(spec: FieldSpec) -> Field:
    return _line(spec, list="hospitals", autocomplete="off")


def _tel(spec: FieldSpec) -> Field:
    needed = DataRequired(_say(FILL_IN, spec)) if spec.mandatory else Optional()
    number = Regexp(_NUMBER, message=translate(NO_NUMBER))
    keywords = {"autocomplete": "tel", "inputmode": "tel"}
    return TelField(validators=[needed, number], render_kw=keywords, **_common(spec))


def _readonly(spec: FieldSpec) -> Field:
    keywords = {"readonly": True, "autocomplete": _AUTOCOMPLETE.get(spec.name, "off")}
    return StringField(render_kw=keywords, **_common(spec))


def _select_from(spec: FieldSpec, choices: dict[str, str], autocomplete: str) -> Field:
    needed = InputRequired(_say(CHOOSE, spec)) if spec.mandatory else Optional()
    return SelectField(
        choices={"": translate(N_("Please choose"))} | choices,
        validators=[needed, AnyOf(list(choices), message=_say(CHOOSE, spec))],
        validate_choice=False,
        render_kw={"autocomplete": autocomplete},
        **_common(spec),
    )


def _select(spec: FieldSpec) -> Field:
    return _select_from(spec, {option: translate(option) for option in spec.options}, "off")


def _country(spec: FieldSpec) -> Field:
    return _select_from(spec, country_choices(current_language()), "country")


def _networks(spec: FieldSpec) -> Field:
    needed = [InputRequired(translate(CHOOSE_NETWORK))] if spec.mandatory else []
    return SelectMultipleField(choices={code: code for code in networks()}, validators=needed, **_common(spec))


def _tick(spec: FieldSpec) -> Field:
    return BooleanField(validators=[DataRequired(translate(TICK))] if spec.mandatory else [], **_common(spec))


_MAKERS: dict[FieldType, Callable[[FieldSpec], Field]] = {
    "readonly": _readonly,
    "text": _text,
    "tel": _tel,
    "select": _select,
    "country": _country,
    "hospital": _hospital,
    "networks": _networks,
    "tick": _tick,
}
